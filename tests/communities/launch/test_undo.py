"""The law of undoing: whatever is done to the plan in whatever order, what is open to whom is what the plan says.

The plan is kept a second time, by hand; what it says follows from docs/managers/launching.md: a stage with effect opens
its parts to its audience and to that of every wider stage after it; paused, to the team only; what no stage names is
open, and everything is while no stage has effect.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from communities.console.spaces.modules import choose_modules, features
from communities.exceptions import DomainError
from communities.launch.features import open_features
from communities.launch.models import LaunchLogEntry, Stage, StageOpening
from communities.launch.services import (
    StageWishes,
    accept_invitation,
    add_stage,
    edit_stage,
    open_due_stages,
    open_stage,
    pause_stage,
    remove_stage,
    resume_stage,
    roll_back_stage,
    watch_openings,
)
from communities.launch.services.inviting import invite
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.services import tell_those_who_plan
from communities.scoping import community_scope
from tests.communities.launch.conftest import LEGAL, Plan, refresh
from tests.conftest import Cast
from tests.factories import make_membership

ORDER = ("team", "ambassadors", "list", "wave", "waiting", "everyone")
PARTS = ("blogs", "forums", "tags", "search", "join")
AUDIENCE = st.sampled_from(("team", "ambassadors", "list", "wave", "everyone"))
SOME = st.lists(st.sampled_from(PARTS), max_size=3, unique=True)
PLACE = st.integers(0, 3)
READERS = ("visitor", "member", "named", "invited", "ambassador", "marketing", "owner")
TEAM = frozenset({"marketing", "owner"})
EFFECT = ("open", "paused")
LATER = datetime.timedelta(days=3)


@dataclass
class Planned:
    """A stage as it should be."""

    pk: int
    parts: frozenset[str]
    audience: str
    state: str = "closed"
    by_date: bool = False
    # Whether somebody accepted an invitation for it.
    has_guest: bool = False

    def works_for(self, reader: str) -> bool:
        return self.state == "open" or (self.state == "paused" and reader in TEAM)

    def names(self, reader: str) -> bool:
        if self.audience == "everyone" or reader in TEAM:
            return True
        if (self.audience, reader) == ("wave", "invited"):
            return self.has_guest
        return (self.audience, reader) in {("ambassadors", "ambassador"), ("list", "named")}


def opened_to(reader: str, plan: list[Planned], chosen: frozenset[str]) -> frozenset[str]:
    """What is open, by the plan."""
    if not any(stage.state in EFFECT for stage in plan):
        return chosen
    working = [stage for stage in plan if stage.works_for(reader)]
    entered = [
        number
        for number, stage in enumerate(working)
        if stage.names(reader)
        or any(
            one.names(reader) and ORDER.index(one.audience) <= ORDER.index(stage.audience)
            for one in working[:number]
        )
    ]
    last = max(entered, default=-1)
    given = frozenset(part for stage in working[: last + 1] for part in stage.parts)
    named = frozenset(part for stage in plan for part in stage.parts)
    return chosen - (named - given)


class Undoing(RuleBasedStateMachine):
    here: Cast

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.savepoint()
        Community.objects.filter(pk=self.here.community.pk).update(legal=LEGAL)
        self.scope = community_scope(self.here.community)
        self.scope.__enter__()
        self.other, self.guest = make_membership(), make_membership()
        self.plan: list[Planned] = []
        self.every = frozenset(open_features(self.community(), None))
        self.chosen = self.every
        self.number = 0

    def teardown(self) -> None:
        if hasattr(self, "scope"):
            self.scope.__exit__(None, None, None)
            transaction.savepoint_rollback(self.savepoint)
            forget_all()

    def community(self) -> Community:
        return Community.objects.get(pk=self.here.community.pk)

    def owner(self) -> Membership:
        return Membership.objects.get(pk=self.here.owner.pk)

    def attempt(self, do: Any, /, *given: Any, **named: Any) -> Any:
        try:
            with transaction.atomic():
                return do(*given, by=self.owner(), **named)
        except DomainError:
            return None
        finally:
            forget_all()

    def a_stage(self, place: int) -> tuple[Planned, Stage]:
        planned = self.plan[place % len(self.plan)]
        return planned, Stage.objects.get(pk=planned.pk)

    def wishes(self, parts: list[str], audience: str, by_date: bool) -> StageWishes:
        self.number += 1
        return StageWishes(
            f"Stage {self.number}",
            parts,
            audience,
            opening="date" if by_date else "hand",
            planned_for=timezone.now() + LATER if by_date else None,
            people=[self.here.moderator, self.named()] if audience == "list" else [],
        )

    def named(self) -> Membership:
        """A member by name in the stages of lists; the other members are in none."""
        return self.here.member

    @rule(parts=SOME, audience=AUDIENCE, by_date=st.booleans())
    def add(self, parts: list[str], audience: str, by_date: bool) -> None:
        if len(self.plan) < 4:
            stage = self.attempt(add_stage, self.wishes(parts, audience, by_date))
            if stage is not None:
                self.plan.append(Planned(stage.pk, frozenset(parts), audience, by_date=by_date))

    @precondition(lambda self: self.plan)
    @rule(place=PLACE, parts=SOME, audience=AUDIENCE, by_date=st.booleans())
    def change(self, place: int, parts: list[str], audience: str, by_date: bool) -> None:
        planned, stage = self.a_stage(place)
        if self.attempt(edit_stage, stage, self.wishes(parts, audience, by_date)):
            assert planned.state not in EFFECT or (planned.parts, planned.audience) == (
                frozenset(parts),
                audience,
            )
            if planned.state == "rolled_back" and (by_date or planned.by_date):
                planned.state = "closed"  # it has another date: it is planned anew
            planned.parts, planned.audience, planned.by_date = frozenset(parts), audience, by_date

    @precondition(lambda self: any(stage.audience == "wave" for stage in self.plan))
    @rule(place=PLACE)
    def come_by_invitation(self, place: int) -> None:
        planned, stage = self.a_stage(place)
        if planned.audience == "wave":
            self.number += 1
            sent = invite(f"guest{self.number}@example.org", inviter=self.owner(), stage=stage)
            accept_invitation(sent, membership=Membership.objects.get(pk=self.guest.pk))
            planned.has_guest = True

    @precondition(lambda self: any(stage.state == "open" for stage in self.plan))
    @rule()
    def go_wrong_for_long(self) -> None:
        """Of the stages that are watched, the last one pauses by itself; that is a pause like any other."""
        StageOpening.objects.watched().update(left=99, watch_at=timezone.now(), watched_from=timezone.now())
        for minutes in (0, 10, 20):
            moment = timezone.now() + datetime.timedelta(minutes=minutes)
            watch_openings(self.community(), now=moment)
        StageOpening.objects.update(left=0)
        forget_all()
        watched = [one for one in self.plan if one.state == "open" and one.audience != "team"]
        if watched:
            watched[-1].state = "paused"

    @precondition(lambda self: self.plan)
    @rule(place=PLACE)
    def open(self, place: int) -> None:
        planned, stage = self.a_stage(place)
        if self.attempt(open_stage, stage, reason="Now"):
            planned.state = "open"

    @precondition(lambda self: self.plan)
    @rule(place=PLACE, resume=st.booleans())
    def pause(self, place: int, resume: bool) -> None:
        planned, stage = self.a_stage(place)
        if self.attempt(resume_stage if resume else pause_stage, stage):
            planned.state = "open" if resume else "paused"

    @precondition(lambda self: self.plan)
    @rule(place=PLACE)
    def roll_back(self, place: int) -> None:
        planned, stage = self.a_stage(place)
        if self.attempt(roll_back_stage, stage):
            planned.state = "rolled_back"

    @precondition(lambda self: self.plan)
    @rule()
    def open_the_last_and_roll_it_back(self) -> None:
        """An opening and its undoing leave everything as it was."""
        planned, stage = self.plan[-1], Stage.objects.get(pk=self.plan[-1].pk)
        if planned.state in EFFECT:
            return
        before = self.seen()
        if self.attempt(open_stage, stage, reason="Now"):
            assert self.attempt(roll_back_stage, stage)
            planned.state = "rolled_back"
            assert self.seen() == before

    @precondition(lambda self: self.plan)
    @rule(place=PLACE)
    def remove(self, place: int) -> None:
        planned, stage = self.a_stage(place)
        logged = LaunchLogEntry.objects.filter(act="removed").count()
        self.attempt(remove_stage, stage)
        gone = not Stage.objects.filter(pk=planned.pk).exists()
        assert gone is (planned.state not in EFFECT), "what has no effect can be taken out of the plan"
        assert LaunchLogEntry.objects.filter(act="removed").count() == logged + gone
        if gone:
            self.plan.remove(planned)

    @rule()
    def days_pass(self) -> None:
        with transaction.atomic():
            open_due_stages(now=timezone.now() + 2 * LATER)
        forget_all()
        for number, planned in enumerate(self.plan):
            if planned.state == "closed" and planned.by_date:
                before = self.plan[:number]
                if all(one.state in EFFECT for one in before):
                    planned.state = "open"

    @rule(off=st.sampled_from(["", *PARTS[:-1]]))
    def choose(self, off: str) -> None:
        wanted = {feature.name for feature in features()} - {off}
        assert self.attempt(choose_modules, self.community(), wanted=wanted)
        self.chosen = self.every - {off}

    def seen(self) -> dict[str, frozenset[str]]:
        forget_all()
        community = self.community()
        people = {reader: getattr(self.here, reader).pk for reader in ("ambassador", "marketing", "owner")}
        people |= {"named": self.named().pk, "member": self.other.pk, "invited": self.guest.pk}
        seen = {
            reader: open_features(community, Membership.objects.get(pk=pk)) for reader, pk in people.items()
        }
        return seen | {"visitor": open_features(community, None)}

    @invariant()
    def what_is_open_is_what_the_plan_says(self) -> None:
        if hasattr(self, "plan"):
            assert self.seen() == {reader: opened_to(reader, self.plan, self.chosen) for reader in READERS}


@pytest.mark.slow
def test_what_is_open_equals_the_plan(here: Cast) -> None:
    Undoing.here = here
    run_state_machine_as_test(
        Undoing,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_rolling_back_the_only_opening_leaves_everything_as_before(here: Cast, plan: Plan) -> None:
    """F1: the owner opens Forums to the team, rolls back, and takes the stage out of the plan, all on its pages."""
    client, forums = here.sign_in(here.owner), here.url("/forums/")
    (stage,) = plan(("team", ["forums"]))
    page = here.url(f"/manage/launch/stages/{stage.place}/")
    client.post(f"{page}open/", {"reason": "Now"})
    refresh(here)
    assert here.sign_in(None).get(forums).status_code == 404
    assert "as it was before the plan began" in client.get(f"{page}roll-back/").content.decode()
    client.post(f"{page}roll-back/", {"reason": "Too early"})
    refresh(here)
    assert here.sign_in(None).get(forums).status_code == 200
    assert client.get(forums).status_code == 200
    assert "Remove it from the plan" in client.get(page).content.decode()
    client.post(f"{page}remove/")
    with here.scope():
        assert not Stage.objects.exists()
    assert client.get(here.url("/manage/launch/")).status_code == 200


def test_lines_about_a_stage_go_with_it_and_bells_count_what_is_left(here: Cast, plan: Plan) -> None:
    (stage,) = plan(("team", ["forums"]))
    with here.scope():
        tell_those_who_plan(stage, note="ready", occasion="today")
        assert Membership.objects.get(pk=here.manager.pk).unread_count == 1
        remove_stage(stage, by=here.owner)
        assert Membership.objects.get(pk=here.manager.pk).unread_count == 0
    assert "1 is new" not in here.sign_in(here.manager).get(here.url("/notifications/")).content.decode()


def test_another_audience_lets_nobody_in_who_was_not_invited(here: Cast, plan: Plan) -> None:
    """Whom a list named is no guest of a wave; and who came by a wave is one again when the stage is a wave’s again."""
    (stage,) = plan(("list", ["forums"]), people=[here.member])
    with here.scope():
        edit_stage(stage, StageWishes("S", ["forums"], "wave"), by=here.owner)
        assert Membership.objects.get(pk=here.member.pk).stage_ids == []
        sent = invite("guest@example.org", inviter=here.owner, stage=stage)
        accept_invitation(sent, membership=here.ambassador)
        edit_stage(stage, StageWishes("S", ["forums"], "list", people=[here.member]), by=here.owner)
        named = Membership.objects.filter(stage_ids__contains=[stage.pk])
        assert [person.pk for person in named.all()] == [here.member.pk]
        edit_stage(stage, StageWishes("S", ["forums"], "wave"), by=here.owner)
        assert [person.pk for person in named.all()] == [here.ambassador.pk]
