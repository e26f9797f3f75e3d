"""The checklist on the overview: ticked by what is true, put away and brought back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from communities.console.place.checklist import show_checklist
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.memory import forget_all
from communities.models import Community
from tests.communities.console.place.conftest import make_ready
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PAGE = "/manage/"


def test_what_is_needed_comes_first_with_one_button_each(draft: Cast) -> None:
    page = draft.sign_in(draft.owner).get(draft.url(PAGE)).content.decode()
    assert "3 things left before you can open" in page
    assert "0 of 4 done" in page
    assert page.index("Legal identity") < page.index("needed to open") < page.index("Choose colours")
    assert page.count("needed to open") == 3
    assert draft.url("/manage/open/") in page


def test_it_is_put_away_and_brought_back_for_the_whole_team(here: Cast) -> None:
    owner = here.sign_in(here.owner)
    assert 'class="ready"' in owner.get(here.url(PAGE)).content.decode()
    assert owner.post(here.url("/manage/checklist/put-away/")).status_code == 302
    forget_all()
    page = here.sign_in(here.manager).get(here.url(PAGE)).content.decode()
    assert 'class="ready"' not in page
    assert here.url("/manage/checklist/bring-back/") in page
    owner.post(here.url("/manage/checklist/bring-back/"))
    forget_all()
    assert 'class="ready"' in owner.get(here.url(PAGE)).content.decode()
    with here.scope():
        assert [one.after for one in Change.objects.newest()] == [{"shown": True}, {"shown": False}]
        with pytest.raises(NotAllowed):
            show_checklist(here.community, by=here.moderator, shown=False)


def test_once_all_is_done_it_puts_itself_away(here: Cast) -> None:
    # Away and back, as by “Undo”, is as if it had always been there.
    with here.scope():
        for shown in (False, True):
            show_checklist(here.community, by=here.owner, shown=shown)
    make_ready(here)
    Community.objects.filter(pk=here.community.pk).update(logo="public/brands/x/full.webp")
    forget_all()
    page = here.sign_in(here.owner).get(here.url(PAGE)).content.decode()
    assert 'class="ready"' not in page
    assert "Show the list" in page


def test_the_overview_asks_a_bounded_number_of_questions(here: Cast, queries: Callable[..., Any]) -> None:
    owner = here.sign_in(here.owner)
    owner.get(here.url(PAGE))
    with queries(most=26):
        assert owner.get(here.url(PAGE)).status_code == 200


@pytest.mark.parametrize(
    ("words", "found", "anchor"),
    [("minimum age", "Minimum age", "#id_minimum_age"), ("tutoiement", "Tutoiement", ""), ("fuseau", "", "")],
)
def test_a_setting_is_found_where_it_is_set(here: Cast, words: str, found: str, anchor: str) -> None:
    owner = here.sign_in(here.owner)
    language = "fr" if words == "tutoiement" else "en"
    page = owner.get(here.url(PAGE), {"q": words}, headers={"accept-language": language}).content.decode()
    if not found:
        assert "No setting matches these words" in page
        return
    assert found in page
    assert here.url(f"/manage/place/{anchor}") in page
