"""Who follows a space is told that a call opens in it; applicants, of each step of theirs and that a call closes soon;
jurors, that there is something to judge."""

from __future__ import annotations

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.calls.models import Application, Call, Juror, Step
from communities.calls.permissions import FEATURE
from communities.content.models import Thread
from communities.content.viewers import people_who_read, viewer_for
from communities.launch.features import is_open, is_open_to, people_let_in
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare


def _number(line: Line) -> int:
    """The row that an occasion names last."""
    return int(str(line.occasion).rsplit(" ", 1)[-1])


@declare
class ApplicationMoved(Notice):
    """To its applicant, once for each step that the team took; it cannot be muted."""

    name = "application_moved"
    label = gettext_lazy("Answer to an application")
    heading = Heading.TAKING_PART
    icon = "flag"
    order = 19
    mail_kind = "decision"

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if "application steps" not in reading.memo:
            numbers = {_number(one) for one in reading.lines if one.kind == self.name}
            steps = Step.objects.filter(pk__in=numbers, application__applicant=reading.membership)
            rows = steps.select_related("application__call__thread")
            reading.memo["application steps"] = {step.pk: step for step in rows}
        line.step = reading.memo["application steps"].get(_number(line))
        return line.step is not None and is_open(reading.community, reading.membership, FEATURE)

    def sentence(self, line: Line) -> str:
        step: Step = line.step
        words = {"call": step.application.call.thread.title, "state": step.get_state_display()}
        return _("Your application to “%(call)s”: %(state)s") % words

    def words(self, line: Line) -> Words:
        return Words(
            line.step.words,
            _("See your application"),
            _("You applied to this call. Its answers are always sent."),
        )


class _OfCall(Notice):
    """As long as the text of the call can be read: one question for all such lines."""

    heading = Heading.TAKING_PART
    icon = "flag"

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE)

    def audience(self, people: list[int], about: About) -> list[int]:
        readers = people_who_read(about.thread.space, people)
        return people_let_in(readers, community_id=about.thread.community_id, feature=FEATURE)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if not is_open(reading.community, reading.membership, FEATURE):
            return False
        if "calls" not in reading.memo:
            viewer = viewer_for(reading.community, reading.membership)
            ids = {one.thread_id for one in reading.lines if one.kind in NAMES}
            there = Thread.objects.visible_to(viewer).filter(pk__in=ids, inset=Call.INSET)
            calls = Call.objects.filter(thread__in=there.values("pk")).select_related("thread")
            reading.memo["calls"] = {call.thread_id: call for call in calls}
        line.call = reading.memo["calls"].get(line.thread_id)
        return line.call is not None


@declare
class CallOpened(_OfCall):
    """To who follows its space, at its hour, as long as it is open."""

    name = "call_opened"
    label = gettext_lazy("Call that opens")
    heading = Heading.FOLLOWED
    order = 22
    question = gettext_lazy("A call for projects opens in a space that I follow")
    mutes_thread = True

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return super().is_still_true(line, reading) and line.call.is_open

    def sentence(self, line: Line) -> str:
        return _("“%(call)s” is open: apply") % {"call": line.call.thread.title}

    def words(self, line: Line) -> Words:
        closes = date_format(localtime(line.call.closes_at), "DATETIME_FORMAT")
        lead = _("Applications can be sent until %(moment)s.") % {"moment": closes}
        return Words(lead, _("See the call"), _("You follow this call, or the space that it is in."))


@declare
class CallCloses(_OfCall):
    """To whoever has begun an application and not sent it, two days before."""

    name = "call_closing"
    label = gettext_lazy("Call that closes soon")
    order = 20
    question = gettext_lazy("A call closes soon, and I have an application that is not sent")
    can_wait = False

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if not super().is_still_true(line, reading) or not line.call.is_open:
            return False
        if "application drafts" not in reading.memo:
            drafts = Application.objects.filter(applicant=reading.membership, state=Application.State.DRAFT)
            reading.memo["application drafts"] = set(drafts.values_list("call_id", flat=True))
        return line.call.pk in reading.memo["application drafts"]

    def sentence(self, line: Line) -> str:
        return _("“%(call)s” closes soon, and your application is not sent") % {
            "call": line.call.thread.title
        }

    def words(self, line: Line) -> Words:
        closes = date_format(localtime(line.call.closes_at), "DATETIME_FORMAT")
        lead = _("It can be sent until %(moment)s. What you have written so far is there.") % {
            "moment": closes
        }
        return Words(lead, _("Go on with your application"), _("You began an application to this call."))


@declare
class CallToJudge(_OfCall):
    """To the jury, once the call has closed."""

    name = "call_to_judge"
    label = gettext_lazy("Applications to judge")
    order = 21
    question = gettext_lazy("A call in whose jury I am has closed")
    can_wait = False

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if not super().is_still_true(line, reading):
            return False
        if "juries" not in reading.memo:
            mine = Juror.objects.filter(membership=reading.membership)
            reading.memo["juries"] = set(mine.values_list("call_id", flat=True))
            calls = [call.pk for call in reading.memo["calls"].values()]
            sent = Application.objects.filter(call__in=calls, state=Application.State.SENT).order_by()
            waiting = sent.values_list("call_id").annotate(n=Count("pk"))
            reading.memo["applications to judge"] = dict(waiting)
        line.waiting = reading.memo["applications to judge"].get(line.call.pk, 0)
        return line.call.pk in reading.memo["juries"]

    def sentence(self, line: Line) -> str:
        return _("“%(call)s” has closed: please give your scores") % {"call": line.call.thread.title}

    def words(self, line: Line) -> Words:
        lead = ngettext(
            "%(n)s application waits for the jury.", "%(n)s applications wait for the jury.", line.waiting
        ) % {"n": line.waiting}
        return Words(lead, _("Read and score them"), _("You are in the jury of this call."))


NAMES = frozenset({CallOpened.name, CallCloses.name, CallToJudge.name})
