"""What makes the things of `bench/lively.py` due, as `tests/due.py` does for all else."""

from __future__ import annotations


def due_of_kinds(of_these: str) -> dict[str, str]:
    """By job; `of_these`: the communities in question, as a subquery."""
    here = f"community_id in {of_these}"
    a_member = f"(select max(id) from communities_membership where {here} group by community_id)"
    return {
        # Tomorrow at this hour, and nobody was reminded.
        "look-after-events": f"""
            update events_event set starts_at = now() + interval '23 hours', ends_at = now() + interval '24 hours',
              reminded_at = null
            where thread_id in (select min(thread_id) from events_event where {here} group by community_id)""",
        # One date more is to be announced.
        "announce-event-dates": f"""
            update events_series set due_at = now() - interval '1 minute', next_at = now() + interval '55 days'
            where {here}""",
        # Entries have closed, and votes begin.
        "look-after-challenges": f"""
            update challenges_challenge set closes_at = now() - interval '1 minute',
              next_at = now() - interval '1 minute' where {here}""",
        "tell-of-closed-polls": f"""
            update polls_poll set closes_at = now() - interval '1 minute', told_at = null where {here}""",
        # Its day has come.
        "remind-of-threads": f"""
            insert into forums_assignedthread (community_id, thread_id, assignee_id, due_on, remind_at, assigned_at)
            select t.community_id, min(t.id), min(m.id), current_date, now() - interval '1 minute', now()
            from content_thread t join communities_membership m on m.community_id = t.community_id
            where t.kind = 'topic' and t.state = 'published' and m.role = 'manager' and t.{here} group by t.community_id
            on conflict (thread_id) do update set remind_at = excluded.remind_at""",
        # Answered three days ago, and nothing said since.
        "ask-whether-solved": f"""
            with answered as (
              select p.community_id, min(p.thread_id) as thread_id from content_post p
              join content_thread t on t.id = p.thread_id
              where t.kind in ('topic', 'question') and t.state = 'published' and p.state = 'published'
                and p.position > 1 and not p.is_comment and p.author_id is distinct from t.author_id and p.{here}
              group by p.community_id),
            asking as (
              update content_thread set kind = 'question', asks = true, answered = true, solved = false
              where id in (select thread_id from answered) returning community_id, id)
            insert into forums_question (community_id, thread_id, ask_at)
            select community_id, id, now() - interval '1 minute' from asking
            on conflict (thread_id) do update set ask_at = excluded.ask_at""",
        # Votes begin.
        "tell-of-boxes": f"""
            update ideas_box set opens_at = now() - interval '9 days', discusses_at = now() - interval '3 days',
              votes_at = now() - interval '1 minute', closes_at = now() + interval '3 days',
              result_at = now() + interval '4 days', is_draft = false, told_until = null where {here}""",
        "tell-of-calls": f"""
            update calls_call set closes_at = now() - interval '1 minute', told_at = null where {here}""",
        "tell-of-offers": f"""
            update offers_codeoffer set opens_at = now() - interval '1 minute', opening_told_at = null where {here}""",
        # The hour at which people are chosen and asked.
        "look-after-surveys": f"""
            update surveys_survey set opens_at = now() - interval '1 minute', drawn_at = null
            where closed_at is null and {here}""",
        "look-after-terms": f"""
            update ambassadors_term set until = now() + interval '2 days', end_told = false
            where state = 'running' and {here}""",
        # Somebody who has not been here for as long as it is about, and whom it has not reached for a month: what an
        # earlier run has done is as old as that.
        "carry-out-automations": f"""
            with gone as (
              update communities_membership set seen_at = now() - interval '100 days' where id in {a_member}
              returning id),
            former as (
              update automations_firing set ended_at = least(ended_at, now() - interval '31 days') where {here})
            insert into automations_firing (community_id, automation_id, subject, moment, person_id, path, what, state,
              reason, detail, queued_at, due_at, tries, words, kept)
            select a.community_id, a.id, 'member ' || m.id, clock_timestamp(), m.id, '', '', 'waiting', '', '',
              clock_timestamp(), now(), 0, '', '{{}}'
            from automations_automation a join communities_membership m on m.community_id = a.community_id
            where a.{here} and m.id in (select id from gone)""",
        # For whom that was so a moment ago, for the first time.
        "look-for-states": f"""
            with gone as (
              update communities_membership set seen_at = now() - interval '90 days 1 second' where id in {a_member})
            update automations_automation set look_at = now(), looked_until = now() - interval '1 hour'
            where look_at is not null and {here}""",
        "lay-out-rituals": f"""
            update editorial_ritual set due_at = now() where due_at is not null and {here}""",
        "write-newsletters": f"""
            update newsletters_newsletter set look_at = now(), send_at = now() where state = 'planned' and {here}""",
    }
