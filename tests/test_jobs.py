"""What periodic jobs cost is decided by what is due, and not by how many communities there are."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string

from analytics.capture.models import AudienceDay
from communities.animation.automations.models import Firing
from communities.content.models import Space
from communities.launch.models import Stage
from communities.models import Community
from communities.scoping import community_scope
from config.schedule import SCHEDULE
from tests.crowd import FIRST, ROOM, copy_community
from tests.due import BY_HAND, DUE, NOTHING_DUE, SLUG
from tests.factories import make_community, make_membership

FEW, MANY = 20, 300
# Statements of one run that finds nothing to do, its own two about the round included.
MOST = 16


@pytest.fixture
def template(db: None) -> Community:
    """A plan under way, one stage of which waits for gauges and one for its date."""
    community = make_community(launch={"begun": True, "stages": []})
    later = timezone.now() + datetime.timedelta(hours=5)
    with community_scope(community):
        make_membership(role="owner")
        Space.objects.create(kind="forum", slug="rooms", name="Rooms", settings={"folded": True})
        Stage.objects.create(
            place=1, name="Rooms", features=["forums"], state="open", opened_at=timezone.now()
        )
        Stage.objects.create(
            place=2, name="Blogs", opening="criteria", criteria={"threads": 9}, look_at=later
        )
        Stage.objects.create(
            place=3,
            name="Search",
            opening="date",
            planned_for=later + datetime.timedelta(days=9),
            look_at=later,
        )
    Community.objects.filter(pk=community.pk).update(member_count=1)
    return community


def statements(job: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as told:
        job()
    return len(told.captured_queries)


def test_no_job_costs_more_where_there_are_more_communities(template: Community) -> None:
    jobs = {name: import_string(entry["task"]) for name, entry in SCHEDULE.items()}
    copy_community(template, FEW)
    for job in jobs.values():
        job()
    few = {name: statements(job) for name, job in jobs.items()}
    copy_community(template, MANY - FEW, first=FEW + 1)
    # Figures of those that are new are counted once, some hundred in a handful of statements.
    jobs["keep-figures"]()
    many = {name: statements(job) for name, job in jobs.items()}
    assert Community.objects.count() > MANY
    assert {name: n for name, n in many.items() if n > few[name]} == {}
    assert {name: n for name, n in many.items() if n > MOST} == {}


@pytest.fixture
def of_the_bench(db: None) -> Community:
    """A copy of what the bench fills an installation with, and what jobs have left of the day before."""
    # The bench names servers of its own.
    with mock.patch.dict(os.environ):
        from bench.crowd import make_template
    template = make_template(3)
    yesterday = timezone.now().date() - datetime.timedelta(days=1)
    with community_scope(template):
        AudienceDay.objects.create(community=template, day=yesterday, dimension="all", key="", page_views=1)
    copy_community(template, 1)
    import_string(SCHEDULE["keep-figures"]["task"])()
    return Community.objects.get(pk=FIRST + ROOM)


def make_due(community: Community, name: str) -> int:
    """How many rows that came to; within the walls, where the bench has none."""
    with community_scope(community), connection.cursor() as cursor:
        cursor.execute(DUE[name], {"each": 1})
        return int(cursor.rowcount)


def test_the_bench_can_make_something_due(of_the_bench: Community) -> None:
    """Its statements know tables as they are, and find the rows that they change; nobody runs it each day."""
    assert of_the_bench.slug.endswith(f"-{SLUG}")
    # The first has left by the second, and can be forgotten.
    for _mail in range(2):
        make_due(of_the_bench, "send-mails")
    assert [name for name in DUE if not make_due(of_the_bench, name)] == []


def test_an_automation_meets_somebody_in_each_run_of_the_bench(of_the_bench: Community) -> None:
    """And not whom it has met a moment ago, whom it leaves alone."""
    for _run in range(3):
        assert make_due(of_the_bench, "carry-out-automations") == 1
        import_string(SCHEDULE["carry-out-automations"]["task"])()
    with community_scope(of_the_bench):
        assert list(Firing.objects.values_list("state", "reason")) == [("done", "")] * 3


def test_the_bench_makes_something_due_for_each_job_or_says_why_it_cannot() -> None:
    assert sorted({*DUE, *BY_HAND, *NOTHING_DUE}) == sorted(SCHEDULE)
    assert not set(NOTHING_DUE) & {*DUE, *BY_HAND}
    assert all(len(why) > 20 for why in NOTHING_DUE.values())
