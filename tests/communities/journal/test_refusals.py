"""What the team tried and may not do stands in the journal: once, bounded, and for those who read it."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from communities.journal import refusals
from communities.journal.models import Change
from communities.journal.reading import journal_page
from communities.journal.refusals import REFUSED
from communities.limits import DAY, Window
from communities.models import Community
from tests.communities.launch.conftest import make_plan
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_noted() -> None:
    cache.clear()


def lines(here: Cast) -> list[tuple[str, str]]:
    with here.scope():
        return [(line.who, line.what) for line in journal_page(here.owner).lines if line.act == REFUSED]


def test_an_act_beyond_a_role_leaves_one_line(here: Cast) -> None:
    client = here.sign_in(here.moderator)
    for _time in range(3):
        assert client.post(here.url("/manage/place/"), {"name": "Mine"}).status_code == 403
    assert lines(here) == [(str(here.moderator), "/manage/place/")]
    assert Community.objects.get(pk=here.community.pk).name == here.community.name


def test_it_can_be_asked_for_and_taken_away(here: Cast) -> None:
    here.sign_in(here.marketing).post(here.url("/manage/domains/"), {})
    owner = here.sign_in(here.owner)
    address = here.url(f"/manage/journal/?act=settings:{REFUSED}")
    page = owner.get(address).content.decode()
    assert "Tried, and not allowed" in page
    assert str(here.marketing) in page
    assert "/manage/domains/" in page
    assert REFUSED in owner.get(here.url(f"/manage/journal.csv?act=settings:{REFUSED}")).content.decode()


def test_looking_and_members_leave_none(here: Cast) -> None:
    assert here.sign_in(here.moderator).get(here.url("/manage/place/")).status_code == 403
    assert here.sign_in(here.member).post(here.url("/manage/place/"), {}).status_code == 403
    assert here.sign_in(here.owner).post(here.url("/manage/place/"), {"name": ""}).status_code == 422
    assert lines(here) == []


def test_what_a_stage_keeps_closed_leaves_one_too(here: Cast) -> None:
    make_plan(here, ("team", ["tags"]), ("everyone", ["forums"]), opened=1)
    address = here.url("/forums/t/nothing/lock/")
    assert here.sign_in(here.moderator).post(address).status_code == 404
    assert lines(here) == [(str(here.moderator), "/forums/t/nothing/lock/")]


def test_nobody_floods_the_journal(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "ONE_PERSON", (Window(5, DAY),))
    with here.scope():
        noted = [refusals.note_refusal(here.moderator, f"/manage/{number}/") for number in range(20)]
        assert noted.count(True) == 5
        assert refusals.note_refusal(here.marketing, "/manage/1/")
        assert Change.objects.filter(act=REFUSED).count() == 6


def test_what_cannot_be_noted_changes_no_answer(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object, **_said: object) -> None:
        raise RuntimeError("no journal")

    monkeypatch.setattr(refusals, "record", broken)
    assert here.sign_in(here.moderator).post(here.url("/manage/place/"), {}).status_code == 403
