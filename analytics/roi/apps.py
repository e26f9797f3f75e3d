from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoiConfig(AppConfig):
    name = "analytics.roi"
    label = "roi"
    verbose_name = _("Return on investment")
