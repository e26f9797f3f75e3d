"""Codes that each member gets one of: lists that are brought, codes that are made, and what of them was refused."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.offers.exceptions import OfferEnded
from analytics.offers.models import LONGEST_CODE, CodeOffer, OfferCode
from analytics.offers.permissions import can_run_offers
from analytics.roi.models import Offer, Order
from communities.exceptions import FieldError, NotAllowed
from communities.journal.services import record
from communities.models import Membership
from communities.queries import locked_community

# Of one offer, and of one list: more are brought in several.
MOST_CODES, MOST_AT_ONCE = 50_000, 10_000
# Of one list so many refused lines are named; of the rest, how many they are.
MOST_NAMED = 50
# Letters and figures that nobody takes for one another; 31 of them, eight at a time: about 40 bits.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789".replace("L", "")
LENGTH = 8
# What programs write above such a column: taken for a code, the first member would get it.
HEADINGS = frozenset({"code", "codes", "code promo", "coupon", "coupons", "name", "voucher", "vouchers"})
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z", re.ASCII)
_PREFIX = re.compile(r"[A-Za-z0-9]{0,12}\Z", re.ASCII)


@dataclass(frozen=True)
class Refused:
    """One line of a list that was not taken; `line` counts from 1."""

    line: int
    code: str
    why: Promise | str


@dataclass
class Report:
    """What became of a list: how many codes are new, and each line that was refused, up to `MOST_NAMED` by name."""

    added: int = 0
    refused: list[Refused] = field(default_factory=list)
    refused_in_all: int = 0

    def refuse(self, line: int, code: str, why: Promise | str) -> None:
        self.refused_in_all += 1
        if len(self.refused) < MOST_NAMED:
            self.refused.append(Refused(line, code[:LONGEST_CODE], why))

    @property
    def unnamed(self) -> int:
        return self.refused_in_all - len(self.refused)


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Each line with its number, and what stands in its first column; a heading or an empty line is none."""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        first = re.split(r"[;,\t]", line, maxsplit=1)[0].strip().strip("\"'").strip()
        if first and not (number == 1 and first.casefold() in HEADINGS):
            yield number, first


def problem_of(code: str) -> Promise | None:
    """Why this cannot be a code; None where it can."""
    if len(code) > LONGEST_CODE:
        return _("longer than 40 characters")
    if not _CODE.match(code):
        return _(
            "only unaccented letters, digits, hyphens, dots and underscores, starting with a letter or digit"
        )
    return None


@transaction.atomic
def add_codes(terms: CodeOffer, text: str, *, by: Membership) -> Report:
    """Take the codes of a list, one a line, and say of each other line why not. The same list again adds nothing.

    Raises NotAllowed, FieldError where the offer has one code for all, or the list is too long.
    """
    held = _held(terms, by)
    lines = list(lines_of(text))
    if len(lines) > MOST_AT_ONCE:
        raise FieldError(_("Up to 10,000 codes at a time: add the rest as a second list."), field="text")
    report, new = Report(), dict[str, str]()
    taken = _taken({code.lower() for _line, code in lines})
    for line, code in lines:
        key, problem = code.lower(), problem_of(code)
        if problem is not None:
            report.refuse(line, code, problem)
        elif key in new:
            report.refuse(line, code, _("twice in this list"))
        elif key in taken:
            report.refuse(line, code, taken[key])
        elif (held.quota or 0) + len(new) >= MOST_CODES:
            report.refuse(line, code, _("an offer can have up to 50,000 codes"))
        else:
            new[key] = code
    report.added = _store(held, new.values(), by)
    return report


@transaction.atomic
def make_codes(terms: CodeOffer, number: int, *, prefix: str = "", by: Membership) -> int:
    """Draw so many codes that nobody can guess, such as ETAIN-7K4QM2XB; how many.

    Raises NotAllowed, FieldError for a prefix that no shop would take, or too many codes.
    """
    held = _held(terms, by)
    if not _PREFIX.match(prefix):
        raise FieldError(_("Up to twelve unaccented letters and digits."), field="begins")
    if not 0 < number <= MOST_AT_ONCE or (held.quota or 0) + number > MOST_CODES:
        raise FieldError(
            _("Between 1 and 10,000 at a time, and up to 50,000 codes per offer."), field="number"
        )
    drawn: dict[str, str] = {}
    while len(drawn) < number:
        some = (_drawn(prefix) for _one in range(number - len(drawn)))
        fresh = {code.lower(): code for code in some}
        gone = _taken(set(fresh))
        drawn |= {key: code for key, code in fresh.items() if key not in gone}
    return _store(held, drawn.values(), by)


def _drawn(prefix: str) -> str:
    code = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    return f"{prefix.upper()}-{code}" if prefix else code


@transaction.atomic
def clear_codes(terms: CodeOffer, *, by: Membership) -> int:
    """Take away the codes that nobody has got yet, such as those of a wrong list; how many. Raises NotAllowed."""
    held = _held(terms, by)
    gone = int(OfferCode.objects.filter(terms=held).free().delete()[0])
    if gone:
        held.quota = held.taken
        held.version += 1
        held.save(update_fields=["quota", "version"])
        record(by, "offer_codes_removed", what=held.offer.title, about=held.pk, after={"codes": gone})
    return gone


def _held(terms: CodeOffer, by: Membership) -> CodeOffer:
    if not can_run_offers(by):
        raise NotAllowed
    # The community first: no two lists, or offers with one code for all, bring the same code at once.
    locked_community(by.community_id)
    held: CodeOffer = CodeOffer.objects.select_for_update(of=("self",), no_key=True).get(pk=terms.pk)
    held.offer = Offer.objects.get(pk=held.offer_id)
    if held.is_shared:
        raise FieldError(_("All members share one code for this offer."), field="text")
    if held.stage == CodeOffer.Stage.ENDED:
        raise OfferEnded
    return held


def _taken(keys: set[str]) -> dict[str, Promise]:
    """Which of these codes stand here already, and where."""
    # Whoever got one of these would stand in the shop with a code that it does not take any more.
    used = Order.objects.with_codes(keys).values_list("code_key", flat=True)
    found: dict[str, Promise] = dict.fromkeys(used, _("has already been used in an order"))
    known = OfferCode.objects.filter(key__in=keys).values_list("key", flat=True)
    found |= dict.fromkeys(known, _("is already in an offer"))
    shared = Offer.objects.exclude(code="").values_list("code", flat=True)
    found |= {code.lower(): _("is the code of another offer") for code in shared if code.lower() in keys}
    return found


def _store(held: CodeOffer, codes: Iterable[str], by: Membership) -> int:
    rows = [OfferCode(terms=held, community_id=held.community_id, code=one, key=one.lower()) for one in codes]
    if not rows:
        return 0
    OfferCode.objects.bulk_create(rows, batch_size=1000)
    held.quota = (held.quota or 0) + len(rows)
    held.version += 1
    held.save(update_fields=["quota", "version"])
    record(by, "offer_codes_added", what=held.offer.title, about=held.pk, after={"codes": len(rows)})
    return len(rows)
