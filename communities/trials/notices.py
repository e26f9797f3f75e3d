"""What people of a test are told: their application, releases, what becomes of a report, the closing report."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.content.models import Space, Thread
from communities.content.viewers import Viewer, people_who_read, viewer_for
from communities.launch.features import is_open, is_open_to, people_let_in
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.trials.models import Feedback, Participant, Release, Trial
from communities.trials.permissions import FEATURE


def _path(space: Space, after: str = "") -> str:
    return f"trials/t/{space.slug}/{after}"


def about_tester(tester: Participant, space: Space, *, by: Membership | None) -> About:
    """For the person: what has become of their application, or of their place."""
    occasion = f"{tester.pk} {tester.state} {tester.version}"
    return About(actor=by, path=_path(space), occasion=occasion)


def about_pledge(trial: Trial) -> About:
    """For testers: there is another text to accept."""
    return About(path=_path(trial.space, "pledge/"), occasion=f"{trial.pk} pledge {trial.pledge}")


def about_release(release: Release, space: Space) -> About:
    return About(path=f"{_path(space)}#releases", occasion=f"{release.pk} release")


def about_report(trial: Trial) -> About:
    return About(path=_path(trial.space, "report/"), occasion=f"{trial.pk} report")


def about_state(feedback: Feedback, thread: Thread, by: Membership) -> About:
    said = f"feedback {feedback.pk} {feedback.state} {feedback.mended_in_id or 0}"
    return About(thread=thread, post=thread.opening(), actor=by, occasion=said)


def _number(line: Line) -> int:
    first = str(line.occasion).partition(" ")[0]
    return int(first) if first.isdecimal() else 0


def _what(line: Line) -> str:
    parts = str(line.occasion).split()
    return parts[1] if len(parts) > 1 else ""


def _viewer(reading: Reading) -> Viewer:
    if "trials viewer" not in reading.memo:
        reading.memo["trials viewer"] = viewer_for(reading.community, reading.membership)
    viewer: Viewer = reading.memo["trials viewer"]
    return viewer


class _OfTrial(Notice):
    """One question for all lines of the same kind."""

    heading = Heading.TAKING_PART
    icon = "ticket"

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE)

    def rows(self, reading: Reading) -> dict[int, Any]:
        if self.name not in reading.memo:
            numbers = {_number(line) for line in reading.lines if line.kind == self.name}
            reading.memo[self.name] = self.find(numbers)
        found: dict[int, Any] = reading.memo[self.name]
        return found

    def find(self, numbers: set[int]) -> dict[int, Any]:
        raise NotImplementedError

    def is_there(self, line: Line, reading: Reading) -> bool:
        line.found = self.rows(reading).get(_number(line))
        return line.found is not None and is_open(reading.community, reading.membership, FEATURE)


@declare
class TrialNews(_OfTrial):
    """What the team decided about an application or a place: it cannot be muted."""

    name = "trial_news"
    label = gettext_lazy("Your part in a beta test")
    order = 95
    mail_kind = "decision"

    def find(self, numbers: set[int]) -> dict[int, Any]:
        rows = Participant.objects.filter(pk__in=numbers).select_related("trial__space")
        return {one.pk: one for one in rows}

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return self.is_there(line, reading) and line.found.membership_id == reading.membership.pk

    def sentence(self, line: Line) -> str:
        said = {
            "accepted": _("You are chosen for “%(test)s”"),
            "waiting": _("You are on the waiting list of “%(test)s”"),
            "declined": _("“%(test)s” has answered your application"),
            "removed": _("You are no longer a tester of “%(test)s”"),
        }
        return said.get(_what(line), said["declined"]) % {"test": line.found.trial.space.name}

    def words(self, line: Line) -> Words:
        leads = {
            "accepted": _("Accept the confidentiality agreement: the private space then opens."),
            "waiting": _("All places are taken. If one becomes free, the team may choose you."),
            "declined": _("Not this time, we are afraid. Thank you for offering to test."),
            "removed": _("The private space is closed to you. What you reported stays with the team."),
        }
        lead = leads.get(_what(line), leads["declined"])
        return Words(lead, _("Go and see"), _("Mails about your part in a beta test are always sent."))


@declare
class TrialPledge(_OfTrial):
    """The text on confidentiality is another one: whoever tests accepts it anew, or reads nothing more."""

    name = "trial_pledge"
    label = gettext_lazy("Confidentiality of a beta test")
    order = 96
    icon = "lock"
    mail_kind = "decision"

    def find(self, numbers: set[int]) -> dict[int, Any]:
        rows = Trial.objects.filter(pk__in=numbers).select_related("space")
        return {one.pk: one for one in rows}

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if not self.is_there(line, reading):
            return False
        if "trials own" not in reading.memo:
            mine = Participant.objects.accepted().filter(membership=reading.membership)
            # Once they have accepted it, nothing is closed to them any more.
            mine = mine.exclude(agreed=F("trial__pledge"))
            reading.memo["trials own"] = set(mine.values_list("trial_id", flat=True))
        return line.found.pk in reading.memo["trials own"]

    def sentence(self, line: Line) -> str:
        return _("“%(test)s” has a new confidentiality agreement") % {"test": line.found.space.name}

    def words(self, line: Line) -> Words:
        lead = _("Read it and accept it: until then the private space of the test is closed to you.")
        return Words(lead, _("Read the text"), _("Mails about your part in a beta test are always sent."))


@declare
class TrialRelease(_OfTrial):
    """There is something new to try."""

    name = "trial_release"
    label = gettext_lazy("Release of a beta test")
    order = 97
    icon = "flag"
    question = gettext_lazy("There is a new release in a beta test that I take part in")

    def find(self, numbers: set[int]) -> dict[int, Any]:
        rows = Release.objects.filter(pk__in=numbers).select_related("trial__space")
        return {one.pk: one for one in rows}

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return self.is_there(line, reading) and line.found.trial_id in _viewer(reading).space_ids

    def sentence(self, line: Line) -> str:
        said = {"test": line.found.trial.space.name, "version": line.found.name}
        return _("“%(test)s”: %(version)s is there to try") % said

    def words(self, line: Line) -> Words:
        lead = line.found.changes[:400]
        return Words(lead, _("See what to try"), _("You take part in this beta test."))


@declare
class TrialReport(_OfTrial):
    """A test is closed, and what came of it can be read."""

    name = "trial_report"
    label = gettext_lazy("Closing report of a beta test")
    order = 98
    icon = "list"
    question = gettext_lazy("A beta test that I took part in is closed, with its report")

    def find(self, numbers: set[int]) -> dict[int, Any]:
        rows = Trial.objects.filter(pk__in=numbers, closed_at__isnull=False).select_related("space")
        return {one.pk: one for one in rows}

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if not self.is_there(line, reading):
            return False
        is_for_all: bool = line.found.report_for == Trial.ReportFor.ALL
        return is_for_all or line.found.pk in _viewer(reading).space_ids

    def sentence(self, line: Line) -> str:
        return _("“%(test)s” is closed: here is what came of it") % {"test": line.found.space.name}

    def words(self, line: Line) -> Words:
        lead = _("Thank you for testing. The report counts what was found and says what was fixed.")
        return Words(lead, _("Read the report"), _("You took part in this beta test."))


@declare
class FeedbackState(_OfTrial):
    """The team has said what becomes of a report that somebody wrote, or has too."""

    name = "feedback_state"
    label = gettext_lazy("State of feedback")
    order = 99
    icon = "check"
    mutes_thread = True
    question = gettext_lazy("Something I reported in a beta test, or have too, is confirmed or fixed")

    def audience(self, people: list[int], about: About) -> list[int]:
        readers = people_who_read(about.thread.space, people)
        return people_let_in(readers, community_id=about.thread.community_id, feature=FEATURE)

    def rows(self, reading: Reading) -> dict[int, Any]:
        """By their threads, as far as these can be read."""
        if self.name not in reading.memo:
            threads = {line.thread_id for line in reading.lines if line.kind == self.name}
            there = Thread.objects.visible_to(_viewer(reading)).filter(pk__in=threads)
            rows = Feedback.objects.filter(thread__in=there.values("pk"))
            found = rows.select_related("thread__space", "mended_in")
            reading.memo[self.name] = {one.pk: one for one in found}
        known: dict[int, Any] = reading.memo[self.name]
        return known

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        line.found = self.rows(reading).get(line.thread_id)
        if line.found is None or not is_open(reading.community, reading.membership, FEATURE):
            return False
        return str(line.occasion).split()[2:3] == [line.found.state]

    def sentence(self, line: Line) -> str:
        title = line.found.thread.title
        if line.found.mended_in is not None:
            said = {"title": title, "version": line.found.mended_in.name}
            return _("Fixed in %(version)s: %(title)s") % said
        return _("%(title)s: %(state)s") % {"title": title, "state": line.found.get_state_display()}

    def address(self, line: Line) -> str:
        address: str = line.found.thread.get_absolute_url()
        return address

    def words(self, line: Line) -> Words:
        if line.found.mended_in is not None:
            lead = _("Try it again with that release, and say in the thread whether it is gone.")
        else:
            lead = _("The page of your report says how it stands.")
        return Words(lead, _("See the feedback"), _("You reported this, or said that you have it too."))
