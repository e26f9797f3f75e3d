from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.navigation import Place, register_place


class PeopleConfig(AppConfig):
    name = "communities.people"
    label = "people"
    verbose_name = _("Members")

    def ready(self) -> None:
        register_place(Place(_("Members"), "people:list-members", "directory", order=80, members_only=True))
