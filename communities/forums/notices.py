"""What people are told of questions and threads here, beside replies: asked before, to be answered by them,
solved or still open."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.content.models import Thread
from communities.content.viewers import people_who_read, viewer_for
from communities.forums.models import AskedHelper, AssignedThread, SameQuestion
from communities.launch.features import is_open, is_open_to, people_let_in
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.queries import absolute_address, communities_by_id, mail_link


def occasion_of(row: Any) -> str:
    """One closing, or one giving, of a thread: another one is told anew."""
    return f"{row.thread_id} {getattr(row, 'closed_at', None) or row.assigned_at:%Y-%m-%dT%H:%M:%S.%f}"


def due_occasion_of(row: AssignedThread) -> str:
    """One day of one giving: another day is one to be reminded on anew."""
    return f"{occasion_of(row)} {row.due_on.isoformat()}"


def _number(line: Line) -> int:
    number = line.occasion.partition(" ")[0]
    return int(number) if number.isdecimal() else 0


def _rows(model: Any, related: str, name: str, reading: Reading) -> dict[int, Any]:
    """The rows behind all lines of a notice whose threads their reader may see: one question for all of them."""
    if name not in reading.memo:
        ids = {_number(line) for line in reading.lines if line.kind == name}
        there = Thread.objects.visible_to(viewer_for(reading.community, reading.membership)).filter(
            pk__in=ids
        )
        rows = model.objects.filter(thread__in=there.values("pk")).select_related("thread__space", related)
        reading.memo[name] = {row.thread_id: row for row in rows}
    found: dict[int, Any] = reading.memo[name]
    return found


def _spaces(reading: Reading) -> frozenset[int]:
    """What their reader may read now."""
    if "spaces of threads" not in reading.memo:
        viewer = viewer_for(reading.community, reading.membership)
        reading.memo["spaces of threads"] = frozenset(viewer.space_ids)
    found: frozenset[int] = reading.memo["spaces of threads"]
    return found


@declare
class QuestionAskedBefore(Notice):
    """About the question that was asked first, as long as the other one is closed because of it."""

    name = "question_asked_before"
    label = gettext_lazy("A question was asked before")
    heading = Heading.TEXTS
    icon = "merge"
    order = 81
    question = gettext_lazy("A question that I ask or follow is closed because it was asked before")

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, "questions")

    def audience(self, people: list[int], about: About) -> list[int]:
        return people_who_read(about.thread.space, people)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        row = _rows(SameQuestion, "original__space", self.name, reading).get(_number(line))
        line.same = row if row is not None and occasion_of(row) == line.occasion else None
        if line.same is None or not line.same.original.is_published:
            return False
        # Where it was asked before may have become a room that this reader does not enter.
        return line.same.original.space_id in _spaces(reading)

    def sentence(self, line: Line) -> str:
        return _("“%(title)s” was asked before: %(original)s") % self._titles(line)

    def words(self, line: Line) -> Words:
        lead = line.same.reason or _("The answer is there, or will be.")
        return Words(lead, _("See the other question"), _("You asked it, or follow it."), self.sentence(line))

    def _titles(self, line: Line) -> dict[str, str]:
        return {"title": line.same.thread.title, "original": line.same.original.title}


class _OfAssigned(Notice):
    """As long as it is with whoever reads it."""

    heading = Heading.RUNNING
    icon = "hand"
    order = 82
    can_wait = False

    def is_asked(self, membership: Membership) -> bool:
        return bool(membership.is_staff)

    def audience(self, people: list[int], about: About) -> list[int]:
        return people_who_read(about.thread.space, people)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        row = _rows(AssignedThread, "assigned_by", self.name, reading).get(_number(line))
        line.given = row if row is not None and row.assignee_id == reading.membership.pk else None
        return line.given is not None


@declare
class ThreadAssigned(_OfAssigned):
    """Once for each time it is given to somebody."""

    name = "thread_assigned"
    label = gettext_lazy("A thread to answer")
    question = gettext_lazy("Somebody on the team gives me a thread to answer")

    def sentence(self, line: Line) -> str:
        words = {"title": line.given.thread.title, "day": date_format(line.given.due_on)}
        return _("Yours to answer by %(day)s: %(title)s") % words

    def words(self, line: Line) -> Words:
        lead = _("It appears on your Today until you have answered it, or an answer is accepted.")
        return Words(lead, _("Open the thread"), _("Somebody on the team gave it to you."))


@declare
class ThreadDue(_OfAssigned):
    """Once for each day by which it is to be answered, on that day, until it has another one."""

    name = "thread_due"
    label = gettext_lazy("Deadline for answering a thread")
    question = gettext_lazy("A thread that I was given to answer is due")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return super().is_still_true(line, reading) and due_occasion_of(line.given) == line.occasion

    def sentence(self, line: Line) -> str:
        words = {"title": line.given.thread.title, "day": date_format(line.given.due_on)}
        return _("Not answered yet, and due on %(day)s: %(title)s") % words

    def words(self, line: Line) -> Words:
        lead = _("It is with you until you have answered it, an answer is accepted, or you give it back.")
        return Words(lead, _("Open the thread"), _("You are due to answer it by that day."))


@declare
class QuestionForYou(Notice):
    """As long as nobody has answered."""

    name = "question_for_you"
    label = gettext_lazy("A question that you could answer")
    heading = Heading.PEOPLE
    icon = "hand"
    order = 83
    question = gettext_lazy("A question waits for an answer, and I have answered its subject before")

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, "questions")

    def audience(self, people: list[int], about: About) -> list[int]:
        return people_who_read(about.thread.space, people)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if self.name not in reading.memo:
            viewer = viewer_for(reading.community, reading.membership)
            ids = {_number(one) for one in reading.lines if one.kind == self.name}
            waiting = Thread.objects.visible_to(viewer).unanswered().filter(pk__in=ids)
            rows = AskedHelper.objects.filter(membership=reading.membership, thread__in=waiting.values("pk"))
            reading.memo[self.name] = {row.thread_id: row for row in rows.select_related("thread__space")}
        line.asked = reading.memo[self.name].get(_number(line))
        return line.asked is not None

    def sentence(self, line: Line) -> str:
        return _("Could you answer this? %(title)s") % {"title": line.asked.thread.title}

    def words(self, line: Line) -> Words:
        lead = _(
            "Nobody has answered yet, and your answers to questions like it have helped. You are asked once."
        )
        why = _("You have answered a question with one of its tags.")
        return Words(lead, _("Open the question"), why)


@declare
class QuestionOpen(Notice):
    """To whoever asked, once for a question, while it is neither solved nor closed."""

    name = "question_open"
    label = gettext_lazy("A question of yours: solved, or still open")
    heading = Heading.TEXTS
    icon = "solved"
    order = 84
    question = gettext_lazy(
        "A question of mine was answered three days ago, and I have not said if it is solved"
    )
    template = "forums/still_open_mail"

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, "questions")

    def audience(self, people: list[int], about: About) -> list[int]:
        readers = people_who_read(about.thread.space, people)
        return people_let_in(readers, community_id=about.thread.community_id, feature="questions")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if self.name not in reading.memo:
            ids = {_number(one) for one in reading.lines if one.kind == self.name}
            there = Thread.objects.visible_to(viewer_for(reading.community, reading.membership))
            mine = there.filter(pk__in=ids, author=reading.membership, asks=True)
            rows = mine.filter(solved=False, is_double=False).select_related("space")
            reading.memo[self.name] = {row.pk: row for row in rows}
        line.asked = reading.memo[self.name].get(_number(line))
        return line.asked is not None and is_open(reading.community, reading.membership, "questions")

    def sentence(self, line: Line) -> str:
        return _("Solved, or still open? %(title)s") % {"title": line.asked.title}

    def words(self, line: Line) -> Words:
        lead = _(
            "Somebody has answered your question. If that helped, say which answer it was: whoever looks for the same"
            " finds it at once. You are asked once."
        )
        community = communities_by_id.get(line.community_id)
        context = {}
        if community is not None:
            path = f"{self.address(line)}?said=open"
            context["open_url"] = mail_link(community, absolute_address(community, path))
        return Words(lead, _("Yes, solved"), _("You asked this question."), context=context)
