from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    label = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        # Models exist only now.
        from communities.console.recipe.parts import register_part as register_recipe_part
        from communities.content.showing.waits import register_usual_wait
        from communities.demo.parts import register_part
        from communities.signals import members_merged
        from moderation import desk, notices, receivers, team_journal  # noqa: F401  connecting is their import
        from moderation.demo import add_moderation
        from moderation.queries.waits import usual_wait
        from moderation.recipe import ModerationPart
        from moderation.services.merging import follow_merging, register_mergers
        from moderation.subjects import profile, text  # noqa: F401  registering is their import

        register_part(add_moderation)
        register_recipe_part(ModerationPart())
        register_mergers()
        members_merged.connect(follow_merging, dispatch_uid="moderation.members_merged")
        team_journal.register()
        register_usual_wait(usual_wait)
