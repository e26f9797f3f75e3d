"""Whoever is asked is told, once; and whoever asked, when the answers are in."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.surveys.models import Asked, Survey
from communities.animation.surveys.permissions import FEATURE, can_run_surveys
from communities.launch.features import is_open
from communities.models import Membership
from communities.notices import Heading, Line, Notice, Reading, Words, declare


@declare
class SurveyAsks(Notice):
    """A survey asks this person; chance has chosen them."""

    name = "survey_asks"
    label = gettext_lazy("Survey")
    heading = Heading.PLACE
    icon = "list"
    order = 78
    question = gettext_lazy("The team asks me what I think of this place")
    can_wait = False

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """As long as their answer can be given."""
        if "surveys" not in reading.memo:
            waiting = Asked.objects.open_for(reading.membership)
            reading.memo["surveys"] = {asked.survey_id: asked.survey for asked in waiting}
        line.survey = reading.memo["surveys"].get(_number(line.occasion))
        return line.survey is not None and is_open(reading.community, reading.membership, FEATURE)

    def sentence(self, line: Line) -> str:
        survey = _survey(line)
        return _("We would like your opinion: “%(title)s”") % {"title": survey.title if survey else ""}

    def words(self, line: Line) -> Words:
        lead = _("One to three questions, a minute at most. Nobody sees who said what.")
        why = _("You have been chosen at random. Nobody is asked more than once in three months.")
        return Words(lead, _("Answer"), why)


@declare
class SurveyOver(Notice):
    """A survey that this person wrote has come to its end."""

    name = "survey_over"
    label = gettext_lazy("Survey over")
    heading = Heading.RUNNING
    icon = "chart"
    order = 89
    question = gettext_lazy("One of my surveys has ended")

    def is_asked(self, membership: Membership) -> bool:
        return can_run_surveys(membership)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return can_run_surveys(reading.membership) and _survey(line) is not None

    def sentence(self, line: Line) -> str:
        survey = _survey(line)
        return _("The survey “%(title)s” has ended") % {"title": survey.title if survey else ""}

    def words(self, line: Line) -> Words:
        lead = _("Its answers can be read, with what they show and what they do not.")
        return Words(lead, _("Read the answers"), _("You wrote this survey."))


def _number(occasion: str) -> int:
    first = occasion.partition(" ")[0]
    return int(first) if first.isdecimal() else 0


def _survey(line: Line) -> Survey | None:
    if not hasattr(line, "survey"):
        line.survey = Survey.objects.filter(pk=_number(line.occasion)).first()
    found: Survey | None = line.survey
    return found
