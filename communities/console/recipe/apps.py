from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecipeConfig(AppConfig):
    name = "communities.console.recipe"
    label = "recipe"
    verbose_name = _("Recipes")

    def ready(self) -> None:
        # Models exist only now.
        from communities.console.recipe import portable, registering

        registering.register()
        portable.register()
