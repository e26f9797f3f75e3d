from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EngagementConfig(AppConfig):
    name = "analytics.engagement"
    label = "engagement"
    verbose_name = _("Engagement")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from analytics.engagement import portable
        from analytics.engagement.fleet import active_members
        from analytics.engagement.recording import record_activity
        from analytics.engagement.services import count_days_of, forget_days_of, merge_days
        from communities.console.operator.figures import register_activity
        from communities.disclosures import Kept, kept
        from communities.middleware import register_recorder
        from communities.signals import thread_dated
        from members.personal import register_merger, register_way

        portable.register()
        kept.register(
            Kept(
                "days",
                _("on which days a member was here, and how often they wrote, without hours"),
                _("for good, for the figures; after erasure under a random number"),
                72,
            )
        )
        register_recorder(record_activity)
        thread_dated.connect(count_days_of, dispatch_uid="engagement.thread_dated")
        register_activity(active_members)
        register_way("engagement.MemberDay.person", forget_days_of)
        register_merger("engagement.MemberDay.person", merge_days)
