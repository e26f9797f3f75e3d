"""What makes due what keeps the installation in order, tells others or forgets in time, as `tests/due.py` does for all
else: rows that stand as if somebody had left them there."""

from __future__ import annotations

# Of the curve that browsers use; nobody has its other half, and nothing is sent.
PUBLIC_KEY = "BI5TO2-gv3tGJbswZnwB-2B--fi4qA_vWzAGKHAxh7Kjc-sdveAzGDZtBp-DpvWQAFPHNjPLBBshxV4ahsH0ALQ"
NUMBERED = "'-' || extract(epoch from clock_timestamp())::bigint"
# What names no model in this program: what gives a space all that a space has.
SPACE = (
    "community_id, kind, name, description, prompt, language, drawing, picture, audience, posting, replying, let_in,"
    " mode, asks, place, archived, settings, version"
)


def due_of_upkeep(of_these: str) -> dict[str, str]:
    """By job; `of_these`: the communities in question, as a subquery."""
    here = f"community_id in {of_these}"
    return _to_others(of_these, here) | _left_over(of_these, here) | _past_its_time(of_these, here)


def _to_others(of_these: str, here: str) -> dict[str, str]:
    """Mails, devices, domains, feeds."""
    one = f"""one as (
              insert into notifications_notification (community_id, membership_id, kind, thread_id, post_id, posts,
                actor_id, path, count, created_at)
              select m.community_id, m.id, 'reply_posted', p.thread_id, p.id, array[p.id], p.author_id, '', 1, now()
              from communities_membership m join lateral (
                select * from content_post p where p.community_id = m.community_id and p.position = 2
                  and p.author_id <> m.id limit 1) p on true
              where m.id in (select max(id) from communities_membership where {here} group by community_id)
              returning community_id, membership_id, id)"""
    return {
        # About a line of the bell that was not read yet; what other jobs have written has left.
        "send-mails": f"""
            with others as (
              update members_outgoingmail set state = 'sent', finished_at = now() where state = 'waiting'),
            {one}
            insert into members_outgoingmail (id, community_id, kind, about, urgency, recipient, sender, subject, text,
              html, headers, state, made_at, due_at, useless_at, failures, problem)
            select gen_random_uuid(), one.community_id, 'news', one.id, 5, p.email, 'Bench <b@example.org>', 'A reply',
              repeat('What was said. ', 40), repeat('<p>What was said.</p>', 40), '{{}}', 'waiting', now(), now(),
              now() + interval '1 day', 0, ''
            from one join communities_membership m on m.id = one.membership_id
              join members_member p on p.id = m.member_id""",
        "send-to-devices": f"""
            with others as (delete from notifications_push), {one},
            device as (
              insert into notifications_device (community_id, membership_id, endpoint, public_key, sealing_secret, name,
                created_at)
              select community_id, membership_id, 'https://fcm.googleapis.com/' || gen_random_uuid(),
                '{PUBLIC_KEY}', 'AAAAAAAAAAAAAAAAAAAAAA', '', now()
              from one returning community_id, membership_id, id)
            insert into notifications_push (community_id, device_id, line_id, due_at, useless_at, failures)
            select community_id, device.id, one.id, now(), now() + interval '1 day', 0
            from one join device using (community_id, membership_id)""",
        "check-domains": f"""
            insert into communities_domain (community_id, host, verified, "primary", token, findings, due_at,
              created_at)
            select id, 'd' || id || {NUMBERED} || '.example.org', false, false, 'token', '{{}}', now(), now()
            from communities_community where id in {of_these}""",
        "check-senders": f"""
            insert into mailing_sender (community_id, address, selector, sealed_key, public_key, findings, made_at,
              due_at)
            select id, 'hello@d' || id || '.example.org', 'parvis', '', 'key', '{{}}', now(), now()
            from communities_community where id in {of_these}
            on conflict (community_id) do update set due_at = now()""",
        # A feed to be read, and a mention that is too old.
        "read-mentions": f"""
            with source as (
              insert into listening_mentionsource (community_id, kind, name, address, token, sealed_secret,
                sealed_former, due_at, etag, last_modified, failures, problem, status, created_at)
              select id, 'feed', 'Sails', 'https://news.example.org/' || gen_random_uuid(), gen_random_uuid(), '', '',
                now(), '', '', 0, '', 0, now()
              from communities_community where id in {of_these} returning id, community_id)
            insert into listening_mention (community_id, source_id, key, title, excerpt, link, author, said_at,
              found_at, state)
            select community_id, id, 'key', 'Said', '', '', '', now() - interval '3 years', now(), 'new' from source""",
        "sweep-returns": f"""
            insert into mailing_mailreturn (community_id, at, mail, mail_kind, address, outcome, reason, status, words,
              stops)
            select id, now() - interval '100 days', gen_random_uuid(), 'news', 'gone@example.org', 'soft', '', '', '',
              false
            from communities_community where id in {of_these}""",
    }  # fmt: skip


