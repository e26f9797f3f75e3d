from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForumsConfig(AppConfig):
    name = "communities.forums"
    label = "forums"
    verbose_name = _("Forums")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from communities.content.kinds import register_kind
        from communities.forums.kind import ForumKind

        register_kind(ForumKind())
