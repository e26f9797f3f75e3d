"""What is to come, told by audience: in which stage, on which condition, how far; nothing that points at people."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.utils import timezone

from communities.content.models import Space
from communities.launch.gauges import GAUGES, OF_SPACE, Reading
from communities.launch.models import GaugeDay, Stage
from communities.launch.services.planning import lock_plan, put_in_force
from communities.launch.teasers import told_of, what_opens
from communities.models import Membership
from tests.communities.launch.conftest import Plan, refresh
from tests.conftest import Cast
from tests.factories import make_space


def announce(here: Cast, *stages: Stage, **fields: Any) -> None:
    with here.scope():
        Stage.objects.filter(pk__in=[stage.pk for stage in stages]).update(teaser=True, **fields)
        put_in_force(lock_plan())
    refresh(here)


def reads(here: Cast, who: Membership | None, path: str = "/soon/") -> str:
    html: str = here.sign_in(who).get(here.url(path)).content.decode()
    return html.partition("<main")[2].partition("</main>")[0]


def is_linked(here: Cast, who: Membership | None) -> bool:
    html = here.sign_in(who).get(here.url("/help/")).content.decode()
    return f'href="{here.url("/soon/")}"' in html


def measured(here: Cast, **values: float) -> None:
    with here.scope():
        for gauge, value in values.items():
            GaugeDay.objects.create(gauge=gauge, day=datetime.date(2026, 11, 2), value=value)


@pytest.fixture
def coming(here: Cast, plan: Plan) -> list[Stage]:
    """The team is in; ambassadors, the waiting list and everyone come, all announced."""
    stages = plan(
        ("team", ["directory"]),
        ("ambassadors", ["forums"]),
        ("waiting", ["blogs"]),
        ("everyone", ["join", "search"]),
        opened=1,
    )
    announce(here, *stages[1:])
    return stages


def test_each_audience_reads_what_it_will_have(here: Cast, coming: list[Stage]) -> None:
    ambassador, member, visitor = (reads(here, who) for who in (here.ambassador, here.member, None))
    assert re.findall("Stage [0-9] of 4", ambassador) == ["Stage 2 of 4", "Stage 3 of 4", "Stage 4 of 4"]
    # Whoever waits is a visitor until then; a member gains nothing by the door.
    assert re.findall("Stage [0-9] of 4", visitor) == ["Stage 3 of 4", "Stage 4 of 4"]
    assert "Joining without an invitation" in visitor
    assert "Joining without an invitation" not in member
    assert "For everyone." in visitor
    assert "Forum" not in visitor


def test_the_condition_is_the_plans(here: Cast, coming: list[Stage]) -> None:
    day = timezone.now() + datetime.timedelta(days=40)
    announce(here, coming[1], criteria={"posts_a_week": 40}, opening="criteria")
    announce(here, coming[3], opening="date", planned_for=day)
    page = reads(here, here.ambassador)
    second, third, fourth = re.split("Stage [0-9] of 4", page)[1:]
    assert "as soon as all the figures" in second
    assert "after the stages before it" not in second
    assert "No date yet." in second
    # Nothing was measured yet: that is said, and nothing made up.
    assert "Not all of its figures are told here." in second
    assert "The team opens it when it is ready." in third
    assert "after the stages before it" in third
    assert "It opens on its date." in fourth
    assert "Planned for" in fourth


def test_figures_are_those_of_the_last_look_and_point_at_nobody(here: Cast, coming: list[Stage]) -> None:
    wanted = {"posts_a_week": 40, "ambassadors": 10, "members": 60, "answered_in_a_day": 90}
    announce(here, coming[3], criteria=wanted)
    measured(here, posts_a_week=12, ambassadors=3, members=25, answered_in_a_day=87.5)
    for who in (None, here.ambassador, here.owner):
        page = reads(here, who).partition("Stage 4 of 4")[2]
        assert "12 of 40" in page
        assert "25 of 60" in page
        assert "fewer than 5, of 10" in page
        # A share of how many is not known here.
        assert "90% are needed" in page
        assert "87" not in re.sub("<[^>]*>", " ", page)
        assert "Measured on" in page
        assert "Not all of its figures" not in page


@pytest.mark.parametrize("name", ["members", "members_active", "waiting", "ambassadors"])
@pytest.mark.parametrize("value", [0, 1, 4, 5, 9])
def test_few_people_are_never_counted_out(name: str, value: int) -> None:
    told = told_of(Reading(GAUGES[name], value, 8))
    assert (str(value) in told.text.split(" of ")[0]) is (value >= 5)
    assert told.holds is (value >= 8)
    assert (told.reading is None) is (value < 5)


def test_where_few_are_needed_it_is_said_how_many_and_not_how_many_there_are() -> None:
    for value in (0, 2, 4):
        assert told_of(Reading(GAUGES["ambassadors"], value, 4)).text == "4 are needed"
    assert told_of(Reading(GAUGES["ambassadors"], 6, 4)).text == "6 of 4"


def test_the_name_of_a_space_is_told_to_whom_it_is_open(here: Cast, coming: list[Stage]) -> None:
    with here.scope():
        inner = make_space(kind="forum", name="Captains only", audience="team")
    # Forums are open to everybody then, each to those who read it.
    announce(here, coming[1], features=["uploads"])
    announce(here, coming[3], criteria={f"{OF_SPACE}{inner.pk}": 20})
    measured(here, **{f"{OF_SPACE}{inner.pk}": 7})
    for who in (None, here.member):
        page = reads(here, who)
        assert "Captains only" not in page
        assert "Not all of its figures are told here." in page
    assert "7 of 20" in reads(here, here.owner)
    with here.scope():
        Space.objects.filter(pk=inner.pk).update(audience=Space.Audience.PUBLIC)
    refresh(here)
    page = reads(here, None)
    assert "Captains only" in page
    assert "Not all of its figures are told here." not in page


def test_a_menu_leads_there_while_there_is_something_to_read(here: Cast, coming: list[Stage]) -> None:
    assert all(is_linked(here, who) for who in (None, here.member, here.ambassador))
    with here.scope():
        Stage.objects.filter(pk=coming[3].pk).update(teaser=False)
        Stage.objects.filter(pk=coming[2].pk).update(teaser=False)
        put_in_force(lock_plan())
    refresh(here)
    assert is_linked(here, here.ambassador)
    assert not is_linked(here, None)
    assert not is_linked(here, here.member)
    page = here.sign_in(None).get(here.url("/soon/"))
    assert page.status_code == 200
    assert "Nothing is announced at the moment." in page.content.decode()


def test_before_the_plan_begins_nothing_is_told(here: Cast, plan: Plan) -> None:
    announce(here, *plan(("team", ["directory"]), ("everyone", ["forums"])))
    assert not is_linked(here, None)
    assert "Nothing is announced" in reads(here, None)


def test_the_way_in_is_the_one_that_is_open(here: Cast, coming: list[Stage]) -> None:
    waits = f'href="{here.url("/waiting-list/")}"'
    assert waits in reads(here, None)
    assert waits not in reads(here, here.member)
    announce(here, coming[3], features=["search"])
    page = reads(here, None)
    assert waits not in page
    assert f'href="{here.url("/join/")}"' in page


def test_another_community_tells_nothing(here: Cast, elsewhere: Cast, coming: list[Stage]) -> None:
    assert "Nothing is announced" in reads(elsewhere, None)
    assert not is_linked(elsewhere, elsewhere.owner)


def test_it_costs_two_statements_however_many_stages_come(here: Cast, plan: Plan, queries: Any) -> None:
    gauges = {"members": 60, "posts_a_week": 9}
    stages = plan(("team", ["directory"]), ("everyone", ["search"]), opened=1, criteria=gauges)
    announce(here, stages[1])
    with here.scope(), queries(most=2):
        assert len(what_opens(here.community, here.member)) == 1
    more = plan(("everyone", ["forums"]), ("everyone", ["blogs"]), ("everyone", ["tags"]), criteria=gauges)
    announce(here, *more)
    with here.scope(), queries(most=2):
        assert len(what_opens(here.community, here.member)) == 4
    with here.scope():
        Stage.objects.update(teaser=False)
        put_in_force(lock_plan())
    refresh(here)
    with here.scope(), queries(most=0):
        assert what_opens(here.community, here.member) == []


def test_the_team_reads_it_as_others_do(here: Cast, coming: list[Stage]) -> None:
    path = "/manage/launch/soon/"
    for eyes, who in (("visitor", None), ("ambassador", here.ambassador), ("member", here.member)):
        told = re.findall("Stage [0-9] of 4", reads(here, here.manager, f"{path}?audience={eyes}"))
        assert told == re.findall("Stage [0-9] of 4", reads(here, who)), eyes
    assert "way to the waiting list" in reads(here, here.manager, path)
    assert here.sign_in(here.marketing).get(here.url(path)).status_code == 200
    for other in (here.moderator, here.ambassador, here.member):
        assert here.sign_in(other).get(here.url(path)).status_code == 403
    with here.scope():
        Stage.objects.update(teaser=False)
        put_in_force(lock_plan())
    refresh(here)
    assert "no menu leads there" in reads(here, here.manager, f"{path}?audience=nobody")
