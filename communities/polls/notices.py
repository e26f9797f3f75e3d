"""Those whom a poll concerns (`telling.people_concerned`) are told once that it has closed, or opens again."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.content.models import Thread
from communities.content.viewers import people_who_read, viewer_for
from communities.launch.features import is_open, is_open_to, people_let_in
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.polls.models import Poll
from communities.polls.permissions import FEATURE


class _AboutPoll(Notice):
    """A line about a poll, which leads to the poll itself: of one that comes back, to the one that is meant."""

    heading = Heading.TAKING_PART
    icon = "chart"
    mutes_thread = True

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE)

    def audience(self, people: list[int], about: About) -> list[int]:
        readers = people_who_read(about.thread.space, people)
        return people_let_in(readers, community_id=about.thread.community_id, feature=FEATURE)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """As long as its text can be read: one question for all such lines."""
        if "polls" not in reading.memo:
            viewer = viewer_for(reading.community, reading.membership)
            numbers = {_number_in(one.path) for one in reading.lines if one.kind in NAMES}
            # Where it stands now: a reply may have gone to another thread since.
            there = Thread.objects.visible_to(viewer).values("pk")
            polls = Poll.objects.filter(pk__in=numbers, thread__in=there).readable().select_related("thread")
            reading.memo["polls"] = {poll.pk: poll for poll in polls if any(poll.options)}
        line.poll = reading.memo["polls"].get(_number_in(line.path))
        return line.poll is not None and is_open(reading.community, reading.membership, FEATURE)

    def why(self, line: Line) -> str:
        if line.poll.post_id is not None:
            return _("You voted in it, or wrote the reply it belongs to.")
        return _("You voted in it, or follow the text it belongs to.")


def _number_in(path: str) -> int:
    """Of the poll that a line leads to."""
    number = path.strip("/").rpartition("/")[2]
    return int(number) if number.isascii() and number.isdecimal() else 0


@declare
class PollClosed(_AboutPoll):
    name = "poll_closed"
    label = gettext_lazy("Poll closed")
    order = 16
    question = gettext_lazy("A poll that I voted in or follow closes")

    def sentence(self, line: Line) -> str:
        poll: Poll = line.poll
        return _("Poll result: %(question)s") % {"question": poll.question or poll.thread.title}

    def words(self, line: Line) -> Words:
        lead = _("The poll is closed, and its result can be read.")
        return Words(lead, _("See the result"), self.why(line))


@declare
class PollReopened(_AboutPoll):
    name = "poll_reopened"
    label = gettext_lazy("Poll opens again")
    order = 16
    question = gettext_lazy("A poll that I voted in or follow opens again")

    def sentence(self, line: Line) -> str:
        poll: Poll = line.poll
        return _("Open again: %(question)s") % {"question": poll.question or poll.thread.title}

    def words(self, line: Line) -> Words:
        lead = _("A new vote has begun. The result of the one before can be read beside it.")
        return Words(lead, _("See the poll"), self.why(line))


NAMES = frozenset({PollClosed.name, PollReopened.name})
