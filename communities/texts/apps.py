from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TextsConfig(AppConfig):
    name = "communities.texts"
    label = "texts"
    verbose_name = _("Texts")

    def ready(self) -> None:
        # Models exist only now.
        from communities.texts import changes, notices, portable, receivers, software_facts  # noqa: F401  declaring is import

        software_facts.register()
        changes.register()
        portable.register()
