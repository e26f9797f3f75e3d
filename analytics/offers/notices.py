"""What members are told of offers: their own code, and, where they asked for it, what opens and what ends soon."""

from __future__ import annotations

import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.offers.models import CodeOffer, OfferCode, OfferWish
from analytics.offers.permissions import FEATURE, those_for
from communities.launch.features import is_open, is_open_to
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare


def about_code(code: OfferCode) -> About:
    """`code.terms.offer` is at hand."""
    return About(path=f"offers/{code.terms.offer.slug}/", occasion=str(code.pk))


def about_offer(terms: CodeOffer, what: str) -> About:
    ends = terms.ends_at.astimezone(datetime.UTC).isoformat() if terms.ends_at and what == "ends" else ""
    return About(path=f"offers/{terms.offer.slug}/", occasion=f"{terms.pk} {what} {ends}".strip())


def _number(line: Line) -> int:
    first = line.occasion.partition(" ")[0]
    return int(first) if first.isdecimal() else 0


@declare
class CodeClaimed(Notice):
    """Somebody has got a code. It is their own, and what they asked for a moment ago: it cannot be muted."""

    name = "code_claimed"
    label = gettext_lazy("Your code")
    heading = Heading.PLACE
    icon = "ticket"
    order = 91
    mail_kind = "decision"
    mail_after = datetime.timedelta(0)

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if "offer_codes" not in reading.memo:
            numbers = [_number(one) for one in reading.lines if one.kind == self.name]
            rows = OfferCode.objects.select_related("terms__offer")
            reading.memo["offer_codes"] = rows.in_bulk(numbers)
        line.offer_code = code = reading.memo["offer_codes"].get(_number(line))
        mine = code is not None and code.holder_id == reading.membership.pk and code.taken_back_at is None
        return mine and is_open(reading.community, reading.membership, FEATURE)

    def sentence(self, line: Line) -> str:
        code = _code(line)
        return _("Your code for “%(offer)s”") % {"offer": code.terms.offer.title if code else ""}

    def words(self, line: Line) -> Words:
        code = _code(line)
        said = {"code": code.said if code else "", "day": _until(code.terms) if code else ""}
        lead = (
            _("Your code: %(code)s. It is valid until %(day)s.") if said["day"] else _("Your code: %(code)s.")
        )
        return Words(lead % said, _("See the offer"), _("You asked for this code."))


class _OfOffer(Notice):
    """What only those are told who asked for it."""

    icon = "ticket"

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE) and OfferWish.objects.filter(membership=membership).exists()

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if "code_offers" not in reading.memo:
            numbers = [
                _number(one) for one in reading.lines if one.kind in (OfferOpened.name, OfferEnding.name)
            ]
            known = CodeOffer.objects.with_offer().in_bulk(numbers)
            reading.memo["code_offers"] = known
            reading.memo["offers_meant"] = {
                one.pk for one in those_for([*known.values()], reading.membership)
            }
            mine = OfferCode.objects.filter(holder=reading.membership, terms__in=known)
            reading.memo["offers_had"] = set(mine.values_list("terms_id", flat=True))
        line.code_offer = terms = reading.memo["code_offers"].get(_number(line))
        if terms is None or not is_open(reading.community, reading.membership, FEATURE):
            return False
        # Of one that is used up, only those still hear who have a code of it.
        has = terms.pk in reading.memo["offers_had"]
        stands = terms.stage == CodeOffer.Stage.OPEN or (has and terms.stage == CodeOffer.Stage.USED_UP)
        return stands and terms.pk in reading.memo["offers_meant"]

    def words(self, line: Line) -> Words:
        terms = _terms(line)
        lead = (terms.offer.text if terms else "") or _("For members of this place.")
        day = _until(terms) if terms else ""
        until = _("Until %(day)s.") % {"day": day} if day else ""
        why = _("You asked to hear about offers. You can change that on the offers page.")
        return Words(f"{lead} {until}".strip(), _("See the offer"), why)


@declare
class OfferOpened(_OfOffer):
    """An offer for this member has opened."""

    name = "offer_opened"
    label = gettext_lazy("An offer opens")
    heading = Heading.PLACE
    order = 92
    question = gettext_lazy("An offer for me opens")

    def sentence(self, line: Line) -> str:
        terms = _terms(line)
        return _("For members: “%(offer)s”") % {"offer": terms.offer.title if terms else ""}


@declare
class OfferEnding(_OfOffer):
    """An offer for this member ends within a day."""

    name = "offer_ending"
    label = gettext_lazy("An offer ends soon")
    heading = Heading.PLACE
    order = 93
    question = gettext_lazy("An offer for me ends within a day")
    can_wait = False

    def sentence(self, line: Line) -> str:
        terms = _terms(line)
        said = {"offer": terms.offer.title if terms else "", "moment": _until(terms) if terms else ""}
        return _("Ends on %(moment)s: “%(offer)s”") % said


def _until(terms: CodeOffer) -> str:
    return date_format(localtime(terms.ends_at), "DATETIME_FORMAT") if terms.ends_at is not None else ""


def _code(line: Line) -> OfferCode | None:
    if not hasattr(line, "offer_code"):
        rows = OfferCode.objects.select_related("terms__offer")
        line.offer_code = rows.filter(pk=_number(line)).first()
    found: OfferCode | None = line.offer_code
    return found


def _terms(line: Line) -> CodeOffer | None:
    if not hasattr(line, "code_offer"):
        line.code_offer = CodeOffer.objects.with_offer().filter(pk=_number(line)).first()
    found: CodeOffer | None = line.code_offer
    return found
