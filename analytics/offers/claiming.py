"""Who gets a code: one each, as long as there are any; taken back, and given back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from analytics.offers.exceptions import (
    CodeUsed,
    OfferEnded,
    OfferGone,
    OfferNotOpen,
    OfferPaused,
    OfferUsedUp,
)
from analytics.offers.models import CodeOffer, OfferCode, OfferWish
from analytics.offers.notices import CodeClaimed, about_code
from analytics.offers.permissions import FEATURE, can_run_offers, is_for
from analytics.roi.models import Offer
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.notifications.services import tell
from communities.queries import hold_member

REFUSALS = {
    CodeOffer.Stage.EMPTY: OfferUsedUp,
    CodeOffer.Stage.COMING: OfferNotOpen,
    CodeOffer.Stage.PAUSED: OfferPaused,
    CodeOffer.Stage.USED_UP: OfferUsedUp,
    CodeOffer.Stage.ENDED: OfferEnded,
}


@transaction.atomic
def claim_code(terms: CodeOffer, *, by: Membership) -> OfferCode:
    """The code of this member, who gets it now or has it already; told in the bell and by mail.

    Raises NotAllowed, FeatureClosed, OfferNotOpen, OfferPaused, OfferUsedUp (for the second of two who want the last
    one at once, too), OfferEnded, OfferGone where it was deleted meanwhile, TooFast.
    """
    refuse_closed(by, FEATURE)
    hold_member(by)
    # The row is the lock: whoever claims at the same moment waits here, and reads how many are left.
    rows = CodeOffer.objects.select_for_update(of=("self",), no_key=True)
    held: CodeOffer | None = rows.filter(pk=terms.pk).first()
    if held is None:
        raise OfferGone
    held.offer = Offer.objects.get(pk=held.offer_id)
    own: OfferCode | None = OfferCode.objects.filter(terms=held, holder=by).first()
    if own is not None:
        own.terms = held
        return own
    if not is_for(held, by):
        raise NotAllowed
    stage = held.stage
    if stage in REFUSALS:
        raise REFUSALS[stage]
    count_act(by, Limited.CLAIM)
    own = _given(held, by)
    held.taken += 1
    held.save(update_fields=["taken"])
    tell(CodeClaimed, [by.pk], about_code(own))
    return own


def _given(held: CodeOffer, by: Membership) -> OfferCode:
    now = timezone.now()
    if held.is_shared:
        made: OfferCode = OfferCode.objects.create(terms=held, holder=by, claimed_at=now)
        return made
    row: OfferCode | None = OfferCode.objects.filter(terms=held).free().order_by("pk").first()
    if row is None:
        raise OfferUsedUp
    row.terms, row.holder, row.claimed_at = held, by, now
    row.save(update_fields=["holder", "claimed_at"])
    return row


@transaction.atomic
def take_back_code(code: OfferCode, *, by: Membership) -> bool:
    """Its holder does not see it any more and gets no other one of this offer; nobody else gets it, since it has been
    seen. False when it was taken back. Raises NotAllowed, CodeUsed."""
    held = _locked(code, by)
    if held.used_at is not None:
        raise CodeUsed
    if held.taken_back_at is not None:
        return False
    held.taken_back_at = timezone.now()
    held.save(update_fields=["taken_back_at"])
    record(by, "offer_code_taken_back", what=held.terms.offer.title, about=held.terms_id)
    return True


@transaction.atomic
def give_back_code(code: OfferCode, *, by: Membership) -> bool:
    """Its holder has it again. False when they had it. Raises NotAllowed."""
    held = _locked(code, by)
    if held.taken_back_at is None:
        return False
    held.taken_back_at = None
    held.save(update_fields=["taken_back_at"])
    record(by, "offer_code_given_back", what=held.terms.offer.title, about=held.terms_id)
    return True


def _locked(code: OfferCode, by: Membership) -> OfferCode:
    if not can_run_offers(by):
        raise NotAllowed
    held: OfferCode = OfferCode.objects.given().select_for_update(of=("self",)).get(pk=code.pk)
    held.terms = CodeOffer.objects.select_related("offer").get(pk=held.terms_id)
    return held


@transaction.atomic
def hear_of_offers(*, by: Membership) -> None:
    """Be told from now on when an offer opens and before it ends. Raises NotAllowed, FeatureClosed."""
    refuse_closed(by, FEATURE)
    hold_member(by)
    OfferWish.objects.get_or_create(membership=by)


@transaction.atomic
def stop_hearing(*, by: Membership) -> None:
    OfferWish.objects.filter(membership=by).delete()
