from dataclasses import replace

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.navigation import Place, Spot, register_place


class ForumsConfig(AppConfig):
    name = "communities.forums"
    label = "forums"
    verbose_name = _("Forums")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from communities.forums import sections

        sections.register()
        forum = Place(_("Forum"), "forums:list-spaces", "forums", order=20)
        register_place(forum)
        register_place(replace(forum, label=_("Explore"), icon="map"), Spot.DOCK)
