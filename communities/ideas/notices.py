"""Who submitted, voted for or follows an idea is told what the team answers, and that it was merged; who follows a box,
that it begins to take ideas, and votes."""

from __future__ import annotations

from typing import ClassVar

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.content.models import Thread
from communities.content.text.extracts import excerpt
from communities.content.viewers import Viewer, people_who_read, viewer_for
from communities.ideas.models import Answer, Box, Idea
from communities.ideas.permissions import FEATURE
from communities.ideas.phases import Phase
from communities.launch.features import is_open, is_open_to, people_let_in
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.templatetags.parvis import exact


def _number(line: Line) -> int:
    """The box that an occasion names last."""
    return int(str(line.occasion).rsplit(" ", 1)[-1])


class _OfIdea(Notice):
    """As long as the idea can be read: one question for all such lines."""

    heading = Heading.TAKING_PART
    icon = "idea"
    mutes_thread = True

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE)

    def audience(self, people: list[int], about: About) -> list[int]:
        readers = people_who_read(about.thread.space, people)
        return people_let_in(readers, community_id=about.thread.community_id, feature=FEATURE)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if not is_open(reading.community, reading.membership, FEATURE):
            return False
        line.idea = self._ideas(reading).get(line.thread_id)
        return line.idea is not None

    def _ideas(self, reading: Reading) -> dict[int, Idea]:
        if "ideas" not in reading.memo:
            threads = {line.thread_id for line in reading.lines if line.kind in NAMES}
            there = Thread.objects.visible_to(self._viewer(reading)).filter(pk__in=threads)
            ideas = Idea.objects.filter(thread__in=there.values("pk"))
            rows = ideas.select_related("thread__space", "merged_into__thread")
            reading.memo["ideas"] = {idea.pk: idea for idea in rows}
        found: dict[int, Idea] = reading.memo["ideas"]
        return found

    def _viewer(self, reading: Reading) -> Viewer:
        if "ideas viewer" not in reading.memo:
            reading.memo["ideas viewer"] = viewer_for(reading.community, reading.membership)
        viewer: Viewer = reading.memo["ideas viewer"]
        return viewer

    def address(self, line: Line) -> str:
        address: str = line.idea.thread.get_absolute_url()
        return address


@declare
class IdeaAnswered(_OfIdea):
    """The team has set another state, or answered anew; the line says the state of that answer."""

    name = "idea_status"
    label = gettext_lazy("Answer to an idea")
    order = 17
    question = gettext_lazy("The team answers an idea that I submitted, voted for or follow")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if not super().is_still_true(line, reading):
            return False
        line.answer = self._answers(reading).get(line.post_id)
        return line.answer is not None

    def _answers(self, reading: Reading) -> dict[int, Answer]:
        """Those whose words can still be read."""
        if "idea answers" not in reading.memo:
            posts = {line.post_id for line in reading.lines if line.kind == self.name}
            answers = Answer.objects.filter(post__in=posts, post__state="published").select_related("post")
            reading.memo["idea answers"] = {answer.post_id: answer for answer in answers}
        found: dict[int, Answer] = reading.memo["idea answers"]
        return found

    def sentence(self, line: Line) -> str:
        title, answer = line.idea.thread.title, line.answer
        if answer.status == Idea.Status.DELIVERED:
            return _("You said, we did: %(title)s") % {"title": title}
        words = {"title": title, "status": answer.get_status_display()}
        return _("%(title)s: %(status)s") % words

    def words(self, line: Line) -> Words:
        lead = excerpt(line.answer.post.body_html, 400)
        return Words(
            lead,
            _("Read the answer"),
            _("You submitted this idea, voted for it or follow it."),
            self.sentence(line),
        )


@declare
class IdeaMerged(_OfIdea):
    name = "idea_merged"
    label = gettext_lazy("Idea merged")
    icon = "merge"
    order = 18
    question = gettext_lazy("An idea that I submitted, voted for or follow is merged into another one")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if not super().is_still_true(line, reading) or line.idea.merged_into is None:
            return False
        # Its words say the title of the other one.
        into: Thread = line.idea.merged_into.thread
        return into.is_published and into.space_id in self._viewer(reading).space_ids

    def sentence(self, line: Line) -> str:
        words = {"title": line.idea.thread.title, "into": line.idea.merged_into.thread.title}
        return _("“%(title)s” joins another idea: %(into)s") % words

    def words(self, line: Line) -> Words:
        return Words(
            _("Votes for both were added, each person’s once; the old address leads to the other idea."),
            _("See the idea"),
            _("You submitted this idea, voted for it or follow it."),
            self.sentence(line),
        )


class _OfBox(Notice):
    """As long as the box can be read and takes what its line says."""

    heading = Heading.FOLLOWED
    icon = "idea"
    phase: ClassVar[Phase]
    kinds: ClassVar[frozenset[str]] = frozenset({"box_takes_ideas", "box_takes_votes"})

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if "boxes" not in reading.memo:
            numbers = {_number(one) for one in reading.lines if one.kind in self.kinds}
            readable = viewer_for(reading.community, reading.membership).space_ids
            rows = Box.objects.filter(pk__in=numbers & set(readable)).select_related("space")
            reading.memo["boxes"] = {box.pk: box for box in rows}
        line.box = reading.memo["boxes"].get(_number(line))
        if line.box is None or line.box.phase != self.phase:
            return False
        return is_open(reading.community, reading.membership, FEATURE)

    def until(self, box: Box) -> str:
        """How long it takes them."""
        ends = box.closes_at if self.phase == Phase.VOTE else box.discusses_at
        return exact(localtime(ends)) if ends is not None else ""


@declare
class BoxTakesIdeas(_OfBox):
    """Once for each date from which a box takes ideas."""

    name = "box_takes_ideas"
    label = gettext_lazy("Ideas box that opens")
    order = 19
    question = gettext_lazy("An ideas box that I follow opens")
    phase = Phase.SUBMIT

    def sentence(self, line: Line) -> str:
        return _("“%(box)s” is open to your ideas") % {"box": line.box.space.name}

    def words(self, line: Line) -> Words:
        lead = _("Ideas can be submitted until %(moment)s.") % {"moment": self.until(line.box)}
        return Words(lead, _("See the box"), _("You follow this box."))


@declare
class BoxTakesVotes(_OfBox):
    """Once for each date from which a box takes votes."""

    name = "box_takes_votes"
    label = gettext_lazy("Votes in an ideas box")
    order = 20
    question = gettext_lazy("Votes begin in an ideas box that I follow")
    phase = Phase.VOTE
    # As those of a challenge, they may be over in days.
    can_wait = False

    def sentence(self, line: Line) -> str:
        return _("“%(box)s”: votes are open") % {"box": line.box.space.name}

    def words(self, line: Line) -> Words:
        lead = _("You can vote until %(moment)s.") % {"moment": self.until(line.box)}
        return Words(lead, _("See the ideas"), _("You follow this box."))


NAMES = frozenset({IdeaAnswered.name, IdeaMerged.name})
