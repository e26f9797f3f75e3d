"""The checklist on the overview: ticked by what is true, put away and brought back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from communities.console.place.checklist import checklist_of, show_checklist
from communities.exceptions import NotAllowed
from communities.launch.models import Stage, Wave
from communities.launch.services import send_wave
from communities.memory import forget_all
from communities.models import Community, Membership
from tests.communities.console.place.conftest import make_ready
from tests.communities.launch.conftest import LEGAL, make_plan, refresh
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PAGE = "/manage/"


def facts(cast: Cast) -> dict[str, tuple[bool, str]]:
    refresh(cast)
    with cast.scope():
        ticks = checklist_of(cast.community)
        return {tick.step.name: (tick.check.done, tick.check.fact) for tick in [*ticks.open, *ticks.done]}


def test_steps_are_ticked_by_what_is_true(here: Cast) -> None:
    before = facts(here)
    assert [name for name, (done, _fact) in before.items() if done] == ["spaces", "team"]
    assert before["texts"] == (False, "Rigging, Journal are empty.")
    assert before["identity"][1].startswith("Missing: Publisher")
    make_ready(here)
    with here.scope():
        Membership.objects.team().exclude(pk=here.owner.pk).update(role="member")
    Community.objects.filter(pk=here.community.pk).update(
        theme={"hue": 20, "chroma": 0.1, "lightness": 0.4}, logo="public/brands/x/full.webp"
    )
    make_plan(here, ("wave", ["forums"]), opened=0)
    after = facts(here)
    assert after["look"] == (True, "Colours and a logo of its own")
    assert after["identity"] == (True, LEGAL["publisher"])
    assert after["rules"] == (True, "1 rule")
    assert after["texts"] == (True, "Each visible space has a text")
    assert after["team"][0] is False
    assert after["first-stage"] == (True, "“Stage 1” is ready to open")
    assert after["first-wave"] == (False, "Nobody has been invited yet.")


def test_a_wave_counts_once_it_is_sent(here: Cast) -> None:
    (stage,) = make_plan(here, ("wave", ["forums"]), opened=1)
    with here.scope():
        wave = Wave.objects.create(
            stage=Stage.objects.get(pk=stage.pk), name="Crew", addresses=["a@example.org", "b@example.org"]
        )
    assert facts(here)["first-wave"] == (
        False,
        "2 people are chosen. Their invitation has not been sent.",
    )
    with here.scope():
        send_wave(wave, by=here.manager)
    assert facts(here)["first-wave"] == (True, "2 invitations sent")


def test_what_is_needed_comes_first_with_one_button_each(draft: Cast) -> None:
    page = draft.sign_in(draft.owner).get(draft.url(PAGE)).content.decode()
    assert "3 things left before you can open" in page
    assert "2 of 8 done" in page
    assert page.index("Legal identity") < page.index("needed to open") < page.index("First wave")
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
    with here.scope(), pytest.raises(NotAllowed):
        show_checklist(here.community, by=here.moderator, shown=False)


def test_once_all_is_done_it_puts_itself_away(here: Cast) -> None:
    make_ready(here)
    Community.objects.filter(pk=here.community.pk).update(theme={"hue": 20, "chroma": 0.1, "lightness": 0.4})
    (stage,) = make_plan(here, ("wave", ["forums"]), opened=1)
    with here.scope():
        wave = Wave.objects.create(
            stage=Stage.objects.get(pk=stage.pk), name="Crew", addresses=["a@example.org"]
        )
        send_wave(wave, by=here.manager)
    forget_all()
    page = here.sign_in(here.owner).get(here.url(PAGE)).content.decode()
    assert 'class="ready"' not in page
    assert "Show the list" in page


def test_the_overview_asks_a_bounded_number_of_questions(here: Cast, queries: Callable[..., Any]) -> None:
    owner = here.sign_in(here.owner)
    owner.get(here.url(PAGE))
    with queries(most=20):
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
        assert "No setting holds these words" in page
        return
    assert found in page
    assert here.url(f"/manage/place/{anchor}") in page
