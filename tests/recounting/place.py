"""The community in which everything happens, and what every act is done with; hypothesis chooses the acts."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.test import TestCase
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from communities.content.models import Post, Space, Thread
from communities.exceptions import DomainError
from communities.memory import forget_all, memories
from communities.models import Community, Membership
from communities.notifications import queries as bell_figures
from communities.notifications.models import Notification
from communities.scoping import community_scope
from tests.communities.launch.conftest import LEGAL
from tests.conftest import Cast
from tests.factories import make_membership, make_space
from tests.moderation.acts import set_mode
from tests.recounting.bells import Bells
from tests.recounting.follows import Follows
from tests.recounting.oracle import Oracle
from tests.recounting.outside import differences_outside
from tests.recounting.reading import Readers
from tests.recounting.waves import Waves

WRITERS = ("petra", "ole", "ana", "bo")
PEOPLE = (*WRITERS, "moderator", "manager")
WHO = st.sampled_from(PEOPLE)
PLACE = st.integers(0, 7)
ROOM = st.sampled_from(("yard", "hall", "bridge"))


class Place(RuleBasedStateMachine):
    here: Cast
    # After so many acts everything is counted again, and at the end; what costs more, after so many of these counts.
    every = 5
    every_outside = 3

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.savepoint()
        self.scope = community_scope(self.here.community)
        self.scope.__enter__()
        set_mode(self.here, "reactive")
        self.ids = {name: make_membership(display_name=name.title(), handle=name).pk for name in WRITERS}
        self.ids |= {name: getattr(self.here, name).pk for name in ("moderator", "manager")}
        # The database dates replies by the beginning of the transaction, which is that of the whole test.
        self.long_here(*Membership.objects.values_list("pk", flat=True))
        Community.objects.filter(pk=self.here.community.pk).update(
            member_count=Membership.objects.active().count(), legal=LEGAL
        )
        self.rooms = {
            "yard": self.here.forum.pk,
            "hall": make_space(slug="hall", name="Hall", audience="members").pk,
            "bridge": make_space(slug="bridge", name="Bridge", audience="team").pk,
        }
        self.threads: list[int] = []
        self.posts: list[int] = []
        self.number = self.acts = self.counts = self.gone = 0
        self.oracle = Oracle(self.here.community.pk)
        self.bells, self.follows, self.waves = Bells(self.oracle), Follows(), Waves()
        forget_all()
        self.open_the_place()

    def open_the_place(self) -> None:
        """Something to begin with: most acts are about a text."""

    def teardown(self) -> None:
        if hasattr(self, "scope"):
            try:
                if hasattr(self, "waves"):
                    self.recount(outside=True)
            finally:
                self.scope.__exit__(None, None, None)
                transaction.savepoint_rollback(self.savepoint)
                forget_all()

    # What the rules do it with

    def long_here(self, *people: int) -> None:
        """What was written before somebody joined is no news to them."""
        before = timezone.now() - datetime.timedelta(days=1)
        Membership.objects.filter(pk__in=people).update(joined_at=before)

    def person(self, name: str) -> Membership:
        """As a request finds them: their row as it is now."""
        found: Membership = Membership.objects.get(pk=self.ids[name])
        return found

    def community(self) -> Community:
        return Community.objects.get(pk=self.here.community.pk)

    def room(self, name: str) -> Space:
        found: Space = Space.objects.get(pk=self.rooms[name])
        return found

    def a_thread(self, place: int) -> Thread | None:
        chosen = self.threads[place % len(self.threads)]
        return Thread.objects.select_related("space", "author").filter(pk=chosen).first()

    def a_post(self, place: int) -> Post | None:
        """The latest first: what was just written is what most happens to."""
        chosen = self.posts[-1 - place % len(self.posts)]
        return Post.objects.select_related("thread__space", "author").filter(pk=chosen).first()

    def attempt(self, do: Any, /, *given: Any, **named: Any) -> Any:
        """One act, with the jobs that follow it. What the rules refuse changes nothing."""
        try:
            with TestCase.captureOnCommitCallbacks(execute=True), transaction.atomic():
                done = do(*given, **named)
        except DomainError:
            done = None
        a_second_passes()
        self.bells.hear()
        return done

    # Counting again

    @invariant()
    def count(self) -> None:
        if hasattr(self, "waves"):
            self.acts += 1
            if self.acts % self.every == 0:
                self.counts += 1
                self.recount(outside=self.counts % self.every_outside == 0)

    def recount(self, *, outside: bool) -> None:
        wrong = self.oracle.wrong()
        assert not wrong, f"where, what is kept, and what is right: {wrong}"
        a_second_passes()
        everybody = {*self.ids.values()}
        here = list(Membership.objects.active().filter(pk__in=everybody))
        readers = Readers(self.oracle, self.bells, self.follows, self.community())
        for reader in [None, *here]:
            found = readers.differences(reader)
            assert not found, f"what is said, and what is right: {found}"
        if outside:
            found = differences_outside(self.here, self.oracle, readers)
            found |= self.waves.differences() | self.follows.differences()
            assert not found, f"what is said, and what is right: {found}"
        left = everybody - {person.pk for person in here}
        assert not Notification.objects.filter(membership__in=left).exists()


def a_second_passes() -> None:
    """Processes remember nothing longer but the figure beside the bell, which must know when it is another one."""
    for memory in memories:
        if memory is not bell_figures._counted:
            memory.forget()
