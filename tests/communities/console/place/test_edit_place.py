"""Name and place: each value has its effect, two people lose nothing, planned hours are asked for, all is undone."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from communities.animation.calendar.holidays import MOST, countries
from communities.console.conflicts import merge
from communities.console.place.values import present_values
from communities.content.models import Thread
from communities.journal.models import Change
from communities.journal.services import undo
from communities.launch.models import Stage
from communities.memory import forget_all
from communities.models import Community
from tests.communities.launch.conftest import refresh
from tests.conftest import Cast
from tests.factories import make_thread

pytestmark = pytest.mark.django_db

PAGE = "/manage/place/"
NINE_IN_PARIS = datetime.datetime(2099, 1, 15, 8, 0, tzinfo=datetime.UTC)


def sent(cast: Cast, **changes: Any) -> dict[str, Any]:
    """The form as a browser sends it back, with some values changed."""
    values = present_values(Community.objects.get(pk=cast.community.pk))
    form = {**values, "began": json.dumps(values), **changes}
    form["minimum_age"] = form["minimum_age"] or ""
    return {name: value for name, value in form.items() if value is not False}


def now(cast: Cast) -> Community:
    forget_all()
    return Community.objects.get(pk=cast.community.pk)


def test_every_value_is_saved_shown_and_journalled(here: Cast) -> None:
    changes = {
        "name": "Halyard",
        "tagline": "Lines that hold",
        "language": "fr",
        "languages": ["fr", "en"],
        "time_zone": "Pacific/Noumea",
        "holidays": ["FR", "BE"],
        "address_form": "tu",
        "listed": False,
        "search_engines": False,
        "directory_public": "on",
        "feed_texts": "whole",
        "cards": False,
        "formulas": "on",
        "minimum_age": "16",
        "invitations": "3",
        "invitations_of_ambassadors": "9",
        "audience": "consent",
    }
    owner = here.sign_in(here.owner)
    assert owner.post(here.url(PAGE), sent(here, **changes)).status_code == 302
    community = now(here)
    assert (community.name, community.tagline, community.address_form) == ("Halyard", "Lines that hold", "tu")
    assert (community.all_languages, community.time_zone) == (["fr", "en"], "Pacific/Noumea")
    assert not community.listed
    assert community.settings == {
        "search_engines": False,
        "directory_public": True,
        "feed_texts": "whole",
        "cards": False,
        "formulas": True,
        "minimum_age": 16,
        "invitations": 3,
        "invitations_of_ambassadors": 9,
        "audience": "consent",
        "holidays": ["BE", "FR"],
    }
    with here.scope():
        change = Change.objects.get()
    assert change.after["address_form"] == "tu"
    assert change.before["name"] == here.community.name
    page = owner.get(here.url(PAGE), headers={"accept-language": "en"}).content.decode()
    assert "Lines that hold" in page
    assert 'value="16"' in page


def test_what_is_saved_can_be_taken_back_by_one_press(here: Cast) -> None:
    owner = here.sign_in(here.owner)
    before = present_values(now(here))
    owner.post(here.url(PAGE), sent(here, name="Halyard", feed_texts="whole", listed=False))
    forget_all()
    with here.scope():
        change = Change.objects.get()
    assert "Halyard" in here.sign_in(None).get(here.url("/")).content.decode()
    overview = owner.get(here.url("/manage/")).content.decode()
    assert here.url(f"/manage/journal/{change.pk}/undo/") in overview
    assert owner.post(here.url(f"/manage/journal/{change.pk}/undo/")).status_code == 302
    assert present_values(now(here)) == before
    assert "Halyard" not in here.sign_in(None).get(here.url("/")).content.decode()
    with here.scope():
        assert Change.objects.filter(undoes=change).count() == 1


def test_saving_nothing_new_writes_no_line(here: Cast) -> None:
    assert here.sign_in(here.owner).post(here.url(PAGE), sent(here)).status_code == 302
    with here.scope():
        assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "x" * 81),
        ("time_zone", "Mars/Base"),
        ("language", "xx"),
        ("languages", ["xx"]),
        ("address_form", "thou"),
        ("minimum_age", "7"),
        ("invitations", "-1"),
        ("audience", "all"),
        ("feed_texts", ""),
        ("holidays", ["XX"]),
        ("holidays", [code for code, _name in countries()][: MOST + 1]),
    ],
)
def test_bad_input_is_answered_beside_its_field(here: Cast, field: str, value: Any) -> None:
    answer = here.sign_in(here.owner).post(here.url(PAGE), sent(here, tagline="Kept", **{field: value}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f"id_{field}" in page
    assert "Kept" in page
    assert now(here).tagline == ""


def test_two_owners_save_different_things_and_both_stand(here: Cast) -> None:
    mine = sent(here, tagline="Gear that holds")
    here.sign_in(here.manager).post(here.url(PAGE), sent(here, name="Halyard"))
    assert here.sign_in(here.owner).post(here.url(PAGE), mine).status_code == 302
    assert (now(here).name, now(here).tagline) == ("Halyard", "Gear that holds")


def test_two_owners_save_the_same_thing_and_see_both(here: Cast) -> None:
    owner, mine = here.sign_in(here.owner), sent(here, tagline="Gear that holds", feed_texts="whole")
    here.sign_in(here.manager).post(here.url(PAGE), sent(here, tagline="Lines that hold", invitations="2"))
    answer = owner.post(here.url(PAGE), mine)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert f"{here.manager.display_name} saved this page while you had it open." in page
    assert "Yours differs in: Tagline." in page
    theirs = page.partition('id="id_tagline_kept"')[2].partition("</div></div>")[0]
    assert "Lines that hold" in theirs
    assert 'value="Gear that holds"' in page
    assert now(here).tagline == "Lines that hold"
    # The form holds mine, and what the other changed elsewhere; saving it again keeps mine.
    form = answer.context["form"]
    again = {**form.initial, "began": json.dumps(form.initial["began"]), "minimum_age": ""}
    assert again["invitations"] == 2
    again = {name: value for name, value in again.items() if value is not False}
    assert owner.post(here.url(PAGE), again).status_code == 302
    community = now(here)
    assert (community.tagline, community.settings) == (
        "Gear that holds",
        {"feed_texts": "whole", "invitations": 2},
    )


def test_merging_asks_only_for_what_two_people_changed_differently() -> None:
    began = {"a": 1, "b": 1, "c": 1, "d": 1}
    merged = merge(began, {"a": 2, "b": 1, "c": 2, "d": 2}, {"a": 1, "b": 3, "c": 3, "d": 2})
    assert merged.values == {"a": 2, "b": 3, "c": 2, "d": 2}
    assert merged.clashes == ["c"]


@pytest.fixture
def planned(here: Cast) -> Thread:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, state="draft")
        Thread.objects.filter(pk=thread.pk).update(state="scheduled", scheduled_for=NINE_IN_PARIS)
        Stage.objects.create(place=1, name="Ambassadors", audience="ambassadors", planned_for=NINE_IN_PARIS)
        return thread


def hours(cast: Cast, thread: Thread) -> tuple[datetime.datetime, datetime.datetime]:
    with cast.scope():
        return (Thread.objects.get(pk=thread.pk).scheduled_for, Stage.objects.get().planned_for)  # type: ignore[return-value]


def test_another_time_zone_asks_what_becomes_of_planned_hours(here: Cast, planned: Thread) -> None:
    owner = here.sign_in(here.owner)
    answer = owner.post(here.url(PAGE), sent(here, time_zone="America/New_York", tagline="Typed"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Planned for a future time: 1 text, 1 stage. Say what should happen to it." in page
    assert "15 Jan 2099, 09:00" in page
    assert "Typed" in page
    assert now(here).time_zone == "Europe/Paris"
    assert hours(here, planned) == (NINE_IN_PARIS, NINE_IN_PARIS)


@pytest.mark.parametrize(
    ("choice", "later"), [("hour", datetime.timedelta(hours=6)), ("moment", datetime.timedelta())]
)
def test_planned_hours_keep_the_hour_or_the_moment(
    here: Cast, planned: Thread, choice: str, later: datetime.timedelta
) -> None:
    owner = here.sign_in(here.owner)
    data = sent(here, time_zone="America/New_York", planned=choice)
    assert owner.post(here.url(PAGE), data).status_code == 302
    assert hours(here, planned) == (NINE_IN_PARIS + later, NINE_IN_PARIS + later)
    # Undone, they stand where they stood.
    refresh(here)
    with here.scope():
        undo(Change.objects.get(), here.owner)
    assert now(here).time_zone == "Europe/Paris"
    assert hours(here, planned) == (NINE_IN_PARIS, NINE_IN_PARIS)


def test_nothing_planned_nothing_asked(here: Cast) -> None:
    answer = here.sign_in(here.owner).post(here.url(PAGE), sent(here, time_zone="America/New_York"))
    assert answer.status_code == 302
