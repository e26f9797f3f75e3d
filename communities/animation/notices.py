"""What people are told: a greeting, an introduction, that something is theirs to do."""

from __future__ import annotations

from django.urls import get_script_prefix
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.models import Introduction, Welcome
from communities.animation.permissions import can_greet_newcomers, can_see_today
from communities.launch.features import is_open
from communities.models import Membership
from communities.notices import Heading, Line, Notice, Reading, Words, declare


def _name(line: Line) -> str:
    return str(line.actor.display_name) if line.actor else _("Former member")


@declare
class Greeting(Notice):
    """Somebody of the place says hello: their own words, in their own name."""

    name = "greeting"
    label = gettext_lazy("Greeting")
    heading = Heading.PEOPLE
    icon = "hand"
    order = 72
    question = gettext_lazy("Somebody from the team greets me or writes to me")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if "welcome" not in reading.memo:
            reading.memo["welcome"] = Welcome.objects.of([reading.membership.pk]).first()
        welcome = reading.memo["welcome"]
        return welcome is not None and bool(_said(line, welcome))

    def sentence(self, line: Line) -> str:
        if line.occasion == NUDGE:
            return _("%(name)s writes to you") % {"name": _name(line)}
        return _("%(name)s says hello") % {"name": _name(line)}

    def words(self, line: Line) -> Words:
        welcome = Welcome.objects.of([line.membership_id]).first()
        said = _said(line, welcome) if welcome is not None else ""
        why = _("%(name)s wrote this to you, as a newcomer here.") % {"name": _name(line)}
        return Words(said, _("Read it there"), why)


HELLO, NUDGE = "hello", "nudge"


def _said(line: Line, welcome: Welcome) -> str:
    return welcome.nudge if line.occasion == NUDGE else welcome.words


@declare
class Introduced(Notice):
    """Two members are brought together by a third; both read why."""

    name = "introduced"
    label = gettext_lazy("Introduction")
    heading = Heading.PEOPLE
    icon = "users"
    order = 73
    question = gettext_lazy("Somebody introduces me to a member")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """As long as both are here."""
        if "introductions" not in reading.memo:
            ids = {
                int(one.occasion)
                for one in reading.lines
                if one.kind == self.name and one.occasion.isdecimal()
            }
            rows = Introduction.objects.filter(pk__in=ids).select_related("newcomer", "person")
            reading.memo["introductions"] = {str(row.pk): row for row in rows}
        line.introduction = reading.memo["introductions"].get(line.occasion)
        line.has_pages = is_open(reading.community, reading.membership, "member_pages")
        other = _other(line)
        return other is not None and other.is_active

    def address(self, line: Line) -> str:
        """Their page, where there are any for this reader; else the home page."""
        return super().address(line) if getattr(line, "has_pages", False) else get_script_prefix()

    def sentence(self, line: Line) -> str:
        other = _other(line)
        words = {"name": _name(line), "other": other.display_name if other else _("Former member")}
        return _("%(name)s introduces you to %(other)s") % words

    def words(self, line: Line) -> Words:
        introduction, other = _introduction(line), _other(line)
        name = other.display_name if other else _("Former member")
        lead = _("You two have something in common. Say hello to %(name)s.") % {"name": name}
        if introduction is not None and introduction.reason:
            lead = _("You two have something in common: %(reason)s. Say hello to %(name)s.") % {
                "name": name,
                "reason": introduction.reason,
            }
        return Words(lead, _("See who it is"), _("Somebody here thought of you."))


def _introduction(line: Line) -> Introduction | None:
    if not hasattr(line, "introduction"):
        known = Introduction.objects.select_related("newcomer", "person")
        line.introduction = known.filter(pk=int(line.occasion)).first() if line.occasion.isdecimal() else None
    found: Introduction | None = line.introduction
    return found


def _other(line: Line) -> Membership | None:
    """The one of the two who does not read this line."""
    found = _introduction(line)
    if found is None:
        return None
    return found.person if found.newcomer_id == line.membership_id else found.newcomer


@declare
class MatterGiven(Notice):
    """Something of Today is theirs now."""

    name = "matter_given"
    label = gettext_lazy("Something to do")
    heading = Heading.RUNNING
    icon = "check"
    order = 85
    question = gettext_lazy("Somebody on the team gives me something to do")
    can_wait = False

    def is_asked(self, membership: Membership) -> bool:
        return can_see_today(membership)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return can_see_today(reading.membership)

    def sentence(self, line: Line) -> str:
        return _("%(name)s has given you something to do") % {"name": _name(line)}

    def words(self, line: Line) -> Words:
        lead = _("It stays on your Today list until it is done. After a week the whole team sees it again.")
        return Words(lead, _("Open the list"), _("You help to run this place."))


@declare
class NewcomerGiven(MatterGiven):
    """A newcomer is in their care from now on."""

    name = "newcomer_given"
    label = gettext_lazy("Newcomer to look after")
    heading = Heading.RUNNING
    icon = "hand"
    order = 86
    question = gettext_lazy("I am asked to look after a newcomer")

    def is_asked(self, membership: Membership) -> bool:
        return can_greet_newcomers(membership)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return can_greet_newcomers(reading.membership)

    def sentence(self, line: Line) -> str:
        return _("%(name)s asks you to look after a newcomer") % {"name": _name(line)}

    def words(self, line: Line) -> Words:
        lead = _(
            "Greet them, answer their first text, introduce them to somebody. They are on your list until four weeks "
            "after they joined."
        )
        return Words(lead, _("See who it is"), _("You help to welcome newcomers here."))
