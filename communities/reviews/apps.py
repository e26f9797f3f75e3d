from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.stored import register_stored, stored_in


class ReviewsConfig(AppConfig):
    name = "communities.reviews"
    label = "reviews"
    verbose_name = _("Reviews")

    def ready(self) -> None:
        # Models exist only now.
        from communities.content.kinds import register_kind
        from communities.reviews import (
            acts,
            disclosing,
            finding,
            mapping,
            merging,
            portable,
            receivers,
            sections,
        )
        from communities.reviews.kind import ReviewKind
        from communities.reviews.models import Thing

        acts.register()
        disclosing.register()
        finding.register()
        mapping.register()
        merging.register()
        portable.register()
        receivers.connect()
        sections.register()
        register_stored(stored_in("reviewed", Thing.objects.all, "picture"))
        register_kind(ReviewKind())
