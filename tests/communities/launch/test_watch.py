"""The first 72 hours of a stage: what is too high for twenty minutes pauses it, once, and people resume it."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from communities.animation.sources.watch import WatchedStages
from communities.animation.today.matters import Scope
from communities.launch import limits
from communities.launch.exceptions import LimitsPassed
from communities.launch.limits import PASSED_FOR, READ_EVERY, limits_of
from communities.launch.models import LaunchLogEntry, Stage, StageOpening, WatchReading
from communities.launch.services import (
    open_stage,
    pause_stage,
    resume_stage,
    roll_back_stage,
    set_limits,
    watch_openings,
)
from communities.launch.services.guarding import too_high_for_long
from communities.launch.tasks import watch_opened_stages
from communities.notifications.models import Notification
from tests.communities.launch.conftest import Plan, refresh
from tests.conftest import Cast

MINUTE = datetime.timedelta(minutes=1)
HOUR = 60 * MINUTE


class Gauge:
    """A limit that the test sets: how many cases wait."""

    waiting = 0.0


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> type[Gauge]:
    Gauge.waiting = 0.0
    monkeypatch.setitem(limits._measures, "cases", lambda _opening, _now: Gauge.waiting)
    return Gauge


def go_on(here: Cast, start: datetime.datetime, minutes: range) -> list[int]:
    """The job every few minutes; at which of them a stage was paused."""
    return [n for n in minutes if watch_openings(here.community, now=start + n * MINUTE)]


def state(stage: Stage) -> str:
    return str(Stage.objects.values_list("state", flat=True).get(pk=stage.pk))


def test_twenty_minutes_too_high_pause_it_and_tell_those_who_plan(
    here: Cast, plan: Plan, cases: type[Gauge]
) -> None:
    (stage,) = plan(("ambassadors", ["forums"]), opened=1)
    with here.scope():
        start = StageOpening.objects.get().opened_at
        cases.waiting = 5
        assert go_on(here, start, range(0, 120, 10)) == [], "what lies on a limit has not passed it"
        cases.waiting = 6
        assert go_on(here, start, range(120, 200, 10)) == [140]
        assert state(stage) == "paused"
        line = LaunchLogEntry.objects.filter(act="paused").get()
        assert (line.by, line.detail) == (None, {"limit": "cases", "value": 6, "goal": 5})
        told = Notification.objects.filter(kind="stage_stopped")
        assert {one.membership_id for one in told} == {here.manager.pk, here.owner.pk}
        assert go_on(here, start, range(200, 400, 10)) == [], "it never opens by itself, nor pauses again"
    refresh(here)
    page = here.sign_in(here.marketing).get(here.url(f"/manage/launch/stages/{stage.place}/watch/"))
    assert "Cases that wait for over 4 hours: 6, and the limit is 5" in page.content.decode()
    log = here.sign_in(here.manager).get(here.url("/manage/launch/log/")).content.decode()
    assert "By itself" in log
    assert "and the limit is 5" in log


def test_a_short_peak_and_a_silent_worker_pause_nothing(here: Cast, plan: Plan, cases: type[Gauge]) -> None:
    (stage,) = plan(("ambassadors", ["forums"]), opened=1)
    with here.scope():
        start = StageOpening.objects.get().opened_at
        for n in range(0, 240, 10):
            cases.waiting = 9 if n % 30 else 0
            assert go_on(here, start, range(n, n + 1)) == []
        cases.waiting = 9
        assert go_on(here, start, range(300, 301)) == []
        assert go_on(here, start, range(400, 401)) == [], "nobody has looked in between"
        assert state(stage) == "open"


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_it_stops_exactly_when_three_readings_in_a_row_are_too_high(high: list[bool]) -> None:
    start = datetime.datetime(2026, 11, 29, 9, tzinfo=datetime.UTC)
    readings, run = [], 0
    for number, is_high in enumerate(high):
        moment = start + number * READ_EVERY
        readings.append(WatchReading(at=moment, values={"cases": 7 if is_high else 1}))
        run = run + 1 if is_high else 0
        stops = bool(too_high_for_long(readings, {"cases": 5.0, "left": 5.0}, moment))
        assert stops is (run > PASSED_FOR / READ_EVERY)


def test_after_72_hours_it_is_watched_no_more(here: Cast, plan: Plan, cases: type[Gauge]) -> None:
    plan(("ambassadors", ["forums"]), opened=1)
    with here.scope():
        start = StageOpening.objects.get().opened_at
        assert go_on(here, start, range(0, 72 * 60 + 60, 30)) == []
        readings = WatchReading.objects.count()
        cases.waiting = 99
        assert go_on(here, start, range(73 * 60, 80 * 60, 10)) == []
        assert WatchReading.objects.count() == readings == 144
        assert StageOpening.objects.get().watch_at is None


def test_of_two_the_one_that_opened_last_pauses_and_the_other_has_its_own_time(
    here: Cast, plan: Plan, cases: type[Gauge]
) -> None:
    first, second = plan(("ambassadors", ["forums"]), ("list", ["blogs"]), opened=2)
    with here.scope():
        start = StageOpening.objects.get(stage=second).opened_at
        cases.waiting = 9
        assert go_on(here, start, range(0, 25)) == [20]
        assert (state(first), state(second)) == ("open", "paused")
        # Nobody has resumed the second: what goes wrong is still put down to it.
        assert go_on(here, start, range(25, 300)) == []
        assert (state(first), state(second)) == ("open", "paused")
        assert resume_stage(second, by=here.manager, reason="On it")
        again = StageOpening.objects.get(stage=second).counts_from
        assert go_on(here, again, range(0, 60)) == [20], "and once resumed it is the one that stops again"
        assert (state(first), state(second)) == ("open", "paused")


def test_the_earlier_one_is_watched_again_when_the_later_one_is_rolled_back(
    here: Cast, plan: Plan, cases: type[Gauge]
) -> None:
    first, second = plan(("ambassadors", ["forums"]), ("list", ["blogs"]), opened=2)
    with here.scope():
        start = StageOpening.objects.get(stage=second).opened_at
        cases.waiting = 9
        assert go_on(here, start, range(0, 40)) == [20]
        roll_back_stage(second, by=here.manager)
        assert go_on(here, start, range(40, 50)) == [], "it has had no time of its own yet"
        assert go_on(here, start, range(50, 100))
        assert state(first) == "paused"


def test_the_team_alone_is_not_watched(here: Cast, plan: Plan, cases: type[Gauge]) -> None:
    (stage,) = plan(("team", ["forums"]), opened=1)
    cases.waiting = 99
    with here.scope():
        assert StageOpening.objects.get().watch_at is None
        assert go_on(here, timezone.now(), range(0, 60, 10)) == []
        pause_stage(stage, by=here.manager)
        assert resume_stage(stage, by=here.manager), "and asks for no reason"


def test_resuming_asks_why_while_a_limit_is_passed_and_watches_anew(
    here: Cast, plan: Plan, cases: type[Gauge]
) -> None:
    (stage,) = plan(("ambassadors", ["forums"]), opened=1)
    page = here.url(f"/manage/launch/stages/{stage.place}/resume/")
    client = here.sign_in(here.manager)
    with here.scope():
        start = StageOpening.objects.get().opened_at
        cases.waiting = 6
        assert go_on(here, start, range(0, 30, 10)) == [20]
    answer = client.post(page)
    assert answer.status_code == 422
    assert "What has happened so far still exceeds a limit" in answer.content.decode()
    with here.scope():
        with pytest.raises(LimitsPassed):
            resume_stage(stage, by=here.manager)
        assert resume_stage(stage, by=here.manager, reason="We are on it")
        opening = StageOpening.objects.get()
        assert opening.watched_from is not None
        assert opening.watched_from > start
        again = opening.watched_from
        assert go_on(here, again, range(0, 20, 10)) == [], "what was read before does not count any more"
        cases.waiting = 0
        assert go_on(here, again, range(20, 60, 10)) == []
        pause_stage(stage, by=here.manager)
    assert client.post(page).status_code == 302, "with nothing passed no reason is asked for"


def test_rolled_back_it_is_watched_no_more_and_anew_when_it_opens_again(
    here: Cast, plan: Plan, cases: type[Gauge]
) -> None:
    (stage,) = plan(("ambassadors", ["forums"]), opened=1)
    with here.scope():
        roll_back_stage(stage, by=here.manager)
        assert not StageOpening.objects.watched().exists()
        open_stage(stage, by=here.manager, reason="Again")
        assert StageOpening.objects.watched().count() == 1


def test_limits_are_set_on_the_page_and_can_be_done_without(
    here: Cast, plan: Plan, cases: type[Gauge]
) -> None:
    (stage,) = plan(("ambassadors", ["forums"]), opened=1)
    page = here.url(f"/manage/launch/stages/{stage.place}/watch/limits/")
    client = here.sign_in(here.manager)
    assert client.get(page).status_code == 200
    assert client.post(page, {"cases": "0"}).status_code == 422
    assert client.post(page, {"cases": "20", "reports": "101"}).status_code == 422
    assert client.post(page, {"cases": "20", "reports": "", "left": "3", "newcomers": ""}).status_code == 302
    with here.scope():
        stage = Stage.objects.get()
        assert limits_of(stage.limits) == {"cases": 20, "left": 3}
        start = StageOpening.objects.get().opened_at
        cases.waiting = 20
        assert go_on(here, start, range(0, 60, 10)) == []
        cases.waiting = 21
        assert go_on(here, start, range(60, 90, 10)) == [80]
        assert LaunchLogEntry.objects.filter(act="limited").count() == 1
        set_limits(stage, stage.limits, by=here.manager)
        assert LaunchLogEntry.objects.filter(act="limited").count() == 1, "nothing has changed"
    assert here.sign_in(here.marketing).get(page).status_code == 403
    shown = here.sign_in(here.marketing).get(here.url(f"/manage/launch/stages/{stage.place}/watch/"))
    assert shown.status_code == 200


def test_today_says_what_nears_a_limit_and_what_has_paused(
    here: Cast, plan: Plan, cases: type[Gauge]
) -> None:
    (stage,) = plan(("ambassadors", ["forums"]), opened=1)
    with here.scope():
        start = StageOpening.objects.get().opened_at
        source = WatchedStages()

        def due(minute: int) -> list[str]:
            scope = Scope(here.community, here.manager, start + minute * MINUTE)
            return [matter.title for matter in source.due(scope, 12)]

        go_on(here, start, range(1))
        assert due(1) == []
        cases.waiting = 3
        go_on(here, start, range(10, 11))
        assert due(11) == [f"“{stage.name}” nears 1 of its limits"]
        cases.waiting = 6
        go_on(here, start, range(20, 50, 10))
        paused = [f"“{stage.name}” has paused automatically"]
        assert due(50) == paused
        assert due(100 * 60) == paused, "the door stays shut after its hours, too"
        Stage.objects.filter(pk=stage.pk).update(name="Renamed")
        assert due(50) == ["“Renamed” has paused automatically"]
        Stage.objects.filter(pk=stage.pk).update(name=stage.name)
        resume_stage(stage, by=here.manager, reason="On it")
        cases.waiting = 0
        go_on(here, start, range(70, 71))
        assert due(71) == []
        assert source.may(here.manager)
        assert not source.may(here.moderator)


def test_the_job_reads_what_is_due_and_no_other_community(
    here: Cast, elsewhere: Cast, plan: Plan, cases: type[Gauge]
) -> None:
    plan(("ambassadors", ["forums"]), opened=1)
    watch_opened_stages()
    with here.scope():
        assert WatchReading.objects.count() == 1
        watch_opened_stages()
        assert WatchReading.objects.count() == 1, "ten minutes are not over"
    with elsewhere.scope():
        assert not WatchReading.objects.exists()
    place = 1
    for client in (elsewhere.sign_in(elsewhere.manager),):
        assert client.get(elsewhere.url(f"/manage/launch/stages/{place}/watch/")).status_code == 404
