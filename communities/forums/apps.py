from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.navigation import Place, register_place


class ForumsConfig(AppConfig):
    name = "communities.forums"
    label = "forums"
    verbose_name = _("Forums")

    def ready(self) -> None:
        register_place(Place(label=_("Forum"), url_name="forums:list-spaces", feature="forums", order=20))
