from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaptureConfig(AppConfig):
    name = "analytics.capture"
    label = "capture"
    verbose_name = _("Audience")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from analytics.capture import articles, boxes, disclosing, portable
        from analytics.capture.consent import is_asked
        from analytics.capture.filtering import is_machine
        from analytics.capture.firsts import first_visits
        from analytics.capture.queries import views_by_page, visits_by_campaign
        from analytics.capture.recording import record_view
        from analytics.capture.services import forget_visits_of
        from communities.animation.ambassadors.counting import VisitCounter, visit_counters
        from communities.animation.calendar.results import ViewCounter, register_view_counter
        from communities.animation.newcomers.firsts import Teller, tellers
        from communities.middleware import register_recorder, register_visitor_fact
        from communities.promotions.counting import register_machine_test
        from members.personal import register_way

        articles.register()
        boxes.register()
        disclosing.register()
        portable.register()
        register_recorder(record_view)
        register_view_counter(ViewCounter("audience", views_by_page))
        visit_counters.register(VisitCounter("audience", visits_by_campaign))
        tellers.register(Teller("audience", first_visits))
        register_visitor_fact(is_asked)
        register_machine_test(is_machine)
        register_way("capture.Event.membership", forget_visits_of)
