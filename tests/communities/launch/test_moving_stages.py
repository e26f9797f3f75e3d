"""Writing the plan and moving through it: order, gauges, legal identity, pauses, roll-backs, the log."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from communities.content.models import Post, Thread
from communities.content.services import start_thread
from communities.exceptions import NotAllowed
from communities.launch.exceptions import FeatureClosed, GaugesShort, PlanError
from communities.launch.features import open_features
from communities.launch.gauges import read_gauges
from communities.launch.models import LaunchLogEntry, Stage, StageNews
from communities.launch.services import (
    StageWishes,
    add_stage,
    announce_stage,
    edit_stage,
    open_due_stages,
    open_stage,
    pause_stage,
    remove_stage,
    resume_stage,
    roll_back_stage,
)
from communities.models import Community
from tests.communities.launch.conftest import Plan, refresh
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread


def seen(cast: Cast, who: str | None) -> frozenset[str]:
    refresh(cast)
    return open_features(cast.community, getattr(cast, who) if who else None)


def test_a_plan_changes_nothing_before_its_first_stage_opens(here: Cast, plan: Plan) -> None:
    before = seen(here, None)
    plan(("team", ["forums"]), ("everyone", ["blogs"]))
    assert seen(here, None) == before


def test_each_audience_gets_what_its_stages_opened(here: Cast, plan: Plan) -> None:
    plan(("team", ["forums"]), ("ambassadors", ["blogs"]), ("wave", ["tags"]), opened=2)
    assert {"forums", "blogs"} <= seen(here, "moderator")
    assert {"forums", "blogs"} <= seen(here, "ambassador")
    assert "tags" not in seen(here, "ambassador")
    for outside in ("member", None):
        assert not {"forums", "blogs", "tags"} & seen(here, outside)
        assert "search" in seen(here, outside), "what no stage names stays open"


def test_who_is_in_a_narrow_stage_is_in_the_wider_ones_after_it(here: Cast, plan: Plan) -> None:
    stages = plan(("wave", ["forums"]), ("ambassadors", ["blogs"]), ("waiting", ["tags"]), opened=3)
    with here.scope():
        here.member.stage_ids = [stages[0].pk]
        here.member.save(update_fields=["stage_ids"])
    assert {"forums", "tags"} <= seen(here, "member")
    assert "tags" in seen(here, "ambassador")


def test_stages_open_in_their_order(here: Cast, plan: Plan) -> None:
    first, second = plan(("team", ["forums"]), ("ambassadors", ["blogs"]))
    with here.scope(), pytest.raises(PlanError, match="Stage 1"):
        open_stage(second, by=here.manager)
    with here.scope():
        assert open_stage(first, by=here.manager)
        assert not open_stage(first, by=here.manager), "twice is as good as once"
        assert open_stage(second, by=here.manager)
    with here.scope(), pytest.raises(PlanError, match="Stage 2"):
        roll_back_stage(first, by=here.manager)


def test_a_short_gauge_needs_a_reason(here: Cast, plan: Plan) -> None:
    (stage,) = plan(("team", ["forums"]), criteria={"threads": 2})
    with here.scope(), pytest.raises(GaugesShort):
        open_stage(stage, by=here.manager, reason="  ")
    with here.scope():
        open_stage(stage, by=here.manager, reason="Two more come on Thursday")
        line = LaunchLogEntry.objects.get(act="opened")
    assert line.reason == "Two more come on Thursday"
    assert line.detail["gauges"] == [{"gauge": "threads", "value": 0.0, "goal": 2.0}]


def test_everyone_needs_the_legal_identity(here: Cast, plan: Plan) -> None:
    (stage,) = plan(("everyone", ["forums"]))
    with here.scope(), pytest.raises(PlanError, match="Publication director"):
        open_stage(stage, by=here.manager)


@pytest.mark.usefixtures("legal")
def test_by_date_and_by_gauges_a_stage_opens_by_itself_once(here: Cast, plan: Plan) -> None:
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    plan(("team", ["forums"]), opening="date", planned_for=tomorrow)
    plan_two = StageWishes("Second", ["blogs"], "everyone", opening="criteria", criteria={"threads": 1})
    with here.scope():
        add_stage(plan_two, by=here.manager)
        assert open_due_stages() == 0
        assert open_due_stages(now=tomorrow) == 1
        make_thread(here.forum, by=here.manager)
        assert open_due_stages(now=tomorrow) == 1
        assert open_due_stages(now=tomorrow) == 0
        hows = [stage.openings.get().how for stage in Stage.objects.in_order()]
    assert hows == ["date", "criteria"]
    assert {"forums", "blogs"} <= seen(here, None)


def test_the_gauges_measure_real_activity(here: Cast, plan: Plan) -> None:
    names = ("members_active", "answered_in_a_day", "posts_a_week", "threads", "members", "ambassadors")
    (stage,) = plan(("team", ["tags"]), criteria=dict.fromkeys(names, 1.0))
    two_days_ago = timezone.now() - datetime.timedelta(days=2)
    with here.scope():
        answered, alone = (make_thread(here.forum, by=here.member) for _number in range(2))
        Thread.objects.filter(pk__in=[answered.pk, alone.pk]).update(published_at=two_days_ago)
        reply = make_reply(answered, by=here.ambassador)
        Post.objects.filter(pk=reply.pk).update(published_at=two_days_ago + datetime.timedelta(hours=3))
        read = {one.gauge.name: one.value for one in read_gauges(stage)}
    assert read == {
        "members_active": 2,
        "answered_in_a_day": 50.0,
        "posts_a_week": 3,
        "threads": 2,
        "members": 6,
        "ambassadors": 1,
    }


def test_pausing_keeps_the_team_inside_and_loses_nothing(here: Cast, plan: Plan) -> None:
    (stage,) = plan(("ambassadors", ["forums"]), opened=1)
    with here.scope():
        thread = make_thread(here.forum, by=here.ambassador)
        assert pause_stage(stage, by=here.manager, reason="A fault")
        assert not pause_stage(stage, by=here.manager)
    assert "forums" in seen(here, "moderator")
    assert "forums" not in seen(here, "ambassador")
    with here.scope(), pytest.raises(FeatureClosed):
        start_thread(
            here.forum,
            by=here.ambassador,
            community=here.community,
            title="No",
            body="<p>No.</p>",
            kind="topic",
        )
    with here.scope():
        assert resume_stage(stage, by=here.manager)
    assert "forums" in seen(here, "ambassador")
    with here.scope():
        assert thread.posts.count() == 1


def test_a_rolled_back_stage_exists_for_nobody_and_opens_again(here: Cast, plan: Plan) -> None:
    _first, stage = plan(("team", ["blogs"]), ("team", ["forums"]), opened=2)
    with here.scope():
        assert roll_back_stage(stage, by=here.manager, reason="Too early")
        assert not roll_back_stage(stage, by=here.manager)
    assert "forums" not in seen(here, "owner")
    with here.scope():
        assert open_stage(stage, by=here.manager)
        assert stage.openings.count() == 2
    assert "forums" in seen(here, "owner")


def test_who_gains_is_told_once_for_one_opening(here: Cast, plan: Plan) -> None:
    (stage,) = plan(("ambassadors", ["forums"]), ("everyone", []))[:1]
    plan(("team", ["blogs"]))
    with here.scope():
        open_stage(stage, by=here.manager, tell=True)
        # The plan begins: nobody gains, for everything was open before.
        assert StageNews.objects.count() == 0
        told = announce_stage(stage, by=here.manager, words="Here are the keys.")
        assert told == 4, "the ambassador and the team, but not who announces it"
        assert announce_stage(stage, by=here.manager) == 0


def test_an_open_stage_keeps_its_features_and_audience(here: Cast, plan: Plan) -> None:
    (stage,) = plan(("team", ["forums"]), opened=1)
    with here.scope(), pytest.raises(PlanError, match="roll it back"):
        edit_stage(stage, StageWishes("Team", ["blogs"], "team"), by=here.manager)
    with here.scope(), pytest.raises(PlanError, match="stays in the plan"):
        remove_stage(stage, by=here.manager)
    with here.scope():
        assert (
            edit_stage(stage, StageWishes("The team", ["forums"], "team"), by=here.manager).name == "The team"
        )


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"criteria": {"answered_in_a_day": 101}}, "never hold"),
        ({"criteria": {"threads": 0}}, "must be above zero"),
        ({"criteria": {"applause": 3}}, "Nothing is called"),
        ({"opening": "criteria"}, "at least one gauge"),
        ({"opening": "date"}, "Say the date"),
        ({"planned_for": timezone.now() - datetime.timedelta(minutes=1)}, "past"),
    ],
)
def test_what_can_never_happen_is_refused(here: Cast, wishes: dict[str, object], words: str) -> None:
    with here.scope(), pytest.raises(PlanError, match=words):
        add_stage(StageWishes("Stage", ["forums"], "team", **wishes), by=here.manager)
    with here.scope():
        assert not Stage.objects.exists()


def test_a_gauge_of_what_no_earlier_stage_opens_is_refused(here: Cast, plan: Plan) -> None:
    plan(("team", ["blogs"]))
    wishes = StageWishes("Second", ["forums"], "everyone", criteria={"answered_in_a_day": 50})
    with here.scope():
        stage = add_stage(StageWishes("Second", ["forums"], "ambassadors"), by=here.manager)
        with pytest.raises(PlanError, match="no stage before this one"):
            edit_stage(stage, wishes, by=here.manager)


def test_a_gauge_of_what_this_community_has_not_chosen_is_refused(here: Cast, plan: Plan) -> None:
    Community.objects.filter(pk=here.community.pk).update(open_features=["blogs"])
    plan(("team", ["forums"]))
    wishes = StageWishes("Second", ["blogs"], "everyone", criteria={"answered_in_a_day": 50})
    with here.scope(), pytest.raises(PlanError, match="can never hold"):
        add_stage(wishes, by=here.manager)


def test_nobody_waits_once_anybody_may_join(here: Cast, plan: Plan) -> None:
    plan(("wave", ["join"]), ("everyone", ["forums"]))
    with here.scope(), pytest.raises(PlanError, match="anybody may join by then"):
        add_stage(StageWishes("Third", ["blogs"], "everyone", criteria={"waiting": 50}), by=here.manager)


def test_only_managers_move_the_plan(here: Cast, plan: Plan) -> None:
    (stage,) = plan(("team", ["forums"]))
    for role in ("member", "ambassador", "moderator", "marketing"):
        with here.scope(), pytest.raises(NotAllowed):
            open_stage(stage, by=getattr(here, role))
        with here.scope(), pytest.raises(NotAllowed):
            add_stage(StageWishes("Mine", [], "team"), by=getattr(here, role))


def test_nobody_rewrites_the_log(here: Cast, plan: Plan) -> None:
    plan(("team", ["forums"]), opened=1)
    with here.scope():
        for change in (
            lambda: LaunchLogEntry.objects.update(reason="Another"),
            lambda: LaunchLogEntry.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                change()
        assert list(LaunchLogEntry.objects.order_by("id").values_list("act", flat=True)) == [
            "added",
            "opened",
        ]


def test_the_plan_of_one_community_says_nothing_of_another(here: Cast, elsewhere: Cast, plan: Plan) -> None:
    plan(("team", ["forums"]), opened=1)
    assert Community.objects.get(pk=elsewhere.community.pk).launch == {}
    with elsewhere.scope():
        assert not Stage.objects.exists()
        assert "forums" in open_features(elsewhere.community, make_membership())
