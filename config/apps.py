from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The project itself: management commands and checks that belong to no layer in particular."""

    name = "config"
    label = "config"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from config.formats.days import name_first_days

        name_first_days()
