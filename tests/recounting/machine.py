"""A community in which everything happens in any order; hypothesis chooses what, the real services do it."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.test import TestCase
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from communities.console.spaces.modules import choose_modules, features
from communities.content import services as content
from communities.content.models import Post, Space, Thread
from communities.content.services.arranging import edit_space
from communities.content.services.following import refollow_thread
from communities.content.services.moving import begin_move, move_some
from communities.content.services.shelving import archive_space, restore_space
from communities.content.space_wishes import wishes_of
from communities.exceptions import DomainError
from communities.forums.services import accept_answer, unaccept_answer
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.notifications.services import read_all_news
from communities.people.services import leave_community
from communities.scoping import community_scope
from members.models import OutgoingMail
from moderation import services as moderation
from moderation.models import Case
from tests.conftest import Cast
from tests.factories import make_membership, make_space
from tests.moderation.acts import decide, set_mode
from tests.recounting.bells import KINDS, Bells
from tests.recounting.oracle import Oracle
from tests.recounting.reading import differences

WRITERS = ("petra", "ole", "ana", "bo")
PEOPLE = (*WRITERS, "moderator", "manager")
WHO = st.sampled_from(PEOPLE)
PLACE = st.integers(0, 7)
ROOM = st.sampled_from(("yard", "hall", "bridge"))
FEW = 2  # so many leave at most: somebody must be there to see it


class Recounting(RuleBasedStateMachine):
    here: Cast
    # After so many acts everything is counted again, and at the end.
    every = 5

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.savepoint()
        self.scope = community_scope(self.here.community)
        self.scope.__enter__()
        set_mode(self.here, "reactive")
        self.ids = {name: make_membership(display_name=name.title(), handle=name).pk for name in WRITERS}
        self.ids |= {name: getattr(self.here, name).pk for name in ("moderator", "manager")}
        # The database dates replies by the beginning of the transaction, which is that of the whole test.
        Membership.objects.update(joined_at=timezone.now() - datetime.timedelta(days=1))
        Community.objects.filter(pk=self.here.community.pk).update(
            member_count=Membership.objects.active().count()
        )
        self.rooms = {
            "yard": self.here.forum.pk,
            "hall": make_space(slug="hall", name="Hall", audience="members").pk,
            "bridge": make_space(slug="bridge", name="Bridge", audience="team").pk,
        }
        self.threads: list[int] = []
        self.posts: list[int] = []
        self.number = self.acts = self.gone = 0
        self.oracle = Oracle(self.here.community.pk)
        self.bells = Bells(self.oracle)
        forget_all()
        # Something to begin with: most acts are about a text.
        self.start("petra", "yard", "question", ["rope"])
        self.reply("ole", 0, None)

    def teardown(self) -> None:
        if hasattr(self, "scope"):
            try:
                if hasattr(self, "bells"):
                    self.recount()
            finally:
                self.scope.__exit__(None, None, None)
                transaction.savepoint_rollback(self.savepoint)
                forget_all()

    # What the rules do it with

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
        forget_all()
        self.bells.hear()
        return done

    # Writing

    @rule(
        who=WHO,
        room=ROOM,
        kind=st.sampled_from(["topic", "question"]),
        tags=st.sampled_from([[], ["rope"], ["rope", "sail"]]),
    )
    def start(self, who: str, room: str, kind: str, tags: list[str]) -> None:
        self.number += 1
        thread = self.attempt(
            content.start_thread,
            self.room(room),
            by=self.person(who),
            community=self.community(),
            kind=kind,
            title=f"Thread {self.number}",
            body="<p>How does one splice it?</p>",
            tags=tags,
        )
        if thread is not None:
            self.threads.append(thread.pk)
            self.posts.append(Post.objects.get(thread=thread).pk)

    @precondition(lambda self: self.threads)
    @rule(who=WHO, place=PLACE, names=st.sampled_from([None, None, *WRITERS]))
    def reply(self, who: str, place: int, names: str | None) -> None:
        thread = self.a_thread(place)
        if thread is None:
            return
        self.number += 1
        words = f"<p>{f'@{names} ' if names else ''}Words {self.number}.</p>"
        post = self.attempt(content.reply_to, thread, by=self.person(who), body=words)
        if post is not None:
            self.posts.append(post.pk)
            if post.position:
                self.bells.read(self.ids[who], thread.pk, post.position)

    @precondition(lambda self: self.posts)
    @rule(place=PLACE)
    def delete(self, place: int) -> None:
        post = self.a_post(place)
        if post is not None and post.author is not None:
            self.attempt(content.delete_post, post, by=post.author)

    @precondition(lambda self: self.posts)
    @rule(place=PLACE)
    def take_back_deletion(self, place: int) -> None:
        post = self.a_post(place)
        if post is not None and post.author is not None:
            restored = self.attempt(content.restore_post, post, by=post.author)
            if restored is not None and restored.is_published:
                self.bells.came_back({post.thread_id})

    @precondition(lambda self: self.threads)
    @rule(place=PLACE)
    def back_to_draft_and_out_again(self, place: int) -> None:
        thread = self.a_thread(place)
        if thread is not None and thread.author is not None and thread.is_published:
            body = thread.opening().pk
            if self.attempt(content.unpublish_thread, thread, by=thread.author):
                self.bells.told.discard(body)
                self.attempt(content.publish_thread, thread, by=thread.author)

    @precondition(lambda self: self.threads)
    @rule(place=PLACE, tags=st.sampled_from([[], ["sail"], ["rope", "hull"]]))
    def retag(self, place: int, tags: list[str]) -> None:
        thread = self.a_thread(place)
        if thread is not None and thread.author is not None:
            self.attempt(content.set_tags, thread, by=thread.author, names=tags)

    # Moderation

    @rule(mode=st.sampled_from(["pre", "reactive", "reactive", "post"]))
    def choose_mode(self, mode: str) -> None:
        self.attempt(moderation.set_mode, self.community(), by=self.person("manager"), mode=mode)

    @precondition(lambda self: self.posts)
    @rule(
        place=PLACE,
        act=st.sampled_from(["approve", "approve", "hide", "remove", "refuse", "restore", "restore"]),
    )
    def judge(self, place: int, act: str) -> None:
        post = self.a_post(place)
        if post is None:
            return
        case = Case.objects.about(post).order_by("-id").first()
        if case is None:
            self.attempt(moderation.report_post, post, by=self.person("manager"), category="spam")
            case = Case.objects.about(post).order_by("-id").first()
        if case is not None:
            before = post.state
            self.attempt(decide, case, by=self.person("moderator"), act=act)
            now = Post.objects.get(pk=post.pk)
            if before in ("hidden", "removed") and now.is_published:
                self.bells.came_back({post.thread_id})

    @rule(
        who=st.sampled_from(PEOPLE[:-1]),
        field=st.sampled_from(["read_only_until", "suspended_until"]),
        on=st.booleans(),
    )
    def sanction(self, who: str, field: str, on: bool) -> None:
        until = timezone.now() + datetime.timedelta(days=7) if on else None
        Membership.objects.filter(pk=self.ids[who]).update(**{field: until})

    # Around texts

    @precondition(lambda self: self.posts)
    @rule(place=PLACE, who=WHO)
    def accept(self, place: int, who: str) -> None:
        post = self.a_post(place)
        if post is None:
            return
        former = self.accepted(post.thread)
        if self.attempt(accept_answer, post.thread, post=post, by=self.person(who)):
            if former is not None:
                self.bells.unaccept(former)
            self.bells.accept(post.author_id, self.ids[who], post.thread_id, post.pk)

    @precondition(lambda self: self.threads)
    @rule(place=PLACE, who=WHO)
    def unaccept(self, place: int, who: str) -> None:
        thread = self.a_thread(place)
        former = self.accepted(thread) if thread is not None else None
        if former is not None and self.attempt(unaccept_answer, thread, by=self.person(who)):
            self.bells.unaccept(former)

    def accepted(self, thread: Thread) -> int | None:
        rows = self.oracle.ask(
            "select accepted_id from forums_question where thread_id = %(thread)s", thread=thread.pk
        )
        return rows[0][0] if rows else None

    @precondition(lambda self: self.posts)
    @rule(place=PLACE, who=WHO, back=st.booleans())
    def react(self, place: int, who: str, back: bool) -> None:
        post = self.a_post(place)
        if post is not None:
            act = content.unreact_to_post if back else content.react_to_post
            self.attempt(act, post, by=self.person(who), kind="useful")

    @precondition(lambda self: self.threads)
    @rule(
        place=PLACE, who=WHO, act=st.sampled_from([refollow_thread, refollow_thread, content.unfollow_thread])
    )
    def follow(self, place: int, who: str, act: Any) -> None:
        thread = self.a_thread(place)
        if thread is not None and self.person(who).is_active:
            self.attempt(act, thread, by=self.person(who))

    @rule(room=ROOM, who=WHO, act=st.sampled_from([content.follow_space, content.unfollow_space]))
    def follow_room(self, room: str, who: str, act: Any) -> None:
        if self.person(who).is_active:
            self.attempt(act, self.room(room), by=self.person(who))

    @precondition(lambda self: self.threads)
    @rule(place=PLACE, who=WHO, position=st.integers(1, 6))
    def read(self, place: int, who: str, position: int) -> None:
        thread = self.a_thread(place)
        person = self.person(who)
        if thread is not None and thread.last_position and person.is_active:
            position = min(position, thread.last_position)
            self.attempt(content.mark_read, thread, by=person, position=position)
            self.bells.read(person.pk, thread.pk, position)

    @rule(who=WHO)
    def read_everything(self, who: str) -> None:
        self.attempt(read_all_news, by=self.person(who))
        self.bells.read_all(self.ids[who])

    # The place

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

    @precondition(lambda self: self.gone < FEW and self.acts > 8)
    @rule(who=st.sampled_from(WRITERS), delete=st.booleans())
    def leave(self, who: str, delete: bool) -> None:
        person = self.person(who)
        if person.is_active and self.attempt(leave_community, person, by=person, delete=delete):
            self.gone += 1
            self.bells.lines.pop(person.pk, None)

    @rule()
    def an_hour_passes(self) -> None:
        """Mails that wait are written, if what they tell of can be read."""
        before = set(OutgoingMail.objects.of(self.here.community.pk).values_list("pk", flat=True))
        due = Notification.objects.filter(mail_due_at__isnull=False, mailed_at__isnull=True)
        due.update(mail_due_at=timezone.now() - datetime.timedelta(seconds=1))
        forget_all()
        write_waiting(self.community(), limit=1000)
        mails = OutgoingMail.objects.of(self.here.community.pk).exclude(pk__in=before)
        about = [int(about) for about in mails.values_list("about", flat=True) if about.isdigit()]
        lines = Notification.objects.filter(pk__in=about, kind__in=KINDS)
        written = sorted(lines.values_list("membership_id", "kind", "thread_id"))
        right = sorted(self.bells.write())
        assert written == right, f"mails that left, and those that should: {written}, {right}"

    @invariant()
    def count(self) -> None:
        if hasattr(self, "bells"):
            self.acts += 1
            if self.acts % self.every == 0:
                self.recount()

    def recount(self) -> None:
        wrong = self.oracle.wrong()
        assert not wrong, f"where, what is kept, and what is right: {wrong}"
        readers = [
            None,
            *(pk for pk in self.ids.values() if Membership.objects.active().filter(pk=pk).exists()),
        ]
        for reader in readers:
            found = differences(self.oracle, self.bells, self.community(), reader)
            assert not found, f"what is said, and what is right: {found}"
        left = [pk for pk in self.ids.values() if pk not in readers]
        assert not Notification.objects.filter(membership__in=left).exists()