def _left_over(of_these: str, here: str) -> dict[str, str]:
    """What others began and did not end, and what is looked at while it lasts."""
    return {
        "hand-over-owed-jobs": f"""
            insert into members_owedjob (name, arguments, options, asked_at)
            select 'communities.notifications.tasks.notify_of_post', '[]',
              jsonb_build_object('community_id', id, 'post_id', 0), now()
            from communities_community where id in {of_these}""",
        "watch-opened-stages": f"""
            insert into launch_stageopening (community_id, stage_id, opened_at, how, reason, gauges, watched_from,
              watch_until, watch_at, "left")
            select community_id, id, now() - interval '1 hour', 'hand', '', '{{}}', now() - interval '1 hour',
              now() + interval '2 days', now(), 0
            from launch_stage where state = 'open' and {here}
            on conflict (stage_id) where ended_at is null do update set watch_at = now()""",
        # All threads of the fullest room, to a new one.
        "resume-moves": f"""
            with full_one as (
              select distinct on (community_id) community_id, space_id, count(*) as n from content_thread
              where kind = 'topic' and {here} group by 1, 2 order by 1, 3 desc),
            empty_one as (
              insert into content_space (slug, {SPACE})
              select 'moved' || {NUMBERED}, {SPACE} from content_space
              where id in (select space_id from full_one) returning id, community_id)
            insert into content_threadmove (community_id, source_id, target_id, total, moved, started_at, worked_at)
            select community_id, space_id, empty_one.id, n, 0, now() - interval '1 hour', now() - interval '1 hour'
            from full_one join empty_one using (community_id)""",
        "look-after-imports": f"""
            insert into transfer_import (community_id, kind, file_name, path, size, options, state, worker, stop_asked,
              losses, label, done, total, rehearsal, report, undone, problem, created_at, worked_at, expires_at)
            select id, 'members', 'old.csv', 'none/' || id, 1, '{{}}', 'done', '', false, 0, '', 0, 0, '{{}}', '{{}}',
              '{{}}', '', now() - interval '8 days', now() - interval '8 days', now() - interval '1 day'
            from communities_community where id in {of_these}""",
        "resume-exports": f"""
            insert into archive_export (community_id, public_id, state, done, total, counts, path, size, asked_at,
              worked_at, tries, finished_at, expires_at)
            select id, gen_random_uuid(), 'ready', 1, 1, '{{}}', 'none/' || id, 1, now() - interval '8 days',
              now() - interval '8 days', 1, now() - interval '8 days', now() - interval '1 day'
            from communities_community where id in {of_these}""",
        "store-redirect-hits": f"""
            insert into content_redirect (community_id, path, target, by_hand, below, hits, created_at)
            select id, '/former' || {NUMBERED} || '/', '/forums/', true, false, 0, now()
            from communities_community where id in {of_these}""",
        "store-banner-counts": f"""
            insert into promotions_banner (community_id, placement, text, button, target, drawing, picture,
              picture_width, picture_height, picture_renditions, picture_alt, starts_at, languages, created_at)
            select id, 'home', 'Sails', '', 'https://example.org/', '', '', 0, 0, '[]', '', now(), '{{}}', now()
            from communities_community where id in {of_these}""",
        "keep-ledgers": f"""
            insert into roi_cost (community_id, kind, label, amount_minor, currency, repeats, starts_on, created_at)
            select id, 'running', 'Tools', 1000, 'EUR', 'monthly', current_date - 40, now()
            from communities_community where id in {of_these}""",
        # Closed a moment ago, and the next one is to open.
        "reopen-polls": f"""
            update polls_poll set closes_at = now() - interval '1 minute', told_at = now(), repeats = 'week',
              again_at = now() - interval '1 minute', days_open = 3, opening_hour = '10:00', month_day = 1
            where current and {here}""",
        "recount-engagement": f"""
            insert into engagement_memberday as known (community_id, day, person, views, contributions)
            select community_id, current_date - 3, id, 0, 7 from communities_membership where {here}
            on conflict (community_id, day, person) do update set contributions = known.contributions + 7""",
    }  # fmt: skip


