"""Statements that make something due for a periodic job, in one community of so many: for the bench, and for the test
that they know the tables as they are."""

from __future__ import annotations

from tests.due_of_kinds import due_of_kinds
from tests.due_of_upkeep import due_of_upkeep

# How the addresses of these communities end.
SLUG = "bench-jobs"
# Copies have the numbers of communities of `tests/crowd.py`.
OF_THESE = (
    f"(select id from communities_community where slug like '%%-{SLUG}'"
    " and id / 1000 %% %(each)s = %(each)s / 2)"
)
# The last of each: the first is who signed what the others are to get.
A_MEMBER = (
    f"(select max(id) from communities_membership where community_id in {OF_THESE} group by community_id)"
)

DUE: dict[str, str] = {
    "publish-due-threads": f"""
        with late as (
          update content_thread set state = 'scheduled', scheduled_for = now() - interval '1 minute', last_position = 0,
            reply_count = 0, published_at = null, last_activity_at = null
          where id in (select max(id) from content_thread where kind = 'topic' and community_id in {OF_THESE}
            and reply_count = 0 group by community_id) returning id)
        update content_post set state = 'scheduled', position = null, published_at = null
        where thread_id in (select id from late)""",
    "retire-due-threads": f"""
        update content_thread set retires_at = now() - interval '1 minute' where id in (
          select max(id) from content_thread where state = 'published' and community_id in {OF_THESE}
          group by community_id)""",
    "write-waiting-mails": f"""
        insert into notifications_notification (community_id, membership_id, kind, thread_id, post_id, posts, actor_id,
          path, count, created_at, mail_due_at)
        select m.community_id, m.id, 'reply_posted', p.thread_id, p.id, array[p.id], p.author_id, '', 1, now(), now()
        from communities_membership m join lateral (
          select * from content_post p where p.community_id = m.community_id and p.position = 2
            and p.author_id <> m.id limit 1) p on true
        where m.community_id in {OF_THESE}""",
    "write-digests": f"""
        insert into notifications_notification (community_id, membership_id, kind, thread_id, post_id, posts, actor_id,
          path, count, created_at, mail_due_at, gathered)
        select m.community_id, m.id, 'reply_posted', p.thread_id, p.id, array[p.id], p.author_id, '', 1, now(), now(),
          true
        from communities_membership m join lateral (
          select * from content_post p where p.community_id = m.community_id and p.position = 2
            and p.author_id <> m.id limit 1) p on true
        where m.community_id in {OF_THESE}""",
    "write-launch-mails": f"""
        insert into launch_waitingplace (community_id, email, name, reason, answer, owes_place, language, number, state,
          asked_at, mail_due_at)
        select id, 'late-' || extract(epoch from now())::bigint || '@example.org', '', '', '', false, 'en',
          1 + (select coalesce(max(number), 0) from launch_waitingplace w where w.community_id = c.id), 'waiting',
          now(), now() from communities_community c where id in {OF_THESE}""",
    "tell-late-news": f"""
        update content_post set news_due_at = now() - interval '5 minutes' where id in (
          select max(id) from content_post where community_id in {OF_THESE} and position > 1 group by community_id)""",
    "look-at-plans": f"""
        update launch_stage set look_at = now() where state = 'closed' and community_id in {OF_THESE}""",
    "fold-almost-empty": f"""
        update content_space set settings = jsonb_set(settings, '{{folded}}',
          to_jsonb(not coalesce((settings ->> 'folded')::boolean, false))) where community_id in {OF_THESE}""",
    "settle-roles": f"""
        update communities_membership set role = 'moderator', role_after = 'member',
          role_until = now() - interval '1 minute' where id in {A_MEMBER}""",
    "warn-of-role-ends": f"""
        update communities_membership set role = 'moderator', role_after = 'member', role_end_told = false,
          role_until = now() + interval '3 days' where id in {A_MEMBER}""",
    "fill-engagement": f"""
        insert into engagement_dirtyday (community_id, day) select id, current_date from communities_community
        where id in {OF_THESE}""",
    "keep-figures": "update operator_communityfigures set counted_at = now() - interval '1 day'",
    "sweep-uploads": f"""
        insert into content_attachment (community_id, id, uploader_id, path, content_type, width, height, size, alt,
          renditions, created_at)
        select community_id, gen_random_uuid(), id, 'none-' || id, 'image/webp', 1, 1, 1, '', '{{}}',
          now() - interval '2 days' from communities_membership where community_id in {OF_THESE}""",
    "sweep-mails": """
        update members_outgoingmail set finished_at = now() - interval '9 days' where finished_at is not null""",
    "recount": f"""
        update content_thread set reply_count = reply_count + 1 where id in (
          select min(id) from content_thread where community_id in {OF_THESE} group by community_id)""",
    "clear-sessions": """
        insert into django_session (session_key, session_data, expire_date)
        select md5(random()::text || n), '', now() - interval '1 day' from generate_series(1, 20000) n""",
    "write-reports": f"""
        insert into reports_recipient (community_id, email, language, created_at)
        select id, 'report@example.org', 'en', now() - interval '90 days' from communities_community c
        where id in {OF_THESE} and not exists (select from reports_recipient r where r.community_id = c.id)""",
} | due_of_kinds(OF_THESE) | due_of_upkeep(OF_THESE)  # fmt: skip

# What `bench/due.py` makes without a statement of ours: visits, and communities that are to go.
BY_HAND = ("drain-hits", "drain-activity", "roll-up", "erase-communities")
# Jobs of the machine, for which nothing of a community can be due.
NOTHING_DUE = {
    "watch-machine": "it looks at queues and disks, whatever there is",
    "make-partitions": "it makes the months ahead, one in a month",
}
