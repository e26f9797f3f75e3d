from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrontConfig(AppConfig):
    name = "communities.front"
    label = "front"
    verbose_name = _("Home and the place")