def _past_its_time(of_these: str, here: str) -> dict[str, str]:
    """What is counted or forgotten after so many days."""
    return {
        "sweep-unsent-texts": f"""
            insert into content_unsenttext (community_id, membership_id, about, page, path, fields, pictures, version,
              kept_at)
            select community_id, id, 'reply' || {NUMBERED}, 'thread', '/forums/', '{{}}', '{{}}', 1,
              now() - interval '200 days'
            from communities_membership where {here}""",
        "sweep-left-files": """
            insert into members_leftfile (path, is_picture, left_at)
            select 'none/' || gen_random_uuid(), true, now() from generate_series(1, 300)""",
        "sweep-former-files": f"""
            update communities_community set settings = jsonb_set(settings, '{{brand}}',
              coalesce(settings -> 'brand', '{{}}') || '{{"former": {{"none/old.webp": "2026-01-01"}}}}')
            where id in {of_these}""",
        "count-followed-links": f"""
            update newsletters_newsletter set state = 'sent', look_at = null, send_at = now() - interval '100 days',
              counted_at = null, begun_at = now() - interval '100 days',
              finished_at = now() - interval '100 days'
            where {here}""",
        "count-old-readings": f"""
            insert into announcements_announcement (community_id, words, target, tone, audience, segment_name,
              starts_at, ends_at, can_be_closed, closed_by_visitors, followed_by_visitors, closed_by_members,
              followed_by_members, version, created_at)
            select id, '{{"en": {{"text": "Fog"}}}}', '', 'news', 'everybody', '', now() - interval '101 days',
              now() - interval '100 days', true, 0, 0, 0, 0, 1, now()
            from communities_community where id in {of_these}""",
        "forget-unconfirmed": f"""
            insert into newsletters_newslettersubscription (community_id, email, language, time_zone, state, asked_at)
            select id, 'asked' || {NUMBERED} || '@example.org', 'en', '', 'asked', now() - interval '100 days'
            from communities_community where id in {of_these}""",
        "forget-old-handlings": f"""
            insert into animation_handling (community_id, source, key, number, act, at, minutes, carried_out)
            select id, 'bench', 'key' || {NUMBERED}, 1, 'done', now() - interval '500 days', 5, true
            from communities_community where id in {of_these}""",
        "forget-gone": f"""
            insert into engagement_memberday (community_id, day, person, views, contributions)
            select id, current_date - 3, 1000000000000 + extract(epoch from clock_timestamp())::bigint, 1, 0
            from communities_community where id in {of_these} on conflict do nothing""",
        "check-rollups": f"""
            update capture_audienceday set page_views = page_views + 1 where day = current_date - 1 and {here}""",
    }  # fmt: skip
