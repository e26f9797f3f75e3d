"""What runs when: the table of the beat. Most are sweeps over rows that are due; each may safely run twice."""

from __future__ import annotations

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "publish-due-threads": {"task": "communities.content.tasks.publish_due_threads", "schedule": 30.0},
    "write-waiting-mails": {"task": "communities.notifications.tasks.write_waiting_mails", "schedule": 30.0},
    "tell-late-news": {"task": "communities.notifications.tasks.tell_late_news", "schedule": 60.0},
    "hand-over-owed-jobs": {"task": "members.tasks.hand_over_owed_jobs", "schedule": 60.0},
    "sweep-uploads": {"task": "communities.content.tasks.sweep_uploads", "schedule": 60 * 60.0},
    "open-stages": {"task": "communities.launch.tasks.open_stages", "schedule": 30.0},
    "watch-plans": {"task": "communities.launch.tasks.watch_plans", "schedule": 60 * 5.0},
    "settle-roles": {"task": "communities.people.tasks.settle_roles", "schedule": 60 * 5.0},
    "write-launch-mails": {"task": "communities.launch.tasks.write_launch_mails", "schedule": 30.0},
    "fold-almost-empty": {"task": "communities.content.tasks.fold_almost_empty", "schedule": 60.0},
    "resume-moves": {"task": "communities.content.tasks.resume_moves", "schedule": 60.0},
    "look-after-imports": {
        "task": "communities.transfer.tasks.look_after_imports",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "store-banner-counts": {"task": "communities.promotions.tasks.store_banner_counts", "schedule": 60.0},
    "store-redirect-hits": {"task": "communities.content.tasks.store_redirect_hits", "schedule": 60.0},
    "resume-exports": {"task": "communities.archive.tasks.resume_exports", "schedule": 60.0},
    "erase-communities": {"task": "communities.console.tasks.erase_communities", "schedule": 60 * 10.0},
    "recount": {"task": "communities.content.tasks.recount_all", "schedule": 60 * 60 * 24.0},
    "drain-hits": {"task": "analytics.capture.tasks.drain_hits", "schedule": 10.0},
    "roll-up": {"task": "analytics.capture.tasks.roll_up_audience", "schedule": 60.0},
    "make-partitions": {"task": "analytics.capture.tasks.make_partitions", "schedule": 60 * 60 * 6.0},
    "check-rollups": {"task": "analytics.capture.tasks.check_rollups", "schedule": 60 * 60 * 24.0},
    "drain-activity": {"task": "analytics.engagement.tasks.drain_activity", "schedule": 30.0},
    "keep-ledgers": {"task": "analytics.roi.tasks.keep_ledgers", "schedule": 60 * 60 * 6.0},
    "write-reports": {"task": "analytics.reports.tasks.write_reports", "schedule": 60 * 60.0},
    "fill-engagement": {"task": "analytics.engagement.tasks.fill_engagement", "schedule": 60 * 5.0},
    "recount-engagement": {
        "task": "analytics.engagement.tasks.recount_engagement",
        "schedule": 60 * 60 * 24.0,
    },
    "send-mails": {
        "task": "members.tasks.send_mails",
        "schedule": 10.0,
        # A run that did not start in time is dropped: the next one does the same.
        "options": {"expires": 10},
    },
    "check-domains": {"task": "communities.console.tasks.check_domains", "schedule": 60.0},
    "check-senders": {"task": "communities.console.tasks.check_senders", "schedule": 60 * 5.0},
    "sweep-returns": {"task": "communities.console.tasks.sweep_returns", "schedule": 60 * 60 * 24.0},
    "sweep-mails": {"task": "members.tasks.sweep_mails", "schedule": 60 * 60.0},
    "keep-figures": {
        "task": "communities.console.operator.tasks.keep_figures",
        "schedule": 60 * 5.0,
        "options": {"expires": 60 * 5},
    },
    "watch-machine": {
        "task": "communities.console.operator.tasks.watch_machine",
        "schedule": 60 * 5.0,
        "options": {"expires": 60 * 5},
    },
    "sweep-former-files": {
        "task": "communities.console.tasks.sweep_former_files",
        "schedule": 60 * 60 * 24.0,
    },
    "warn-of-role-ends": {"task": "communities.people.tasks.warn_of_role_ends", "schedule": 60 * 60 * 6.0},
    "clear-sessions": {"task": "members.tasks.clear_sessions", "schedule": 60 * 60 * 24.0},
    "forget-gone": {"task": "analytics.engagement.tasks.forget_gone", "schedule": 60 * 60 * 24.0},
}

# Only where the settings say so: its queue has to be served by a worker that may read everything.
BACKUP_OF_THE_DAY: dict[str, dict[str, Any]] = {
    "back-up": {"task": "config.tasks.back_up", "schedule": 60 * 60.0, "options": {"expires": 60 * 60}},
}

# So that codes wait neither behind a long recount nor behind a mail server that hangs.
QUEUES = {name: {"exchange": name, "routing_key": name} for name in ("celery", "mails", "backups")}
ROUTES = {
    "members.tasks.send_mails": {"queue": "mails"},
    "communities.console.operator.tasks.watch_machine": {"queue": "mails"},
    "config.tasks.back_up": {"queue": "backups"},
}
