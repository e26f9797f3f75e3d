from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class OffersConfig(AppConfig):
    name = "analytics.offers"
    label = "offers"
    verbose_name = _("Offers")

    def ready(self) -> None:
        # Models exist only now.
        from analytics.offers import (
            disclosing,
            journal,
            merging,
            notices,  # noqa: F401  declaring is its import
            portable,
            sections,
            using,
        )
        from analytics.offers.models import CodeOffer
        from communities.planned import Planned, register_planned
        from communities.stored import register_stored, stored_in

        disclosing.register()
        journal.register()
        merging.register()
        portable.register()
        sections.register()
        using.register()
        _register_page()
        _register_segments()
        register_planned(
            Planned(
                "offers",
                order=33,
                fields=("opens_at", "ends_at"),
                rows=lambda now: CodeOffer.objects.changing_after(now),
                said=lambda n: ngettext("%(n)s offer", "%(n)s offers", n) % {"n": n},
            )
        )
        register_stored(stored_in("offers", CodeOffer.objects.all, "picture"))
        _register_places()


def _register_places() -> None:
    from analytics.offers.permissions import FEATURE, can_run_offers
    from analytics.offers.queries import has_offers
    from communities.navigation import DeskPlace, Place, Who, register_desk_place, register_place

    offers = Place(_("Offers"), "offers:list-offers", FEATURE, order=48, whom=Who.MEMBER, shown=has_offers)
    register_place(offers)
    register_desk_place(
        DeskPlace(_("Offers for members"), "offers:list-made", "ticket", order=58, may=can_run_offers)
    )


def _register_page() -> None:
    from analytics.offers.views.own import may_follow, show_offer
    from analytics.roi.models import Offer
    from analytics.roi.seams import OfferPage, offer_pages

    offer_pages.register(OfferPage(Offer.Kind.CODE.value, show_offer, may_follow))


def _register_segments() -> None:
    from django.utils import timezone

    from analytics.offers.models import CodeOffer
    from communities.animation.newsletters.models import Segment
    from communities.animation.newsletters.segments import SegmentUse, segment_uses

    def needs(segment: Segment) -> bool:
        return bool(CodeOffer.objects.standing(timezone.now()).filter(segment=segment).exists())

    def leave(segment: Segment) -> None:
        CodeOffer.objects.filter(segment=segment).update(segment_name=segment.name)

    segment_uses.register(SegmentUse("offers", needs, leave))
