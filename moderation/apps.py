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
        from communities.signals import members_merged, members_merging
        from communities.texts.citations import register_citations
        from communities.transfer.importing.staying import register_keeper
        from moderation import (
            automatic,
            desk,  # noqa: F401  connecting is its import
            limits,
            notices,  # noqa: F401
            portable,
            receivers,  # noqa: F401
            team_journal,
            today,
        )
        from moderation.demo import add_moderation
        from moderation.queries.citations import decisions_citing
        from moderation.queries.evidence import threads_with_cases
        from moderation.queries.waits import usual_wait
        from moderation.recipe import ModerationPart
        from moderation.services.merging import follow_merging, hold_cases, register_mergers
        from moderation.subjects import own_blog, profile, text  # noqa: F401  registering is their import

        _declare_kept()
        register_citations(decisions_citing)
        register_keeper(threads_with_cases)
        register_part(add_moderation)
        register_recipe_part(ModerationPart())
        register_mergers()
        members_merging.connect(hold_cases, dispatch_uid="moderation.members_merging")
        members_merged.connect(follow_merging, dispatch_uid="moderation.members_merged")
        team_journal.register()
        today.register()
        limits.register()
        automatic.register()
        portable.register()
        register_usual_wait(usual_wait)


def _declare_kept() -> None:
    from communities.disclosures import Kept, kept
    from members.personal import register_way
    from moderation.services.opening import forget_words

    register_way("moderation.Case.author", forget_words)
    for_good = _("for good: the law wants decisions accounted for; without your name once you have left")
    kept.register(Kept("decisions", _("reports, decisions and sanctions"), for_good, 40))
