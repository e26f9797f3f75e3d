"""What the clock does with offers: who agreed to hear of them is told when one opens, and a day before it ends."""

from __future__ import annotations

import datetime

from django.utils import timezone

from analytics.offers.models import ENDING, CodeOffer, OfferCode, OfferWish
from analytics.offers.notices import OfferEnding, OfferOpened, about_offer
from analytics.offers.permissions import FEATURE
from communities.animation.newsletters.segments import people_of
from communities.launch.features import chosen_features, people_let_in
from communities.models import Community, Membership
from communities.notifications.services import tell
from communities.tasks import each_apart

# People told of one offer in one run; the next goes on.
TOLD_AT_ONCE = 500


def tell_what_is_due(community: Community) -> int:
    """All offers of the community in scope that have opened or end soon; how many had something to do."""
    if FEATURE not in chosen_features(community):
        return 0
    now = timezone.now()
    due = {*CodeOffer.objects.to_open(now).values_list("pk", flat=True)}
    due |= {*CodeOffer.objects.to_end(now).values_list("pk", flat=True)}
    return each_apart("offer", sorted(due), lambda number: _step(number, now))


def _step(number: int, now: datetime.datetime) -> int:
    """The next ones of those who are told of one; 0 where somebody else is doing it."""
    rows = CodeOffer.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=number)
    terms: CodeOffer | None = rows.first()
    if terms is None:
        return 0
    terms = _with_offer(terms)
    opens = terms.opening_told_at is None
    if opens:
        if terms.stage_at(now) not in (CodeOffer.Stage.OPEN, CodeOffer.Stage.USED_UP):
            return 0
    elif not _is_worth_it(terms):
        terms.ending_told_at = now
        terms.save(update_fields=["ending_told_at"])
        return 1
    if not _tell_some(terms, opens=opens):
        name = "opening_told_at" if opens else "ending_told_at"
        setattr(terms, name, now)
        terms.told_to = 0
        terms.save(update_fields=[name, "told_to"])
    return 1


def _with_offer(terms: CodeOffer) -> CodeOffer:
    found: CodeOffer = CodeOffer.objects.with_offer().get(pk=terms.pk)
    return found


def _is_worth_it(terms: CodeOffer) -> bool:
    """Of one that lasts hardly longer than the warning, people have just been told."""
    return terms.ends_at is not None and terms.ends_at - terms.opens_at >= 2 * ENDING


def _tell_some(terms: CodeOffer, *, opens: bool) -> bool:
    """Tell the next ones, and keep how far this has come; whether some are left."""
    wishes = OfferWish.objects.filter(pk__gt=terms.told_to).order_by("pk")
    some = list(wishes.values_list("pk", "membership_id")[:TOLD_AT_ONCE])
    people = _meant(terms, [person for _pk, person in some])
    if people:
        people = _who_can_still(terms, people, opens=opens)
    notice, what = (OfferOpened, "opens") if opens else (OfferEnding, "ends")
    if people:
        tell(notice, people, about_offer(terms, what))
    if len(some) < TOLD_AT_ONCE:
        return False
    terms.told_to = some[-1][0]
    terms.save(update_fields=["told_to"])
    return True


def _meant(terms: CodeOffer, people: list[int]) -> list[int]:
    if not people:
        return []
    if terms.audience == CodeOffer.Audience.SEGMENT:
        if terms.segment is None:
            return []
        rows = people_of(terms.segment)
    else:
        rows = Membership.objects.shown().not_suspended()
    here = sorted(rows.filter(pk__in=people).values_list("pk", flat=True))
    return people_let_in(here, community_id=terms.community_id, feature=FEATURE)


def _who_can_still(terms: CodeOffer, people: list[int], *, opens: bool) -> list[int]:
    """Who can still get a code; of an offer that ends, who has one and has not used it, too."""
    rows = OfferCode.objects.filter(terms=terms, holder__in=people)
    has = {row.holder_id: row for row in rows}
    is_left = terms.left is None or terms.left > 0

    def can(row: OfferCode | None) -> bool:
        if row is None:
            return is_left
        return not opens and row.used_at is None and row.taken_back_at is None

    return [pk for pk in people if can(has.get(pk))]
