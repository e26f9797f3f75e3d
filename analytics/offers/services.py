"""Making, changing, pausing, ending offers with codes: what the team does with them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from analytics.offers.exceptions import CodesGiven, OfferChanged, OfferEnded, OfferGone, TooManyOffers
from analytics.offers.models import ENDING, CodeOffer, OfferCode, picture_fields
from analytics.offers.permissions import can_run_offers
from analytics.offers.stock import problem_of
from analytics.roi.models import Offer
from communities.animation.newsletters.models import Segment
from communities.calendar import day_of
from communities.content.images import delete_picture, store_picture
from communities.exceptions import FieldError, NotAllowed
from communities.journal.services import record
from communities.models import Community, Membership
from communities.queries import locked_community

# Of one place at once: whoever looks for theirs reads all of them.
MOST = 20
Audience, Way = CodeOffer.Audience, CodeOffer.Way


@dataclass(frozen=True)
class OfferWishes:
    """What a form says of an offer. `picture` is a file that replaces the one there is; `segment` its number."""

    title: str
    opens_at: datetime.datetime
    text: str = ""
    how: str = ""
    address: str = ""
    ends_at: datetime.datetime | None = None
    audience: str = Audience.MEMBERS
    segment: int | None = None
    way: str = Way.SHARED
    code: str = ""
    quota: int | None = None
    picture: File[Any] | None = None
    remove_picture: bool = False
    picture_alt: str = ""


@transaction.atomic
def make_offer(wishes: OfferWishes, *, by: Membership) -> CodeOffer:
    """A new one; of own codes it has none yet. Raises NotAllowed, TooManyOffers, FieldError, UploadRefused."""
    place = _locked_place(by)
    _refuse_more()
    offer = Offer(kind=Offer.Kind.CODE, medium=Offer.Medium.MEMBERS, slug=_free_slug(wishes.title))
    terms = CodeOffer(created_by=by, way=wishes.way)
    _put_into(terms, offer, wishes, place)
    offer.save()
    terms.offer = offer
    terms.save()
    record(by, "offer_made", what=offer.title, about=terms.pk)
    return terms


@transaction.atomic
def edit_offer(
    terms: CodeOffer, wishes: OfferWishes, *, by: Membership, version: int | None = None
) -> CodeOffer:
    """Change one, also after its end: with a later one it goes on. What people have stays what they have: its way, and
    the code that all share once somebody has got it.

    Raises NotAllowed, OfferChanged, TooManyOffers, FieldError, UploadRefused.
    """
    place = _locked_place(by)
    held = locked_terms(terms)
    if version is not None and version != held.version:
        raise OfferChanged
    _refuse_other_codes(held, wishes)
    was_over, former_end = held.stage == CodeOffer.Stage.ENDED, held.ends_at
    _put_into(held, held.offer, wishes, place)
    if was_over and held.stage != CodeOffer.Stage.ENDED:
        _refuse_more()
        _tell_of_end_again(held)
    elif held.ends_at != former_end and (held.ends_at is None or held.ends_at > timezone.now() + ENDING):
        _tell_of_end_again(held)
    held.version += 1
    held.offer.save()
    held.save()
    record(by, "offer_edited", what=held.offer.title, about=held.pk)
    return held


def _tell_of_end_again(held: CodeOffer) -> None:
    """Whoever is told of ends is told of this one, too, when its day comes; a telling of the former one begins anew."""
    held.ending_told_at = None
    if held.opening_told_at is not None:
        held.told_to = 0


def _put_into(terms: CodeOffer, offer: Offer, wishes: OfferWishes, place: Community) -> None:
    if wishes.ends_at is not None and wishes.ends_at <= wishes.opens_at:
        raise FieldError(_("The end must be after the start."), field="ends_at")
    offer.title, offer.text, offer.address = wishes.title, wishes.text, wishes.address
    offer.code = _checked_code(offer, wishes)
    offer.starts_on = day_of(wishes.opens_at, place)
    offer.ends_on = day_of(wishes.ends_at, place) if wishes.ends_at is not None else None
    terms.how, terms.picture_alt = wishes.how, wishes.picture_alt
    terms.opens_at, terms.ends_at = wishes.opens_at, wishes.ends_at
    terms.audience, terms.segment = wishes.audience, _segment(wishes)
    if terms.segment is None:
        terms.segment_name = ""
    if wishes.way == Way.OWN:
        # A number that was said of one code for everybody says nothing of a list.
        terms.quota = (terms.quota or 0) if terms.way == Way.OWN else 0
    else:
        if wishes.quota is not None and wishes.quota < terms.taken:
            raise FieldError(_("More members than that already have the code."), field="quota")
        terms.quota = wishes.quota
    terms.way = wishes.way
    _take_picture(terms, wishes)


def _checked_code(offer: Offer, wishes: OfferWishes) -> str:
    if wishes.way == Way.OWN:
        return ""
    if not wishes.code:
        raise FieldError(_("Enter the code that the shop expects."), field="code")
    problem = problem_of(wishes.code)
    if problem is not None:
        raise FieldError(
            _("A code is made of unaccented letters, digits, hyphens, dots and underscores, 40 at most."),
            field="code",
        )
    others = Offer.objects.exclude(pk=offer.pk).filter(code__iexact=wishes.code)
    if others.exists() or OfferCode.objects.filter(key=wishes.code.lower()).exists():
        raise FieldError(_("Another offer has this code."), field="code")
    return wishes.code


def _segment(wishes: OfferWishes) -> Segment | None:
    if wishes.audience != Audience.SEGMENT:
        return None
    found: Segment | None = Segment.objects.filter(pk=wishes.segment or 0).first()
    if found is None:
        raise FieldError(
            _("This segment has been deleted in the meantime. Choose another one."), field="whom"
        )
    return found


def _refuse_other_codes(held: CodeOffer, wishes: OfferWishes) -> None:
    has_codes = held.taken or (not held.is_shared and held.quota)
    if has_codes and wishes.way != held.way:
        raise FieldError(_("There are already codes, so this can no longer be changed."), field="way")
    if held.taken and held.is_shared and wishes.code != held.offer.code:
        raise FieldError(_("Members already have this code, so it can no longer be changed."), field="code")


def _take_picture(terms: CodeOffer, wishes: OfferWishes) -> None:
    if wishes.picture is None and not wishes.remove_picture:
        return
    former = terms.picture_paths
    stored = store_picture(wishes.picture, folder="public/offers") if wishes.picture is not None else None
    for name, value in picture_fields(stored).items():
        setattr(terms, name, value)
    if former:
        transaction.on_commit(lambda: delete_picture(former))


@transaction.atomic
def pause_offer(terms: CodeOffer, *, by: Membership) -> bool:
    """Nobody gets a code until it is resumed; those that were given stay. False when it was paused. Raises NotAllowed,
    OfferEnded."""
    return _mark(terms, by, timezone.now())


@transaction.atomic
def resume_offer(terms: CodeOffer, *, by: Membership) -> bool:
    """False when it was not paused. Raises NotAllowed, OfferEnded."""
    return _mark(terms, by, None)


def _mark(terms: CodeOffer, by: Membership, paused_at: datetime.datetime | None) -> bool:
    _locked_place(by)
    held = locked_terms(terms)
    if held.stage == CodeOffer.Stage.ENDED:
        raise OfferEnded
    if (held.paused_at is None) == (paused_at is None):
        return False
    held.paused_at = paused_at
    held.version += 1
    held.save(update_fields=["paused_at", "version"])
    act = "offer_paused" if paused_at is not None else "offer_resumed"
    record(by, act, what=held.offer.title, about=held.pk)
    return True


@transaction.atomic
def end_offer(terms: CodeOffer, *, by: Membership) -> bool:
    """Now instead of later; with another end in its form it goes on. False when it had ended. Raises NotAllowed, and
    FieldError for one that has not begun: its form moves it."""
    place = _locked_place(by)
    held, now = locked_terms(terms), timezone.now()
    if held.stage_at(now) == CodeOffer.Stage.ENDED:
        return False
    if held.opens_at >= now:
        raise FieldError(_("It has not started yet: change its dates, or delete it."), field="ends_at")
    held.ends_at = now
    held.version += 1
    held.save(update_fields=["ends_at", "version"])
    Offer.objects.filter(pk=held.offer_id).update(ends_on=day_of(now, place))
    record(by, "offer_ended", what=held.offer.title, about=held.pk)
    return True


@transaction.atomic
def delete_offer(terms: CodeOffer, *, by: Membership) -> None:
    """Take away one of which nobody has a code, with its list and its picture. Raises NotAllowed, CodesGiven."""
    _locked_place(by)
    held = locked_terms(terms)
    if held.taken:
        raise CodesGiven
    former = held.picture_paths
    held.offer.delete()
    if former:
        transaction.on_commit(lambda: delete_picture(former))
    record(by, "offer_deleted", what=held.offer.title)


def locked_terms(terms: CodeOffer) -> CodeOffer:
    """Its row as it is now, locked; its offer and segment are read afterwards. Raises OfferGone."""
    rows = CodeOffer.objects.select_for_update(of=("self",), no_key=True)
    held: CodeOffer | None = rows.filter(pk=terms.pk).first()
    if held is None:
        raise OfferGone
    held.offer = Offer.objects.get(pk=held.offer_id)
    return held


def _locked_place(by: Membership) -> Community:
    if not can_run_offers(by):
        raise NotAllowed
    return locked_community(by.community_id)


def _refuse_more() -> None:
    if CodeOffer.objects.standing(timezone.now()).count() >= MOST:
        raise TooManyOffers


def _free_slug(title: str) -> str:
    """The words of its title, with a number where another offer has them."""
    first = slugify(title)[:50].strip("-") or "offer"
    taken = set(Offer.objects.filter(slug__startswith=first).values_list("slug", flat=True))
    number = 1
    while (slug := first if number == 1 else f"{first}-{number}") in taken:
        number += 1
    return slug
