"""A plan in one press, and one that begins anew."""

from __future__ import annotations

import pytest

from communities.exceptions import NotAllowed
from communities.launch.audiences import VISITOR
from communities.launch.exceptions import PlanError
from communities.launch.features import features_for
from communities.launch.models import LaunchLogEntry, Stage
from communities.launch.services import begin_anew, look_at_plan, open_stage, propose_plan
from communities.models import Community
from tests.communities.launch.conftest import Plan, refresh
from tests.conftest import Cast


def test_a_plan_in_one_press(here: Cast, legal: None) -> None:
    client = here.sign_in(here.manager)
    assert "Propose a plan" in client.get(here.url("/manage/launch/")).content.decode()
    assert client.post(here.url("/manage/launch/propose/")).status_code == 302
    with here.scope():
        stages = list(Stage.objects.in_order())
        assert [one.audience for one in stages] == ["team", "ambassadors", "wave", "everyone"]
        assert not any(one.has_effect for one in stages)
        for one in stages:
            assert open_stage(one, by=here.manager, reason="A test"), "each can open in its turn"
        with pytest.raises(PlanError):
            propose_plan(by=here.manager)
        with pytest.raises(NotAllowed):
            propose_plan(by=here.moderator)
    assert client.post(here.url("/manage/launch/propose/"), follow=True).status_code == 200


@pytest.mark.parametrize("chosen", [["blogs"], ["forums"], ["directory"]])
def test_it_is_made_of_what_the_place_has(here: Cast, chosen: list[str]) -> None:
    Community.objects.filter(pk=here.community.pk).update(open_features=chosen)
    refresh(here)
    with here.scope():
        stages = propose_plan(by=here.manager)
        opened = {name for one in stages for name in one.features}
        assert opened == {*chosen, "invitations", "join"}


def test_beginning_anew_closes_from_there_and_waits_for_a_person(here: Cast, plan: Plan, legal: None) -> None:
    first, second, third = plan(
        ("team", ["forums"]),
        ("ambassadors", ["blogs"]),
        ("everyone", ["join"]),
        opened=3,
        opening="criteria",
        criteria={"members": 1},
    )
    client, page = here.sign_in(here.manager), here.url(f"/manage/launch/stages/{second.place}/begin-anew/")
    shown = client.get(page).content.decode()
    assert second.name in shown
    assert third.name in shown
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "Nobody wrote any more"}).status_code == 302
    with here.scope():
        states = list(Stage.objects.in_order().values_list("state", "opening"))
        assert states == [("open", "criteria"), ("closed", "hand"), ("closed", "hand")]
        community = Community.objects.get(pk=here.community.pk)
        assert not {"forums", "blogs", "join"} & features_for(community, VISITOR)
        look_at_plan(community)
        assert Stage.objects.waiting().count() == 2, "all gauges are green, and nothing opens by itself"
        lines = LaunchLogEntry.objects.filter(act="rolled_back").order_by("id")
        assert [(one.stage_name, one.reason) for one in lines] == [
            (third.name, "Nobody wrote any more"),
            (second.name, "Nobody wrote any more"),
        ]
        with pytest.raises(PlanError):
            begin_anew(second, by=here.manager, reason="Again")
        with pytest.raises(NotAllowed):
            begin_anew(first, by=here.marketing, reason="Again")
        assert open_stage(second, by=here.manager)
    assert here.sign_in(here.marketing).get(page).status_code == 403
