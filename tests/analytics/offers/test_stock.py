"""Lists of codes: what is taken, what is refused and why; and codes that are made here."""

from __future__ import annotations

import pytest
from django.utils import timezone

from analytics.offers import claiming, stock
from analytics.offers.models import OfferCode
from communities.exceptions import FieldError
from tests.analytics.money import make_order
from tests.analytics.offers.making import fresh, shared, with_codes
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped")]
LIST = (
    """Code;Value
ETAIN-1;10
"FROST 10"
étain
,
frost-2,5
FROST-2

HALF
etain-9
-bad
"""
    + "x" * 41
)


def test_each_line_is_taken_or_refused_with_its_reason(here: Cast) -> None:
    shared(here, code="HALF")
    with_codes(here, "ETAIN-9")
    terms = with_codes(here, "OTHER")
    report = stock.add_codes(terms, LIST, by=here.marketing)
    assert report.added == 2
    assert set(OfferCode.objects.filter(terms=terms).values_list("code", flat=True)) == {
        "OTHER", "ETAIN-1", "frost-2",
    }  # fmt: skip
    refused = {one.line: (one.code, str(one.why)) for one in report.refused}
    assert {line: code for line, (code, _why) in refused.items()} == {
        3: "FROST 10",
        4: "étain",
        7: "FROST-2",
        9: "HALF",
        10: "etain-9",
        11: "-bad",
        12: "x" * 40,
    }
    assert refused[7][1] == "twice in this list"
    assert refused[9][1] == "is the code of another offer"
    assert refused[10][1] == "is already in an offer"
    assert refused[12][1] == "longer than 40 characters"
    assert fresh(terms).quota == 3


def test_a_code_that_an_order_has_had_already_is_given_to_nobody(here: Cast) -> None:
    make_order(here.community, "A1", 2_800, code="Spent-1", placed_at=timezone.now())
    terms = with_codes(here, "FIRST")
    report = stock.add_codes(terms, "Name,Value\nSPENT-1,10\nFRESH-1,10", by=here.marketing)
    assert [(one.line, str(one.why)) for one in report.refused] == [(2, "has already been used in an order")]
    assert set(OfferCode.objects.values_list("code", flat=True)) == {"FIRST", "FRESH-1"}


def test_the_same_list_again_adds_nothing_and_of_many_refusals_some_are_named(here: Cast) -> None:
    terms = with_codes(here, "FIRST")
    many = "\n".join(f"CODE-{n}" for n in range(60))
    assert stock.add_codes(terms, many, by=here.marketing).added == 60
    again = stock.add_codes(terms, many, by=here.marketing)
    assert (again.added, again.refused_in_all, len(again.refused), again.unnamed) == (0, 60, 50, 10)
    assert fresh(terms).quota == 61


def test_made_codes_differ_and_begin_as_asked(here: Cast) -> None:
    terms = with_codes(here, "FIRST")
    assert stock.make_codes(terms, 200, prefix="etain", by=here.marketing) == 200
    made = set(OfferCode.objects.filter(terms=terms).exclude(code="FIRST").values_list("code", flat=True))
    assert len(made) == 200
    letters = set("".join(code.removeprefix("ETAIN-") for code in made))
    assert all(code.startswith("ETAIN-") and len(code) == 14 for code in made)
    assert not letters & set("0O1IL"), "nobody takes one letter for another"
    for number, begins in ((0, ""), (10_001, ""), (1, "no way")):
        with pytest.raises(FieldError):
            stock.make_codes(terms, number, prefix=begins, by=here.marketing)


def test_what_nobody_has_can_be_taken_away_again(here: Cast) -> None:
    terms = with_codes(here)
    claiming.claim_code(terms, by=here.member)
    assert stock.clear_codes(terms, by=here.marketing) == 2
    assert (fresh(terms).quota, fresh(terms).taken) == (1, 1)
    assert stock.clear_codes(terms, by=here.marketing) == 0


def test_an_offer_with_one_code_for_all_takes_no_list(here: Cast) -> None:
    with pytest.raises(FieldError):
        stock.add_codes(shared(here), "MORE", by=here.marketing)
