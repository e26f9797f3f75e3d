"""What periodic jobs cost is decided by what is due, and not by how many communities there are."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string

from communities.content.models import Space
from communities.launch.models import Stage
from communities.models import Community, Membership
from communities.scoping import community_scope
from config.schedule import SCHEDULE
from members.models import Member
from tests.crowd import FIRST, ROOM, copy_community
from tests.due import BY_HAND, DUE, NOTHING_DUE, SLUG
from tests.due_of_kinds import due_of_kinds
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


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_bench_can_make_something_due() -> None:
    """Its statements know the columns of tables that change with the product; nobody runs it each day."""
    community = Community(pk=FIRST + ROOM, slug=f"a-{SLUG}", name="Bench")
    community.save(using="owner")
    member = Member.objects.using("owner").create(email="bench@example.org")
    with community_scope(community):
        Membership(community=community, member=member, handle="bench", role="member").save(using="owner")
    with connections["owner"].cursor() as cursor:
        made = {}
        for name, statement in DUE.items():
            cursor.execute(statement, {"each": 1})
            made[name] = cursor.rowcount
    # These need threads, spaces, or what `bench/lively.py` makes; of all others a row was made.
    needs_more = set(due_of_kinds("")) | {
        "publish-due-threads", "retire-due-threads", "write-waiting-mails", "tell-late-news", "look-at-plans",
        "fold-almost-empty", "keep-figures", "sweep-mails", "recount", "send-to-devices", "watch-opened-stages",
        "resume-moves", "reopen-polls", "count-followed-links", "check-rollups", "send-mails",
        "write-digests",
    }  # fmt: skip
    assert {name for name, rows in made.items() if not rows} == needs_more


def test_the_bench_makes_something_due_for_each_job_or_says_why_it_cannot() -> None:
    assert sorted({*DUE, *BY_HAND, *NOTHING_DUE}) == sorted(SCHEDULE)
    assert not set(NOTHING_DUE) & {*DUE, *BY_HAND}
    assert all(len(why) > 20 for why in NOTHING_DUE.values())
