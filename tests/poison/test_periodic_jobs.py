"""One poison stops nobody: in every periodic job, in the first, middle and last place, something that always fails."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from communities.models import Community
from config.schedule import BACKUP_OF_THE_DAY, SCHEDULE
from members.aside import SetAside, go_on, pause_after
from tests.factories import make_community
from tests.poison.jobs import JOBS, Many, One

# What the failure itself says: a row, or a person.
SECRET = "zoe.quill@example.net"
ALL = SCHEDULE | BACKUP_OF_THE_DAY

pytestmark = pytest.mark.django_db


class Poisonous(Exception):
    pass


@pytest.fixture
def communities() -> list[Community]:
    return [make_community() for _number in range(3)]


def job_of(name: str) -> Callable[[], object]:
    task: Callable[[], object] = import_string(ALL[name]["task"])
    return task


def poisoned(case: Many, poison: int, done: set[int]) -> Callable[..., Any]:
    def work(*given: Any, **named: Any) -> Any:
        about = case.whose(*given, **named)
        numbers = about if isinstance(about, set) else {about}
        if poison in numbers and case.refuses:
            return False
        if poison in numbers:
            # As a database would say it: with what stands in the row.
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select %s::text::int", [SECRET])
        done.update(numbers - {0})
        return case.answer

    return work


def run(name: str, communities: list[Community], poison: int) -> set[int]:
    """The numbers of the communities whose thing was done."""
    case, done = JOBS[name], set[int]()
    assert isinstance(case, Many)
    with pytest.MonkeyPatch.context() as patch:
        case.find(patch, communities)
        patch.setattr(case.work, poisoned(case, poison, done))
        job_of(name)()
    return done


def test_every_job_of_the_table_has_its_answer() -> None:
    assert set(JOBS) == set(ALL)
    for name, case in JOBS.items():
        assert not isinstance(case, One) or len(case.why) > 20, name


@pytest.mark.parametrize("name", [name for name, case in JOBS.items() if isinstance(case, Many)])
def test_what_always_fails_stops_no_other(
    name: str, communities: list[Community], caplog: pytest.LogCaptureFixture
) -> None:
    case, numbers = JOBS[name], {one.pk for one in communities}
    assert isinstance(case, Many)
    for place in range(3):
        poison = communities[place].pk
        SetAside.objects.all().delete()
        assert run(name, communities, poison) == numbers - {poison}, place
        (row,) = SetAside.objects.all()
        assert (row.job, row.what, row.failures) == (ALL[name]["task"], case.what, 1)
        assert SECRET not in f"{row} {row.problem}"
        assert row.problem.startswith("QueueRefused" if case.refuses else "DataError in ")
        if not case.left_out:
            continue
        assert row.is_left_out(timezone.now())
        assert poison not in run(name, communities, 0), "it waits for its time"
    assert SECRET not in " ".join(record.getMessage() for record in caplog.records)


def fails(*numbers: int) -> Callable[[int], int]:
    def work(number: int) -> int:
        if number in numbers:
            raise Poisonous(SECRET)
        return 1

    return work


def test_pauses_grow_and_it_comes_back_when_it_is_mended() -> None:
    assert [pause_after(times).total_seconds() for times in (1, 2, 3, 9, 99)] == [60, 120, 240, 15360, 21600]
    assert go_on("thing", [1, 2, 3], fails(2)) == 2
    row = SetAside.objects.get()
    assert (row.number, row.failures) == (2, 1)
    for failures in (2, 3):
        SetAside.objects.update(due_at=timezone.now())
        go_on("thing", [1, 2, 3], fails(2))
        row = SetAside.objects.get()
        assert row.failures == failures
        assert row.due_at is not None
        assert row.due_at > timezone.now() + datetime.timedelta(minutes=failures - 1)
    assert go_on("thing", [1, 2, 3], fails()) == 2, "not yet"
    SetAside.objects.update(due_at=timezone.now())
    assert go_on("thing", [1, 2, 3], fails()) == 3
    assert not SetAside.objects.exists()


def test_things_of_different_jobs_and_communities_are_told_apart() -> None:
    go_on("thing", [1], fails(1), community_number=7)
    assert go_on("thing", [1], fails(), community_number=8) == 1
    assert go_on("other", [1], fails(), community_number=7) == 1
    assert go_on("thing", [1], fails(), community_number=7) == 0


def test_whoever_has_used_up_the_time_is_set_aside_and_the_next_run_gets_to_the_others() -> None:
    reached: list[int] = []

    def hangs(number: int) -> int:
        reached.append(number)
        if number == 1:
            raise SoftTimeLimitExceeded
        return 1

    with pytest.raises(SoftTimeLimitExceeded):
        go_on("thing", [1, 2, 3], hangs)
    assert reached == [1]
    assert go_on("thing", [1, 2, 3], hangs) == 2
