from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The house: management commands and checks that belong to no floor in particular."""

    name = "config"
    label = "config"
    default_auto_field = "django.db.models.BigAutoField"
