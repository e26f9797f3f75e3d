"""Ninety days against a plan: stages open when their criteria hold, do not flap, and roll back cleanly."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities.launch.gauges import values_at
from communities.launch.models import GaugeDay, LaunchLogEntry, Stage, StageOpening
from communities.launch.replaying import Day, history, read_days, replay
from communities.models import Community, Membership
from communities.notifications.models import Notification
from members.models import OutgoingMail
from tests.communities.launch.conftest import Plan
from tests.conftest import Cast
from tests.factories import make_membership, make_thread

DAY = datetime.timedelta(days=1)
ORDER = ("team", "ambassadors", "wave")
# What a gauge may read on a day, and what a stage may ask of it.
COURSE = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=90)
PLANS = st.lists(
    st.fixed_dictionaries({"members": st.integers(1, 20)}, optional={"posts_a_week": st.integers(1, 20)}),
    min_size=1,
    max_size=3,
)


def days_of(values: list[dict[str, float]]) -> list[Day]:
    now = timezone.now()
    return [Day(now - (len(values) - n) * DAY, one) for n, one in enumerate(values)]


def expected(plan: list[dict[str, int]], days: list[dict[str, float]]) -> list[int | None]:
    """On which day each stage opens: the first on which its own criteria hold, and all before it are open."""
    opened: list[int | None] = []
    for criteria in plan:
        after = 1 if not opened else opened[-1]
        holds = [
            number
            for number, day in enumerate(days, 1)
            if after is not None and number >= after and all(day[g] >= goal for g, goal in criteria.items())
        ]
        opened.append(holds[0] if holds else None)
    return opened


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(PLANS, COURSE, st.booleans())
def test_it_opens_when_criteria_hold_and_never_flaps(
    here: Cast, criteria: list[dict[str, int]], course: list[tuple[int, int]], by_hand: bool
) -> None:
    days: list[dict[str, float]] = [{"members": m, "posts_a_week": p} for m, p in course]
    with here.scope():
        Stage.objects.all().delete()
        for number, (asked, audience) in enumerate(zip(criteria, ORDER, strict=False), 1):
            Stage.objects.create(
                place=number,
                name=f"S{number}",
                features=["forums"],
                audience=audience,
                criteria=asked,
                opening="hand" if by_hand else "criteria",
            )
        found = replay(here.community, days_of(days), by=here.owner)
        assert [one.opened_on for one in found.courses] == expected(criteria, days)
        assert found.flapped == []
        assert found.is_clean
        for one, asked in zip(found.courses, criteria, strict=True):
            if one.opened_on is not None:
                later = days[one.opened_on :]
                assert one.short_again == sum(
                    any(day[g] < goal for g, goal in asked.items()) for day in later
                )


def everything() -> list[Any]:
    kept = (Stage, StageOpening, LaunchLogEntry, GaugeDay, Notification)
    rows: list[Any] = [list(model.objects.order_by("pk").values()) for model in kept]
    return [*rows, OutgoingMail.objects.count()]


def test_nothing_of_it_stays(here: Cast, plan: Plan) -> None:
    plan(
        ("team", ["forums"]),
        ("ambassadors", ["blogs"]),
        opened=1,
        announcement="Come in",
        criteria={"members": 3},
    )
    with here.scope():
        before = everything()
        launch = Community.objects.get(pk=here.community.pk).launch
        found = replay(here.community, days_of([{"members": 9.0}] * 5), by=here.owner)
        assert [one.opened_on for one in found.courses] == [1, 1]
        assert everything() == before
        assert Community.objects.get(pk=here.community.pk).launch == launch


def test_nothing_of_today_comes_into_it(here: Cast, plan: Plan) -> None:
    plan(("team", ["forums"]), criteria={"members": 3, "ambassadors": 1})
    with here.scope():
        assert values_at({"ambassadors"}, timezone.now()) == {"ambassadors": 1}
        (course,) = replay(here.community, days_of([{"members": 9.0}] * 3), by=here.owner).courses
        assert course.opened_on is None, "nobody told of ambassadors on these days"
        assert course.short == ["ambassadors"]


def test_what_cannot_open_says_why(here: Cast, plan: Plan) -> None:
    plan(("everyone", ["forums"]), criteria={"members": 3})
    with here.scope():
        (course,) = replay(here.community, days_of([{"members": 9.0}] * 3), by=here.owner).courses
        assert course.opened_on is None
        assert "The legal identity is incomplete" in course.why


def test_the_past_is_read_from_rows(here: Cast) -> None:
    now = timezone.now()
    with here.scope():
        Membership.objects.update(joined_at=now - 50 * DAY)
        late = make_membership(joined_at=now - 10 * DAY)
        thread = make_thread(here.forum, by=late)
        type(thread).objects.update(published_at=now - 5 * DAY)
        names = {"members", "threads"}
        members = Membership.objects.active().count()
        assert values_at(names, now - 60 * DAY) == {"members": 0, "threads": 0}
        assert values_at(names, now - 20 * DAY) == {"members": members - 1, "threads": 0}
        assert values_at(names, now) == {"members": members, "threads": 1}
        Stage.objects.create(place=1, name="S", features=[], criteria={"members": 1})
        days = history(here.community, days=90, now=now)
        assert len(days) == 90
        assert days[-1].at == now
        assert [day.values["members"] for day in days].count(0) == 39


def test_the_command(here: Cast, plan: Plan, tmp_path: Path) -> None:
    plan(("team", ["forums"]), ("ambassadors", ["blogs"]), criteria={"members": 4})
    table = tmp_path / "days.csv"
    table.write_text("day,members,posts_a_week\n1,2,0\n2,4,1\n3,1,0\n")
    out = io.StringIO()
    call_command("replay_launch", here.community.slug, file=str(table), stdout=out)
    said = out.getvalue()
    assert "1. Stage 1: opened on day 2" in said
    assert "a gauge was short again on 1 day" in said
    assert "Changed after opening: none" in said
    assert "Rolled back: everything as before" in said
    out = io.StringIO()
    call_command("replay_launch", here.community.slug, days=3, stdout=out)
    assert "3 days" in out.getvalue()


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("day,likes\n1,2\n", "no gauge is called 'likes'"),
        ("day,members\n1,two\n", "line 2"),
        ("day,members\n", "no line with figures"),
    ],
)
def test_a_faulty_table_says_where(here: Cast, plan: Plan, tmp_path: Path, lines: str, fault: str) -> None:
    plan(("team", ["forums"]))
    table = tmp_path / "days.csv"
    table.write_text(lines)
    with pytest.raises(CommandError, match=fault):
        call_command("replay_launch", here.community.slug, file=str(table))


def test_the_command_says_what_it_lacks(here: Cast) -> None:
    with pytest.raises(CommandError, match="No community"):
        call_command("replay_launch", "nowhere")
    with pytest.raises(CommandError, match="no launch plan"):
        call_command("replay_launch", here.community.slug)
    with pytest.raises(CommandError, match="--days"):
        call_command("replay_launch", here.community.slug, days=0)


def test_figures_are_read_with_their_gauges(here: Cast) -> None:
    with here.scope():
        days = read_days(["day,members,waiting", "1,3,", "2,4,7.5"])
        assert [day.values for day in days] == [{"members": 3, "waiting": 0}, {"members": 4, "waiting": 7.5}]
        assert days[1].at - days[0].at == DAY
