"""What happens around texts: to the place, its spaces, its words, and the people who come and go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from allauth.account.models import EmailAddress
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from communities.console.spaces.modules import choose_modules, features
from communities.content import services as content
from communities.content.models import Tag
from communities.content.services.arranging import edit_space
from communities.content.services.moving import begin_move, move_some
from communities.content.services.shelving import archive_space, restore_space
from communities.content.services.tag_keeping import forbid_tag, merge_tags, rename_tag
from communities.content.space_wishes import wishes_of
from communities.journal.models import Change
from communities.journal.services import undo
from communities.launch.models import Invitation, Stage
from communities.launch.services import (
    StageWishes,
    add_stage,
    join_community,
    open_stage,
    open_waiting_door,
    pause_stage,
    remove_stage,
    resume_stage,
    roll_back_stage,
    send_new_wave,
)
from communities.models import Membership
from communities.people.merging import merge_memberships
from communities.people.services import leave_community
from tests.factories import make_person
from tests.recounting.place import ROOM, WHO, WRITERS, Place

FEW = 2  # so many leave at most: somebody must be there to see it
TAG = st.sampled_from(("rope", "sail", "hull"))
WRITER = st.sampled_from(WRITERS)


def open_now(stage: Stage, *, by: Membership) -> bool:
    return open_stage(stage, by=by, reason="It is time")


class Around(Place):
    # Spaces

    @rule(room=ROOM, who=WHO, act=st.sampled_from([content.follow_space, content.unfollow_space]))
    def follow_room(self, room: str, who: str, act: Any) -> None:
        if self.person(who).is_active:
            self.attempt(act, self.room(room), by=self.person(who))

    @rule(room=ROOM, audience=st.sampled_from(["public", "members", "team"]))
    def change_readers(self, room: str, audience: str) -> None:
        space, by = self.room(room), self.person("manager")
        wishes = replace(wishes_of(space), audience=audience)
        if self.attempt(edit_space, space, wishes, by=by, community=self.community(), sure=True):
            self.bells.narrow(space.pk)

    @rule(room=ROOM, away=st.booleans())
    def put_away(self, room: str, away: bool) -> None:
        space, by = self.room(room), self.person("manager")
        act = archive_space if away else restore_space
        if self.attempt(act, space, by=by, community=self.community()) and away:
            self.bells.narrow(space.pk)

    @rule(source=ROOM, goal=ROOM)
    def move(self, source: str, goal: str) -> None:
        from_, to = self.room(source), self.room(goal)
        move = self.attempt(begin_move, from_, to, by=self.person("manager"))
        if move is not None and self.attempt(move_some, move.pk):
            self.bells.narrow(to.pk)

    @rule(on=st.booleans())
    def switch_forums(self, on: bool) -> None:
        wanted = {feature.name for feature in features()} - (set() if on else {"forums"})
        self.attempt(choose_modules, self.community(), by=self.person("manager"), wanted=wanted)

    # The launch plan

    @rule(
        audience=st.sampled_from(["everyone", "everyone", "team"]),
        act=st.sampled_from([open_now, open_now, pause_stage, resume_stage, roll_back_stage, remove_stage]),
    )
    def plan(self, audience: str, act: Any) -> None:
        """One stage that opens the forums; what the plan names is closed until a stage opens it."""
        stage = Stage.objects.filter(features=["forums"]).first()
        if stage is None:
            wishes = StageWishes("Forums", ["forums"], audience)
            stage = self.attempt(add_stage, wishes, by=self.person("manager"))
        if stage is not None:
            self.attempt(act, stage, by=self.person("manager"))

    @rule(people=st.integers(1, 2))
    def invite(self, people: int) -> None:
        by = self.person("manager")
        stage = Stage.objects.filter(audience="wave").first()
        if stage is None:
            # It opens nothing that anybody here uses.
            stage = self.attempt(add_stage, StageWishes("Friends", ["uploads"], "wave"), by=by)
        if stage is None or (not stage.is_open and not self.attempt(open_now, stage, by=by)):
            return
        self.number += 1
        addresses = [f"guest-{self.number}-{one}@guests.example" for one in range(people)]
        wave = self.attempt(send_new_wave, stage, by=by, name=f"Wave {self.number}", addresses=addresses)
        if wave is not None:
            self.waves.send(wave.pk, people)

    @precondition(lambda self: self.waves.invited)
    @rule(proved=st.booleans())
    def come(self, proved: bool) -> None:
        invitation = Invitation.objects.filter(state="sent", wave__isnull=False).order_by("-pk").first()
        if invitation is None or invitation.wave_id is None:
            return
        newcomer = self.attempt(
            join_community,
            self.community(),
            person=make_person(email=invitation.email),
            display_name="Guest",
            proven=proved,
            invitation=invitation,
        )
        if newcomer is not None:
            self.waves.come(newcomer.pk, invitation.wave_id, proved=proved)

    @precondition(lambda self: self.waves.waiting)
    @rule()
    def prove(self) -> None:
        person = next(iter(self.waves.waiting))
        account = Membership.objects.get(pk=person).member
        assert account is not None
        self.attempt(open_waiting_door, EmailAddress(user=account, email=account.email, verified=True))
        if Membership.objects.get(pk=person).is_active:
            self.waves.prove(person)

    @precondition(lambda self: any(self.waves.came.values()))
    @rule(delete=st.booleans())
    def a_guest_leaves(self, delete: bool) -> None:
        """Who came has come."""
        came = Membership.objects.active().filter(pk__in=set().union(*self.waves.came.values())).first()
        if came is not None:
            self.attempt(leave_community, came, by=came, delete=delete)

    @precondition(lambda self: self.waves.waiting)
    @rule(delete=st.booleans())
    def a_guest_goes_unproven(self, delete: bool) -> None:
        """Who never proved their address has never come."""
        person = next(iter(self.waves.waiting))
        waiting = Membership.objects.get(pk=person)
        if self.attempt(leave_community, waiting, by=waiting, delete=delete):
            self.waves.waiting.pop(person)

    # Words

    @rule(which=TAG, other=TAG, act=st.sampled_from(["merge", "merge", "rename", "forbid", "undo"]))
    def keep_tags(self, which: str, other: str, act: str) -> None:
        by = self.person("manager")
        tag, into = (Tag.objects.filter(name=name).first() for name in (which, other))
        if act == "undo":
            change = Change.objects.filter(act__startswith="tag").order_by("-pk").first()
            if change is not None:
                self.attempt(undo, change, by=by)
        elif act == "merge" and tag and into:
            self.attempt(merge_tags, tag, into=into, by=by)
        elif act == "rename" and tag:
            self.number += 1
            self.attempt(rename_tag, tag, by=by, name=f"{which} {self.number}")
        elif act == "forbid" and tag:
            self.attempt(forbid_tag, tag, by=by)

    # People

    @precondition(lambda self: self.gone < FEW and self.acts > 8)
    @rule(who=WRITER, delete=st.booleans())
    def leave(self, who: str, delete: bool) -> None:
        person = self.person(who)
        if person.is_active and self.attempt(leave_community, person, by=person, delete=delete):
            self.gone += 1
            self.bells.leave(person.pk)
            self.follows.leave(person.pk)

    @precondition(lambda self: self.gone)
    @rule(who=WRITER)
    def come_back(self, who: str) -> None:
        person = self.person(who)
        if person.status == Membership.Status.LEFT and person.member is not None:
            back = self.attempt(
                join_community, self.community(), person=person.member, display_name=who.title()
            )
            if back is not None:
                self.gone -= 1
                self.long_here(back.pk)

    @precondition(lambda self: self.gone < FEW and self.acts > 8)
    @rule(stays=WRITER, goes=WRITER)
    def merge(self, stays: str, goes: str) -> None:
        """Two memberships turn out to be one person’s; both names are theirs from now on."""
        kept, gone = self.ids[stays], self.ids[goes]
        if kept == gone:
            return
        by = self.person("manager")
        if self.attempt(merge_memberships, self.person(stays), self.person(goes), by=by):
            self.gone += 1
            self.bells.merge(kept, gone)
            self.follows.merge(kept, gone)
            self.ids = {name: kept if pk == gone else pk for name, pk in self.ids.items()}
