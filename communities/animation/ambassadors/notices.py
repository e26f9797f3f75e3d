"""What people of a programme and its team are told."""

from __future__ import annotations

import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.ambassadors.models import Term, Thanks
from communities.animation.ambassadors.permissions import FEATURE, can_run_programme
from communities.launch.features import is_open, is_open_to
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare


def about_term(term: Term, what: str, *, by: Membership | None) -> About:
    """For the person: what has happened to their term."""
    return About(actor=by, path="ambassadors/", occasion=f"{term.pk} {what} {term.version}")


def about_told(term: Term, what: str) -> About:
    """For the team: what the person has done."""
    path = f"manage/ambassadors/terms/{term.pk}/"
    return About(actor=term.membership, path=path, occasion=f"{term.pk} {what} {term.version}")


def about_end(term: Term, *, team: bool) -> About:
    until = term.until.astimezone(datetime.UTC).isoformat() if term.until else ""
    path = f"manage/ambassadors/terms/{term.pk}/" if team else "ambassadors/"
    return About(actor=term.membership if team else None, path=path, occasion=f"{term.pk} {until}")


def _number(line: Line) -> int:
    first = line.occasion.partition(" ")[0]
    return int(first) if first.isdecimal() else 0


def _what(line: Line) -> str:
    return str(line.occasion.partition(" ")[2].rpartition(" ")[0])


def _term(line: Line) -> Term | None:
    if not hasattr(line, "term"):
        found = Term.objects.filter(pk=_number(line)).select_related("programme", "membership")
        line.term = found.first()
    known: Term | None = line.term
    return known


def _last(term: Term | None) -> str:
    moment = term.last_moment if term is not None else None
    return date_format(localtime(moment), "DATE_FORMAT") if moment is not None else ""


def _said(line: Line) -> dict[str, str]:
    term = _term(line)
    name = line.actor.display_name if line.actor else _("Former member")
    return {
        "name": name,
        "programme": term.programme.name if term is not None else "",
        "day": _last(term),
    }


class _OfOwnTerm(Notice):
    """About one’s own standing in a programme: it cannot be muted."""

    icon = "heart"
    mail_kind = "decision"

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        term = _term(line)
        mine = term is not None and term.membership_id == reading.membership.pk
        return mine and is_open(reading.community, reading.membership, FEATURE)


@declare
class AmbassadorNews(_OfOwnTerm):
    """What the team decided about somebody’s application or term."""

    name = "ambassador_news"
    label = gettext_lazy("Your part in a programme")
    heading = Heading.PEOPLE
    order = 90

    def sentence(self, line: Line) -> str:
        said = {
            "offered": _("“%(programme)s” would like you to join"),
            "declined": _("“%(programme)s” has answered your application"),
            "changed": _("Your term in “%(programme)s” has changed"),
            "renewed": _("Your term in “%(programme)s” goes on until %(day)s"),
            "ended": _("Your term in “%(programme)s” has ended"),
            "taken back": _("“%(programme)s” has taken its offer back"),
        }
        words = said.get(_what(line), said["changed"])
        return words % _said(line)

    def words(self, line: Line) -> Words:
        term, what = _term(line), _what(line)
        leads = {
            "offered": _("Nothing changes until you accept it. You can say no, and leave at any time later."),
            "declined": _("Not this time, we are afraid. Thank you for offering your help."),
            "changed": _("The page says what you look after now, and until when."),
            "renewed": _("Everything else stays as it was."),
            "ended": _("Thank you for what you have done. Your texts stay yours."),
            "taken back": _("Nothing has changed for you."),
        }
        lead = leads.get(what, leads["changed"])
        # What was said may have been followed by other words since.
        word = term.answer if term is not None and line.occasion.endswith(f" {term.version}") else ""
        why = _("Mails about your part in a programme are always sent.")
        return Words(f"{lead} {word}".strip(), _("Go and see"), why)


