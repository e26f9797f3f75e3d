from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperatorConfig(AppConfig):
    name = "communities.console.operator"
    label = "operator"
    verbose_name = _("Operator")

    def ready(self) -> None:
        # Models exist only now.
        from communities.console.operator import notices, pages  # noqa: F401  notices declare themselves
        from communities.console.operator.watching import watch

        pages.register()
        watch()
