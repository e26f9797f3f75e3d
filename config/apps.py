from django.apps import AppConfig

# Whoever sets Django up has the queue that jobs are asked of.
from config.celery import app as celery_app

__all__ = ["ConfigConfig", "celery_app"]


class ConfigConfig(AppConfig):
    """The project itself: management commands and checks that belong to no layer in particular."""

    name = "config"
    label = "config"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from config.formats.days import name_first_days
        from config.quicker import put_in_place

        name_first_days()
        put_in_place()
