from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperatorConfig(AppConfig):
    name = "communities.console.operator"
    label = "operator"
    verbose_name = _("Operator")

    def ready(self) -> None:
        # Models exist only now.
        from communities.console.operator import journal_acts, notices, opening, pages, portable  # noqa: F401  notices declare themselves
        from communities.console.operator.watching import watch
        from communities.disclosures import Cookie, cookies

        pages.register()
        journal_acts.register()
        portable.register()
        lets_look = _("lets somebody from the platform look, once they have said why; nobody else gets it")
        cookies.register(Cookie(opening.COOKIE, lets_look, opening.LENGTH, order=58))
        watch()
