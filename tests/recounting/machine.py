"""Everything that happens to texts, in any order; the real services do it."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from communities.content import services as content
from communities.content.models import Post, State, Thread
from communities.content.services.following import refollow_thread
from communities.forums.services import accept_answer, unaccept_answer
from communities.models import Membership
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.notifications.services import read_all_news
from members.models import OutgoingMail
from moderation import services as moderation
from moderation.models import Case
from tests.moderation.acts import decide
from tests.recounting.around import Around
from tests.recounting.bells import KINDS
from tests.recounting.place import PEOPLE, PLACE, ROOM, WHO, WRITERS, a_second_passes

OPENING = "<p>How does one splice it?</p>"


class Recounting(Around):
    def open_the_place(self) -> None:
        self.start("petra", "yard", "question", ["rope"])
        self.reply("ole", 0, None)

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
            body=OPENING,
            tags=tags,
        )
        if thread is not None:
            self.threads.append(thread.pk)
            self.posts.append(Post.objects.get(thread=thread).pk)
            self.follows.wrote(self.ids[who], thread.pk)

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
            self.follows.wrote(self.ids[who], thread.pk)
            if post.position:
                self.bells.read(self.ids[who], thread.pk, post.position)

    @precondition(lambda self: self.posts)
    @rule(place=PLACE, names=st.sampled_from([None, *WRITERS]))
    def edit(self, place: int, names: str | None) -> None:
        """Whom an edit adds is told like whom the text named from the beginning."""
        post = self.a_post(place)
        if post is None or post.author is None:
            return
        self.number += 1
        words = OPENING if post.is_body else f"<p>Words {self.number}, thought over.</p>"
        body = f"{words}<p>@{names}</p>" if names else words
        self.attempt(content.edit_post, post, by=post.author, body=body)

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
    def back_to_draft(self, place: int) -> None:
        """Told anew when it is out again."""
        thread = self.a_thread(place)
        if thread is not None and thread.author is not None:
            body = thread.opening().pk
            if self.attempt(content.unpublish_thread, thread, by=thread.author):
                self.bells.forget(thread.pk, body)

    @precondition(lambda self: self.threads)
    @rule(throw_away=st.booleans())
    def end_a_draft(self, throw_away: bool) -> None:
        draft = Thread.objects.select_related("space", "author").filter(state=State.DRAFT).first()
        if draft is not None and draft.author is not None:
            act = content.discard_draft if throw_away else content.publish_thread
            self.attempt(act, draft, by=draft.author)

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

    @precondition(lambda self: self.posts)
    @rule()
    def approve_what_waits(self) -> None:
        """The text that was held the longest, others having been published since."""
        held = Post.objects.filter(pk__in=self.posts, state=State.PENDING).order_by("pk").first()
        case = Case.objects.about(held).order_by("-id").first() if held is not None else None
        if case is not None:
            self.attempt(decide, case, by=self.person("moderator"), act="approve")

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
            self.follows.choose(self.ids[who], thread.pk, on=act is refollow_thread)

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

    @rule()
    def an_hour_passes(self) -> None:
        """Mails that wait are written, if what they tell of can be read."""
        before = set(OutgoingMail.objects.of(self.here.community.pk).values_list("pk", flat=True))
        due = Notification.objects.filter(mail_due_at__isnull=False, mailed_at__isnull=True)
        due.update(mail_due_at=timezone.now() - datetime.timedelta(seconds=1))
        a_second_passes()
        write_waiting(self.community(), limit=1000)
        mails = OutgoingMail.objects.of(self.here.community.pk).exclude(pk__in=before)
        about = [int(about) for about in mails.values_list("about", flat=True) if about.isdigit()]
        lines = Notification.objects.filter(pk__in=about, kind__in=KINDS)
        written = sorted(lines.values_list("membership_id", "kind", "thread_id"))
        right = sorted(self.bells.write())
        assert written == right, f"mails that left, and those that should: {written}, {right}"
