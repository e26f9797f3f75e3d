"""Who follows a text with a poll, and who voted in it, are told once that it has closed."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.content.models import Thread
from communities.content.viewers import people_who_read, viewer_for
from communities.launch.features import is_open, people_let_in
from communities.notices import About, Line, Notice, Reading, Words, declare
from communities.polls.models import Poll
from communities.polls.permissions import FEATURE


@declare
class PollClosed(Notice):
    name = "poll_closed"
    label = gettext_lazy("Poll closed")
    icon = "chart"
    order = 16
    question = gettext_lazy("A poll that I voted in or follow closes")
    mutes_thread = True

    def audience(self, people: list[int], about: About) -> list[int]:
        readers = people_who_read(about.thread.space, people)
        return people_let_in(readers, community_id=about.thread.community_id, feature=FEATURE)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """As long as its text can be read: one question for all such lines."""
        if "polls" not in reading.memo:
            viewer = viewer_for(reading.community, reading.membership)
            ids = {one.thread_id for one in reading.lines if one.kind == self.name}
            there = Thread.objects.visible_to(viewer).filter(pk__in=ids, inset=Poll.INSET)
            polls = Poll.objects.filter(thread__in=there.values("pk")).select_related("thread")
            reading.memo["polls"] = {poll.thread_id: poll for poll in polls if any(poll.options)}
        line.poll = reading.memo["polls"].get(line.thread_id)
        return line.poll is not None and is_open(reading.community, reading.membership, FEATURE)

    def sentence(self, line: Line) -> str:
        poll: Poll = line.poll
        return _("Poll result: %(question)s") % {"question": poll.question or poll.thread.title}

    def words(self, line: Line) -> Words:
        why = _("You voted in it, or follow the text that it stands under.")
        return Words(_("The poll is closed, and its result can be read."), _("See the result"), why)
