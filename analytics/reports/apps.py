from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.navigation import DeskPlace, StartPage, register_desk_place, register_start_page


class ReportsConfig(AppConfig):
    name = "analytics.reports"
    label = "reports"
    verbose_name = _("Results")

    def ready(self) -> None:
        # Models exist only now, and all of these speak of them.
        from analytics.reports import portable, week
        from analytics.reports.permissions import begins_with_results, can_read_results
        from analytics.reports.queries import find_closed_months, find_closed_values
        from analytics.roi.closing import register_closed_months
        from communities.console.operator.middleware import close_to_operator

        portable.register()
        week.register()
        register_closed_months(find_closed_months, find_closed_values)
        close_to_operator("reports", "roi")
        register_desk_place(
            DeskPlace(
                _("Results"),
                "reports:show-results",
                "chart",
                order=60,
                may=can_read_results,
                in_header=begins_with_results,
            )
        )
        register_start_page(
            StartPage(
                "results",
                _("Results"),
                "reports:show-results",
                30,
                may=can_read_results,
                begins=begins_with_results,
            )
        )
