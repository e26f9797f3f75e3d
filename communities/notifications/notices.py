"""What people are told of texts that they follow, are named in, or wrote."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.content.kinds import THREAD_KINDS
from communities.content.managers import ArrayPair
from communities.content.models import Post, ReadMarker, Thread
from communities.content.showing.rewards import labelled
from communities.content.text.extracts import excerpt
from communities.content.viewers import Viewer, people_who_read, viewer_for
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare, notices
from communities.reads import CompiledRead
from members.mails.building import short_subject

__all__ = ["Notice", "PersonalNotice", "PostNotice", "declare", "notice_of_start", "notices"]


@dataclass(frozen=True)
class Told:
    """A post that a line tells of, and that its reader may see; `is_seen`: they have read as far in its thread.
    `is_own`: they wrote it."""

    pk: int
    published_at: datetime.datetime
    position: int
    is_seen: bool
    is_own: bool


def posts_of(line: Line) -> list[int]:
    return list(line.posts) or [line.post_id]


def visible_posts(reading: Reading) -> dict[int, Told]:
    """The posts behind all the lines that their reader may see: one question for the whole page."""
    if "posts" not in reading.memo:
        read_together([reading])
    found: dict[int, Told] = reading.memo["posts"]
    return found


def read_together(readings: Iterable[Reading]) -> None:
    """Look for the posts behind the lines of several readers of one community: one question for all who read the same
    spaces, as members mostly do."""
    groups: dict[tuple[int, ...], list[tuple[Viewer, Reading]]] = {}
    for reading in readings:
        reading.memo["posts"] = {}
        if _posts_behind(reading):
            viewer = reading.memo.get("viewer") or viewer_for(reading.community, reading.membership)
            groups.setdefault(viewer.space_ids, []).append((viewer, reading))
    for group in groups.values():
        _read_group(group[0][0], [reading for _viewer, reading in group])


def _posts_behind(reading: Reading) -> set[int]:
    return {pk for line in reading.lines for pk in posts_of(line) if pk is not None}


def _read_group(viewer: Viewer, readings: Sequence[Reading]) -> None:
    behind = [_posts_behind(reading) for reading in readings]
    readers = {reading.membership.pk for reading in readings}
    rows = _visible(viewer, _padded(set().union(*behind)), _padded(readers))
    for reading, own in zip(readings, behind, strict=True):
        reading.memo["posts"] = {
            row[0]: _told_of(row, reading.membership.pk) for row in rows if row[0] in own
        }


def _told_of(row: tuple[Any, ...], reader: int) -> Told:
    pk, published_at, position, marks, author_id = row
    return Told(pk, published_at, position, position <= dict(marks).get(reader, 0), author_id == reader)


def _posts_seen_by(viewer: Viewer, posts: tuple[int, ...], readers: tuple[int, ...]) -> Any:
    """With how far each of the readers has read in their threads. All of them read the spaces of the viewer."""
    marks = ReadMarker.objects.filter(membership_id__in=readers, thread=OuterRef("thread_id"))
    pairs = marks.annotate(pair=ArrayPair("membership_id", "position")).values("pair")
    rows = Post.objects.visible_to(viewer).filter(pk__in=posts).annotate(marks=ArraySubquery(pairs))
    return rows.values_list("pk", "published_at", "position", "marks", "author_id")


def _padded(numbers: Iterable[int]) -> tuple[int, ...]:
    """Up to the next power of two, with numbers that no row has: a text for each number of them would be made anew
    nearly always."""
    known = sorted(numbers)
    return (*known, *(-n for n in range(1, 1 + (1 << (len(known) - 1).bit_length()) - len(known))))


_visible: CompiledRead[tuple[Any, ...]] = CompiledRead(_posts_seen_by, name="posts_seen")


def latest_posts(reading: Reading) -> dict[int, Post]:
    """Of lines whose latest post was withdrawn, the one that is the latest now: one question for the whole page."""
    if "latest" not in reading.memo:
        latest = [
            (line, max(told, key=_newest).pk) for line in reading.lines if (told := _told(line, reading))
        ]
        missing = {pk for line, pk in latest if pk != line.post_id}
        posts = Post.objects.select_related("thread__space", "author").filter(pk__in=missing)
        reading.memo["latest"] = {post.pk: post for post in posts} if missing else {}
    found: dict[int, Post] = reading.memo["latest"]
    return found


def _told(line: Line, reading: Reading) -> list[Told]:
    """Nobody hears of what they wrote themselves: of two memberships that are one now, one was told of the other."""
    visible = visible_posts(reading)
    told = [visible[pk] for pk in posts_of(line) if pk in visible]
    notice = notices.get(line.kind)
    is_about_own = isinstance(notice, PostNotice) and notice.is_about_own
    return [one for one in told if is_about_own or not one.is_own]


def _newest(told: Told) -> tuple[datetime.datetime, int, int]:
    return told.published_at, told.position, told.pk


class PostNotice(Notice):
    """About a post that others wrote: unread lines about one thread are one line, and its mail quotes the post."""

    template = "notifications/mail"
    # Whether having read as far in the thread is having read the line. It is not of what calls one by name.
    is_read_in_thread: ClassVar[bool] = True
    # Whether it tells authors what became of their own text.
    is_about_own: ClassVar[bool] = False
    act: ClassVar[str | Promise]
    why: ClassVar[str | Promise]

    def audience(self, people: list[int], about: About) -> list[int]:
        """Nobody hears of what they may not read, or of what the launch plan keeps closed to them."""
        return people_who_read(about.thread.space, people)

    def group(self, about: About) -> str:
        return f"thread {about.thread.pk}"

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """As long as one of its posts can be read. The line then says the latest of these, and how many they are;
        one that was read in the thread is not new.
        """
        told = _told(line, reading)
        if not told:
            return False
        others = line.count - len(posts_of(line))
        if line.read_at is None and self.is_read_in_thread:
            unseen = [one for one in told if not one.is_seen]
            if not unseen:
                line.read_at = timezone.now()
            elif len(unseen) < len(told):
                told, others = unseen, 0
        line.count = max(others, 0) + len(told)
        latest = max(told, key=_newest).pk
        if latest != line.post_id:
            line.post = latest_posts(reading)[latest]
            line.thread, line.actor = line.post.thread, line.post.author
        return True

    def address(self, line: Line) -> str:
        position = line.post.position if line.post and line.post.position else 1
        address: str = line.thread.url_of(position)
        return address

    def subject(self, line: Line) -> str:
        """The mail’s subject, with `{title}` for that of the thread."""
        raise NotImplementedError

    def lead(self, line: Line) -> str:
        return _("%(name)s wrote:") % {"name": actor_of(line)}

    def words(self, line: Line) -> Words:
        lead = self.lead(line)
        context: dict[str, Any] = {
            # The same words as a title: “Petra replied”.
            "headline": lead.rstrip(": \u00a0\u202f"),
            "preview": labelled(line.post, excerpt(line.post.body_html, 90)),
            "extract": labelled(line.post, excerpt(line.post.body_html, 400)),
            "post": line.post,
            "thread": line.thread,
        }
        subject = short_subject(self.subject(line), line.thread.title)
        return Words(lead, str(self.act), str(self.why), subject, context)


def actor_of(line: Line) -> str:
    return str(line.actor.display_name) if line.actor else _("Former member")


@declare
class ReplyPosted(PostNotice):
    name = "reply_posted"
    label = gettext_lazy("Reply")
    heading = Heading.TEXTS
    order = 10
    question = gettext_lazy("Somebody replies in a thread that I follow")
    mutes_thread = True
    act = gettext_lazy("Read and reply")
    why = gettext_lazy("You follow this thread.")

    def sentence(self, line: Line) -> str:
        """“Petra and 4 others replied in “Winter list””."""
        words = {"name": actor_of(line), "title": line.thread.title, "n": line.count - 1}
        if line.count == 1:
            return _("%(name)s replied in “%(title)s”") % words
        return (
            ngettext(
                "%(name)s and %(n)s other reply in “%(title)s”",
                "%(name)s and %(n)s other replies in “%(title)s”",
                line.count - 1,
            )
            % words
        )

    def subject(self, line: Line) -> str:
        return _("New reply: {title}")

    def lead(self, line: Line) -> str:
        if line.count == 1:
            return _("%(name)s replied:") % {"name": actor_of(line)}
        return ngettext(
            "%(count)s new reply, the latest by %(name)s:",
            "%(count)s new replies, the latest by %(name)s:",
            line.count,
        ) % {"count": line.count, "name": actor_of(line)}


@declare
class Mentioned(PostNotice):
    name = "mentioned"
    is_read_in_thread = False
    label = gettext_lazy("Mention")
    heading = Heading.TEXTS
    icon = "talk"
    order = 11
    question = gettext_lazy("Somebody mentions me")
    act = gettext_lazy("Open the post")
    why = gettext_lazy("You were mentioned.")

    def sentence(self, line: Line) -> str:
        return _("%(name)s mentioned you in “%(title)s”") % {
            "name": actor_of(line),
            "title": line.thread.title,
        }

    def subject(self, line: Line) -> str:
        return _("%(name)s mentioned you in {title}") % {"name": actor_of(line)}

    def lead(self, line: Line) -> str:
        return _("%(name)s mentioned you:") % {"name": actor_of(line)}


@declare
class AnswerAccepted(PostNotice):
    name = "answer_accepted"
    is_read_in_thread = False
    is_about_own = True
    label = gettext_lazy("Accepted answer")
    heading = Heading.TEXTS
    icon = "solved"
    order = 12
    question = gettext_lazy("My answer is accepted")
    act = gettext_lazy("Open the question")
    why = gettext_lazy("You answered this question.")

    def sentence(self, line: Line) -> str:
        return _("Your answer solved it: %(title)s") % {"title": line.thread.title}

    def subject(self, line: Line) -> str:
        return _("Your answer solved it: {title}")

    def lead(self, line: Line) -> str:
        return _("%(name)s accepted your answer:") % {"name": actor_of(line)}


@declare
class ThreadStarted(PostNotice):
    name = "thread_started"
    label = gettext_lazy("New thread")
    heading = Heading.FOLLOWED
    icon = "talk"
    order = 13
    question = gettext_lazy("A thread starts in a space that I follow")
    act = gettext_lazy("Read on")
    why = gettext_lazy("You follow this space.")

    def sentence(self, line: Line) -> str:
        return _("New in %(space)s: %(title)s") % {
            "space": line.thread.space.name,
            "title": line.thread.title,
        }

    def subject(self, line: Line) -> str:
        return _("New in %(space)s: {title}") % {"space": line.thread.space.name}


@declare
class ArticlePublished(PostNotice):
    name = "article_published"
    label = gettext_lazy("New article")
    heading = Heading.FOLLOWED
    icon = "book"
    order = 14
    question = gettext_lazy("An article appears in a blog that I follow")
    act = gettext_lazy("Read on")
    why = gettext_lazy("You follow this blog.")

    def sentence(self, line: Line) -> str:
        return _("New article: %(title)s") % {"title": line.thread.title}

    def subject(self, line: Line) -> str:
        return _("New article: {title}")


def notice_of_start(thread: Thread) -> type[Notice]:
    """What the followers of a space are told when a thread begins there."""
    return type(notices[THREAD_KINDS[thread.kind].notice_of_start])


class PersonalNotice(Notice):
    """About somebody’s own words, acts or page: told whether or not others can see them, and never muted.

    No text of a held or withdrawn post is in it.
    """

    heading = Heading.MODERATION
    icon = "shield"
    mail_kind = "decision"
    reaches_inactive = True

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return True

    def lead(self, line: Line) -> str:
        """The first sentence of the mail: what it means, what to do."""
        return _("The page below says what was decided, under which rule, why, and what you can do.")

    def words(self, line: Line) -> Words:
        why = _("Mails about decisions that concern you are always sent.")
        return Words(self.lead(line), _("Open the page"), why)