@declare
class AmbassadorThanks(Notice):
    """Somebody of the team thanks them."""

    name = "ambassador_thanks"
    label = gettext_lazy("Thanks")
    heading = Heading.PEOPLE
    icon = "heart"
    order = 91
    question = gettext_lazy("The team thanks me for what I do in a programme")

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        said = _thanks(line)
        mine = said is not None and said.membership_id == reading.membership.pk
        return mine and is_open(reading.community, reading.membership, FEATURE)

    def sentence(self, line: Line) -> str:
        return _("%(name)s thanks you") % {
            "name": line.actor.display_name if line.actor else _("Former member")
        }

    def words(self, line: Line) -> Words:
        said = _thanks(line)
        why = _("You take part in a programme of this place.")
        return Words(said.words if said is not None else "", _("Read it there"), why)


@declare
class TermEnds(_OfOwnTerm):
    """The term of whoever reads it ends within two weeks."""

    name = "term_ends"
    label = gettext_lazy("End of your term")
    heading = Heading.PEOPLE
    icon = "clock"
    order = 92

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return super().is_still_true(line, reading) and _ends_as_told(line)

    def sentence(self, line: Line) -> str:
        return _("Your term in “%(programme)s” ends on %(day)s") % _said(line)

    def words(self, line: Line) -> Words:
        lead = _(
            "If you would like to go on, say so with one click: the team renews it. If not, there is nothing to do."
        )
        return Words(lead, _("Go and see"), _("Mails about your part in a programme are always sent."))


class _OfTheTeam(Notice):
    icon = "heart"

    def is_asked(self, membership: Membership) -> bool:
        return can_run_programme(membership)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return can_run_programme(reading.membership) and _term(line) is not None


@declare
class TeamTermEnds(_OfTheTeam):
    """The same for whoever may renew it."""

    name = "team_term_ends"
    label = gettext_lazy("End of a term")
    heading = Heading.RUNNING
    icon = "clock"
    order = 93
    question = gettext_lazy("The term of somebody in a programme ends soon")
    can_wait = False

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return super().is_still_true(line, reading) and _ends_as_told(line)

    def sentence(self, line: Line) -> str:
        return _("%(name)s: the term in “%(programme)s” ends on %(day)s") % _said(line)

    def words(self, line: Line) -> Words:
        lead = _("It ends automatically, and its rights with it. One click renews it.")
        return Words(lead, _("Go and see"), _("You look after the programme here."))


@declare
class AmbassadorTold(_OfTheTeam):
    """Somebody has applied, begun, asked to go on, or left."""

    name = "ambassador_told"
    label = gettext_lazy("News of a programme")
    heading = Heading.RUNNING
    order = 94
    question = gettext_lazy("Somebody applies for a programme, begins in it or leaves it")

    def sentence(self, line: Line) -> str:
        said = {
            "applied": _("%(name)s applies for “%(programme)s”"),
            "declined": _("%(name)s has declined the offer of “%(programme)s”"),
            "begun": _("%(name)s has accepted the charter of “%(programme)s”"),
            "goes on": _("%(name)s would like to go on in “%(programme)s”"),
            "left": _("%(name)s has left “%(programme)s”"),
        }
        return said.get(_what(line), said["applied"]) % _said(line)

    def words(self, line: Line) -> Words:
        lead = _("The page of the term says where it stands, and what you can do.")
        return Words(lead, _("Go and see"), _("You look after the programme here."))


def _ends_as_told(line: Line) -> bool:
    term = _term(line)
    if term is None or not term.is_running or term.until is None:
        return False
    return str(line.occasion) == f"{term.pk} {term.until.astimezone(datetime.UTC).isoformat()}"


def _thanks(line: Line) -> Thanks | None:
    if not hasattr(line, "thanks"):
        line.thanks = Thanks.objects.filter(pk=_number(line)).first()
    found: Thanks | None = line.thanks
    return found
