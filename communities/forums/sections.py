"""What the home page shows of the forums: the threads by last activity, and questions without an answer."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.content.managers import ThreadQuerySet
from communities.content.models import Thread
from communities.content.showing.home import in_spaces, line_of, only, unread_of
from communities.content.showing.reading import for_lines
from communities.content.viewers import Viewer, readable_spaces, spaces_of
from communities.forums.featuring import featured_for
from communities.forums.models import FORUM
from communities.homepage import Block, Reader, Section, Visit
from communities.reads import CompiledRead

THREADS = 8
THREADS_OF_VISITORS = 5
WAITING = 3
# More spaces than this are not compared for the home page; those first in order are.
SPACES = 24


def lively_threads(visit: Visit) -> list[Thread]:
    """The threads of all forums by last activity: each space gives its own first few, from its own index."""
    return visit.once("forums.lively", lambda: _lively(visit))


def has_forums(visit: Visit) -> bool:
    return bool(readable_spaces(visit.community, visit.viewer, FORUM))


def _lively(visit: Visit) -> list[Thread]:
    spaces = readable_spaces(visit.community, visit.viewer, FORUM)[:SPACES]
    return in_spaces(_lively_threads(only(visit.viewer, spaces)), spaces) if spaces else []


def _by_life(viewer: Viewer) -> ThreadQuerySet:
    visible: ThreadQuerySet = Thread.objects.visible_to(viewer)
    parts = [visible.in_space(pk).active_before().values("pk")[:THREADS] for pk in viewer.space_ids]
    first = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    lively = Thread.objects.filter(pk__in=first).order_by("-last_activity_at", "-id")
    return for_lines(lively)[:THREADS]


_lively_threads: CompiledRead[Thread] = CompiledRead(_by_life)


def waiting_questions(visit: Visit) -> list[Thread]:
    """Questions without an answer, newest first; a member’s own are for others."""
    return visit.once("forums.waiting", lambda: _waiting(visit))


def _waiting(visit: Visit) -> list[Thread]:
    reader = visit.membership.pk if visit.membership is not None else None
    return in_spaces(_waiting_threads(visit.viewer, reader), spaces_of(visit.community))


def _unanswered(viewer: Viewer, reader: int | None) -> ThreadQuerySet:
    questions = for_lines(Thread.objects.visible_to(viewer).unanswered().published_before())
    others = questions if reader is None else questions.exclude(author=reader)
    return others[:WAITING]


_waiting_threads: CompiledRead[Thread] = CompiledRead(_unanswered)


class Talk(Section):
    """Visitors: current discussions, or an invitation to ask the first question."""

    name, area, order = "forums.talk", "main", 40
    feature, whom = "forums", Reader.VISITOR
    block = "talk"
    template = "forums/sections/talk.html"
    stand_ins = THREADS_OF_VISITORS

    def has_source(self, visit: Visit) -> bool:
        return has_forums(visit)

    def threads(self, visit: Visit) -> Sequence[Thread]:
        return lively_threads(visit)

    def context(self, visit: Visit) -> dict[str, Any] | None:
        threads = lively_threads(visit)[:THREADS_OF_VISITORS]
        open_to_visitors = threads or readable_spaces(visit.community, visit.viewer, FORUM)
        if not open_to_visitors and not any(space.kind == FORUM for space in spaces_of(visit.community)):
            return None
        return {"threads": threads, "is_among_members": not open_to_visitors}

    def made_of(self, content: dict[str, Any]) -> tuple[Hashable, ...] | None:
        lines = [line_of(thread) for thread in content["threads"]]
        return tuple([told for line in lines for told in line]) or None


class Waiting(Section):
    """Visitors: questions that they could answer."""

    name, area, order = "forums.waiting", "aside", 10
    feature, whom = "forums", Reader.VISITOR
    block = "unanswered"
    template = "forums/sections/waiting.html"

    def waiting(self, visit: Visit) -> Sequence[Thread]:
        return waiting_questions(visit)

    def context(self, visit: Visit) -> dict[str, Any] | None:
        questions = waiting_questions(visit)
        return {"threads": questions} if questions else None

    def made_of(self, content: dict[str, Any]) -> tuple[Hashable, ...]:
        told: list[Hashable] = []
        for thread in content["threads"]:
            address = thread.get_absolute_url()
            told += [(address, thread.title, thread.language, thread.space.name), thread.published_at]
        return tuple(told)


class PickUp(Section):
    """Members: the same questions, each with a button to answer."""

    name, area, order = "forums.pick-up", "main", 20
    feature, whom = "forums", Reader.MEMBER
    block = "unanswered"
    template = "forums/sections/pick_up.html"

    def waiting(self, visit: Visit) -> Sequence[Thread]:
        return waiting_questions(visit)

    def context(self, visit: Visit) -> dict[str, Any] | None:
        questions = waiting_questions(visit)
        return {"threads": questions} if questions else None


class NewThreads(Section):
    """Members: the threads by last activity, with what is new to them marked."""

    name, area, order = "forums.new-threads", "new", 20
    feature, whom = "forums", Reader.MEMBER
    block = "talk"
    template = "forums/sections/new_threads.html"
    stand_ins = THREADS
    more = ("forums:list-spaces", _("All forums"))

    def has_source(self, visit: Visit) -> bool:
        return has_forums(visit)

    def threads(self, visit: Visit) -> Sequence[Thread]:
        return lively_threads(visit)

    def context(self, visit: Visit) -> dict[str, Any] | None:
        threads = lively_threads(visit)
        return {"threads": threads, "unread": unread_of(visit)} if threads else None


class Featured(Section):
    """What those who look after the forums have featured."""

    name, area, order = "forums.featured", "main", 35
    feature, whom = "forums", Reader.VISITOR | Reader.MEMBER
    block = "featured-threads"
    template = "forums/sections/featured.html"

    def has_source(self, visit: Visit) -> bool:
        return has_forums(visit)

    def threads(self, visit: Visit) -> Sequence[Thread]:
        return visit.once("forums.featured", lambda: _featured(visit))

    def context(self, visit: Visit) -> dict[str, Any] | None:
        threads = self.threads(visit)
        return {"threads": threads} if threads else None

    def made_of(self, content: dict[str, Any]) -> tuple[Hashable, ...]:
        lines = [line_of(thread) for thread in content["threads"]]
        return tuple([told for line in lines for told in line])


def _featured(visit: Visit) -> list[Thread]:
    spaces = readable_spaces(visit.community, visit.viewer, FORUM)
    return in_spaces(featured_for(visit.viewer), spaces) if spaces else []


class FirstQuestion(Section):
    """An empty place: a good question invites others."""

    name, area, order = "forums.first-question", "first", 30
    feature, whom = "forums", Reader.MEMBER
    template = "forums/sections/first_question.html"


def register() -> None:
    homepage.blocks.register(
        Block(
            "talk",
            _("Discussions"),
            _("The liveliest; for members, what is new in them."),
            50,
            _("Start a discussion."),
            "forums:choose-space",
        )
    )
    homepage.blocks.register(
        Block(
            "unanswered",
            _("Unanswered questions"),
            _("Three that wait; for members with a button to answer."),
            60,
            _("No question waits: there is nothing to do."),
        )
    )
    homepage.blocks.register(
        Block(
            "featured-threads",
            _("Featured threads"),
            _("Up to three of the forums, featured by whoever looks after them."),
            45,
            _("Feature one: the button is beside each thread."),
            "forums:list-spaces",
        )
    )
    for section in (Talk(), Waiting(), PickUp(), NewThreads(), Featured(), FirstQuestion()):
        homepage.sections.register(section)
