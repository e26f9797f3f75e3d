"""What opens next is said to those whom it will let in, where the plan announces it, with where its gauges stand."""

from __future__ import annotations

from typing import Any

from communities.content.models import Space
from communities.launch.gauges import OF_SPACE
from communities.launch.models import GaugeDay, Stage
from communities.launch.services import look_at_plan
from communities.launch.services.planning import lock_plan, put_in_force
from communities.launch.teasers import coming_part
from communities.memory import forget_all
from tests.communities.launch.conftest import Plan, refresh
from tests.conftest import Cast
from tests.factories import make_space


def announce(here: Cast, stage: Stage, announced: bool = True) -> None:
    with here.scope():
        Stage.objects.filter(pk=stage.pk).update(teaser=announced)
        put_in_force(lock_plan())
    refresh(here)


def test_members_read_what_comes_and_how_far_it_is(here: Cast, plan: Plan) -> None:
    _first, second = plan(
        ("team", ["directory"]), ("ambassadors", ["forums"]), opened=1, criteria={"members": 60}
    )
    home = here.url("/")
    assert "Next here" not in here.sign_in(here.ambassador).get(home).content.decode(), (
        "the plan does not announce it"
    )
    announce(here, second)
    with here.scope():
        look_at_plan(here.community)
        members = int(GaugeDay.objects.get().value)
    page = here.sign_in(here.ambassador).get(home).content.decode()
    assert "Next here" in page
    assert f"{members} of 60" in page
    assert "No date yet." in page
    for other in (here.member, None):
        assert "Next here" not in here.sign_in(other).get(home).content.decode(), "it gives them nothing"


def test_what_is_open_or_rolled_back_is_announced_no_more(here: Cast, plan: Plan, queries: Any) -> None:
    (stage,) = plan(("ambassadors", ["forums"]))
    announce(here, stage)
    with here.scope():
        assert coming_part(here.community, here.ambassador) is None, (
            "before the plan begins nothing is closed"
        )
    _first, second = plan(("ambassadors", ["directory"]), ("ambassadors", ["blogs"]))[:2]
    announce(here, second, announced=False)
    with here.scope(), queries(most=0):
        assert coming_part(here.community, here.ambassador) is None


def test_the_open_door_is_nothing_for_those_inside(here: Cast, plan: Plan) -> None:
    _first, second = plan(("ambassadors", ["directory"]), ("ambassadors", ["join"]), opened=1)
    announce(here, second)
    with here.scope():
        assert coming_part(here.community, here.ambassador) is None


def test_the_form_says_so(here: Cast, plan: Plan) -> None:
    client = here.sign_in(here.manager)
    sent = {
        "name": "More",
        "features": ["forums"],
        "audience": "ambassadors",
        "opening": "hand",
        "teaser": "on",
    }
    assert client.post(here.url("/manage/launch/stages/new/"), sent).status_code == 302
    with here.scope():
        stage = Stage.objects.get()
        assert stage.teaser
    page = client.get(here.url(f"/manage/launch/stages/{stage.place}/edit/")).content.decode()
    assert 'name="teaser"' in page
    assert "checked" in page.partition('name="teaser"')[2].partition(">")[0]


def test_the_name_of_a_closed_space_is_told_to_nobody_outside_it(here: Cast, plan: Plan) -> None:
    with here.scope():
        hidden = make_space(name="Captains only", audience="team")
    gauges = {"members": 60, f"{OF_SPACE}{hidden.pk}": 20}
    _first, second = plan(("team", ["directory"]), ("ambassadors", ["blogs"]), opened=1, criteria=gauges)
    announce(here, second)
    with here.scope():
        look_at_plan(here.community)
        assert GaugeDay.objects.count() == 2
    page = here.sign_in(here.ambassador).get(here.url("/")).content.decode()
    assert "of 60" in page
    assert "Captains only" not in page
    with here.scope():
        Space.objects.filter(pk=hidden.pk).update(audience="members")
    forget_all()
    assert "Captains only" in here.sign_in(here.ambassador).get(here.url("/")).content.decode()
