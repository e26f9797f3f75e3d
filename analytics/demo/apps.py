from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoResultsConfig(AppConfig):
    name = "analytics.demo"
    label = "demo_results"
    verbose_name = _("Results of the demo")

    def ready(self) -> None:
        # Models exist only now, and the part works with them.
        from analytics.demo.results import add_results
        from communities.demo.parts import register_part

        register_part(add_results)
