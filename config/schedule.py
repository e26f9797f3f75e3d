"""What runs when, and in which queue: the table of the beat, and the one place that says so.

Most are sweeps over rows that are due; each may safely run twice. How a job finds out what is due, and for how long a
run goes on, stands beside it (`members/rounds.py`); docs/developers/architecture.md says how to add one.
"""

from __future__ import annotations

from typing import Any

# What somebody waits for (news, mails about it, uploads) · mails with codes among them, behind nothing else · work by
# the clock · what takes minutes or hours · the backup of the day, which needs a worker that may read everything.
PEOPLE, MAILS, PERIODIC, LONG, BACKUPS = "people", "mails", "periodic", "long", "backups"
NAMES = (PEOPLE, MAILS, PERIODIC, LONG, BACKUPS)
MINUTE, HOUR, DAY = 60.0, 60 * 60.0, 24 * 60 * 60.0


def every(seconds: float, task: str, queue: str = PERIODIC) -> dict[str, Any]:
    """One line of the table. A run that did not start before the next one is due is dropped: that one does the same."""
    return {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": seconds}}


SCHEDULE: dict[str, dict[str, Any]] = {
    "send-mails": every(10.0, "members.tasks.send_mails", MAILS),
    "watch-machine": every(5 * MINUTE, "communities.console.operator.tasks.watch_machine", MAILS),
    # Somebody waits for these.
    "publish-due-threads": every(30.0, "communities.content.tasks.publish_due_threads", PEOPLE),
    "retire-due-threads": every(MINUTE, "communities.content.tasks.retire_due_threads", PEOPLE),
    # Two minutes after what they are about at the soonest, so that nobody waits for half a one more.
    "write-waiting-mails": every(MINUTE, "communities.notifications.tasks.write_waiting_mails", PEOPLE),
    "write-launch-mails": every(30.0, "communities.launch.tasks.write_launch_mails", PEOPLE),
    "tell-late-news": every(MINUTE, "communities.notifications.tasks.tell_late_news", PEOPLE),
    "hand-over-owed-jobs": every(MINUTE, "members.tasks.hand_over_owed_jobs", PEOPLE),
    "send-to-devices": every(15.0, "communities.notifications.tasks.send_to_devices"),
    "check-domains": every(MINUTE, "communities.console.tasks.check_domains"),
    "drain-hits": every(10.0, "analytics.capture.tasks.drain_hits"),
    "drain-activity": every(30.0, "analytics.engagement.tasks.drain_activity"),
    "look-at-plans": every(30.0, "communities.launch.tasks.look_at_plans"),
    "watch-opened-stages": every(MINUTE, "communities.launch.tasks.watch_opened_stages"),
    "roll-up": every(MINUTE, "analytics.capture.tasks.roll_up_audience"),
    "fold-almost-empty": every(MINUTE, "communities.content.tasks.fold_almost_empty"),
    # Only those whose worker died, two minutes ago at least; all that belongs to threads comes along with each.
    "resume-moves": every(2 * MINUTE, "communities.content.tasks.resume_moves"),
    "write-digests": every(5 * MINUTE, "communities.notifications.tasks.write_digests"),
    "write-newsletters": every(MINUTE, "communities.animation.newsletters.tasks.write_newsletters"),
    "look-after-imports": every(MINUTE, "communities.transfer.tasks.look_after_imports"),
    "resume-exports": every(MINUTE, "communities.archive.tasks.resume_exports"),
    "store-banner-counts": every(MINUTE, "communities.promotions.tasks.store_banner_counts"),
    "store-redirect-hits": every(MINUTE, "communities.content.tasks.store_redirect_hits"),
    "settle-roles": every(5 * MINUTE, "communities.people.tasks.settle_roles"),
    "fill-engagement": every(5 * MINUTE, "analytics.engagement.tasks.fill_engagement"),
    "check-senders": every(5 * MINUTE, "communities.console.tasks.check_senders"),
    "keep-figures": every(5 * MINUTE, "communities.console.operator.tasks.keep_figures"),
    "write-reports": every(10 * MINUTE, "analytics.reports.tasks.write_reports"),
    "sweep-unsent-texts": every(DAY, "communities.content.tasks.sweep_unsent_texts"),
    "sweep-left-files": every(5 * MINUTE, "communities.content.tasks.sweep_left_files"),
    "sweep-uploads": every(HOUR, "communities.content.tasks.sweep_uploads"),
    "sweep-mails": every(HOUR, "members.tasks.sweep_mails"),
    "keep-ledgers": every(6 * HOUR, "analytics.roi.tasks.keep_ledgers"),
    "make-partitions": every(6 * HOUR, "analytics.capture.tasks.make_partitions"),
    "read-mentions": every(5 * MINUTE, "communities.animation.listening.tasks.read_mentions", LONG),
    "look-after-challenges": every(MINUTE, "communities.challenges.tasks.look_after_challenges"),
    # Eight weeks ahead; of a series that has just been announced they are made at once.
    "announce-event-dates": every(5 * MINUTE, "communities.events.tasks.announce_dates"),
    "look-after-events": every(MINUTE, "communities.events.tasks.look_after_events"),
    "tell-of-closed-polls": every(MINUTE, "communities.polls.tasks.tell_of_closed_polls"),
    "reopen-polls": every(MINUTE, "communities.polls.tasks.reopen_polls"),
    "remind-of-threads": every(MINUTE, "communities.forums.tasks.remind_of_threads"),
    "ask-whether-solved": every(5 * MINUTE, "communities.forums.tasks.ask_whether_solved"),
    "tell-of-calls": every(MINUTE, "communities.calls.tasks.tell_of_calls"),
    "tell-of-boxes": every(MINUTE, "communities.ideas.tasks.tell_of_begun_boxes"),
    "tell-of-offers": every(MINUTE, "analytics.offers.tasks.tell_of_offers"),
    "look-after-surveys": every(MINUTE, "communities.animation.surveys.tasks.look_after_surveys"),
    "look-after-terms": every(5 * MINUTE, "communities.animation.ambassadors.tasks.look_after_terms"),
    "carry-out-automations": every(
        MINUTE, "communities.animation.automations.tasks.carry_out_waiting", PEOPLE
    ),
    "look-for-states": every(5 * MINUTE, "communities.animation.automations.tasks.look_for_states"),
    "lay-out-rituals": every(5 * MINUTE, "communities.animation.calendar.tasks.lay_out_rituals"),
    "warn-of-role-ends": every(6 * HOUR, "communities.people.tasks.warn_of_role_ends"),
    "sweep-returns": every(DAY, "communities.console.tasks.sweep_returns"),
    "sweep-former-files": every(DAY, "communities.console.tasks.sweep_former_files"),
    "count-followed-links": every(DAY, "communities.animation.newsletters.tasks.count_followed_links"),
    "count-old-readings": every(DAY, "communities.animation.announcements.tasks.count_old_readings"),
    "forget-unconfirmed": every(DAY, "communities.animation.newsletters.tasks.forget_unconfirmed_addresses"),
    "forget-old-handlings": every(DAY, "communities.animation.tasks.forget_old_handlings"),
    "clear-sessions": every(DAY, "members.tasks.clear_sessions"),
    # They look at all that was counted, and may take minutes.
    "erase-communities": every(10 * MINUTE, "communities.console.tasks.erase_communities", LONG),
    "recount": every(DAY, "communities.content.tasks.recount_all", LONG),
    "check-rollups": every(DAY, "analytics.capture.tasks.check_rollups", LONG),
    "recount-engagement": every(DAY, "analytics.engagement.tasks.recount_engagement", LONG),
    "forget-gone": every(DAY, "analytics.engagement.tasks.forget_gone", LONG),
}

# Only where the settings say so: its queue has to be served by a worker that may read everything.
BACKUP_OF_THE_DAY: dict[str, dict[str, Any]] = {"back-up": every(HOUR, "config.tasks.back_up", BACKUPS)}

QUEUES = {name: {"exchange": name, "routing_key": name} for name in NAMES}
# Whoever asks for one of them, beat or not; what is named nowhere is for people.
ROUTES = {
    entry["task"]: {"queue": entry["options"]["queue"]} for entry in (SCHEDULE | BACKUP_OF_THE_DAY).values()
} | {
    task: {"queue": LONG}
    for task in (
        "communities.archive.tasks.bring_community",
        "communities.archive.tasks.write_export",
        "communities.content.tasks.make_cards",
        "communities.content.tasks.move_threads",
        "communities.content.tasks.refile_tag",
        "communities.people.tasks.forget_answers",
        "communities.people.tasks.carry_out_leaving",
        "communities.transfer.tasks.work_on_import",
        "analytics.roi.tasks.read_orders_file",
    )
}
