"""What the people concerned are told, under the bell and by mail: authors, sanctioned people, reporters.

First the notices, then who is told of what.
"""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.content.addresses import local_path
from communities.content.models import Post, Thread
from communities.content.showing.waits import held_notice
from communities.models import Membership
from communities.notices import About, Line, Notice, declare
from communities.notifications.notices import PersonalNotice
from communities.notifications.services import tell
from members.mails.outbox import post
from moderation.emails import RECEIPT, build_notifier_mail
from moderation.models import Case, Decision, Report, Sanction
from moderation.receipts import receipt_token
from moderation.subjects.base import subject_of, thing_of
from moderation.subjects.registry import SUBJECTS
from moderation.subjects.words import Words

# Of what nothing judges any more.
NO_WORDS = Words(heading="")


@declare
class PostHeld(PersonalNotice):
    name = "post_held"
    label = gettext_lazy("Post waiting")
    icon = "clock"
    # Who is still here sees it under the bell; a mail goes to who has left the page.
    mail_after = datetime.timedelta(minutes=10)

    def sentence(self, line: Line) -> str:
        return _("A person will read your post")

    def lead(self, line: Line) -> str:
        return held_notice(line.community_id)


@declare
class PostApproved(PersonalNotice):
    name = "post_approved"
    label = gettext_lazy("Post published")
    icon = "check"

    def sentence(self, line: Line) -> str:
        return _("Published: %(title)s") % {"title": line.thread.title if line.thread else ""}

    def lead(self, line: Line) -> str:
        return str(words_of(line).let_out)


@declare
class PostRefused(PersonalNotice):
    name = "post_refused"
    label = gettext_lazy("Post not published")

    def sentence(self, line: Line) -> str:
        return str(words_of(line).refused)

    def lead(self, line: Line) -> str:
        return _("The page below says under which rule, and why. You can change your text and send it again.")


@declare
class DecisionMade(PersonalNotice):
    name = "decision_made"
    label = gettext_lazy("Decision about a post")

    def sentence(self, line: Line) -> str:
        return str(words_of(line).decided) % {"ref": reference_of(line)}


@declare
class PostRestored(PersonalNotice):
    name = "post_restored"
    label = gettext_lazy("Post put back")
    icon = "check"

    def sentence(self, line: Line) -> str:
        return str(words_of(line).returned)

    def lead(self, line: Line) -> str:
        return str(words_of(line).returned_lead)


@declare
class SanctionStarted(PersonalNotice):
    name = "sanction_started"
    label = gettext_lazy("Sanction on the account")

    def sentence(self, line: Line) -> str:
        return _("A sanction on your account, ref. %(ref)s") % {"ref": reference_of(line)}


@declare
class SanctionEnded(PersonalNotice):
    name = "sanction_ended"
    label = gettext_lazy("End of a sanction")

    def sentence(self, line: Line) -> str:
        return _("Your access is back")

    def lead(self, line: Line) -> str:
        return _("You can write again.")


@declare
class ReportDecided(PersonalNotice):
    name = "report_decided"
    label = gettext_lazy("Answer to a report")
    icon = "flag"

    def sentence(self, line: Line) -> str:
        return _("Our decision about your report")

    def lead(self, line: Line) -> str:
        return _("A person has read what you reported. Your report stays confidential.")


def reference_of(line: Line) -> str:
    """The reference of the decision that a line leads to."""
    return str(line.path).rstrip("/").rpartition("/")[2]


def words_of(line: Line) -> Words:
    """What the subject of a decision says of it: the occasion of its line begins with the name."""
    subject = SUBJECTS.get(str(line.occasion).partition(" ")[0])
    return subject.words if subject is not None else NO_WORDS


def _tell_one(
    notice: type[Notice], person: Membership, thread: Thread | None, path: str, occasion: str = ""
) -> None:
    tell(notice, [person.pk], About(thread=thread, path=path, occasion=occasion))


def tell_of_hold(held: Post) -> None:
    if held.author is not None:
        path = local_path(
            held.thread.get_absolute_url() if held.thread.is_published else reverse("people:show-me")
        )
        _tell_one(PostHeld, held.author, held.thread, path)


def tell_of_decision(decision: Decision) -> None:
    """The author of a text, or who a page is about. If something that was never held is left up, only its reporters
    are told."""
    case = decision.case
    if case is None or _is_gone(case) or decision.concerned is None:
        return
    notice, path = _told(decision, case)
    if notice is not None:
        occasion = f"{case.subject} {decision.ref}"
        _tell_one(notice, decision.concerned, _thread_of(case), path, occasion)


def _is_gone(case: Case) -> bool:
    return thing_of(case) is None


def _thread_of(case: Case) -> Thread | None:
    """The thread it belongs to; a profile belongs to none."""
    return subject_of(case).thread_of(thing_of(case))


def _told(decision: Decision, case: Case) -> tuple[type[Notice] | None, str]:
    act = decision.act
    statement = local_path(reverse("moderation:show-statement", args=[decision.ref]))
    if act == Decision.Act.APPROVE:
        if not case.waited:
            return None, ""
        # Where it stands now that it has appeared.
        address = subject_of(case).address_of(subject_of(case).locked(case))
        return PostApproved, local_path(address)
    if act == Decision.Act.REFUSE:
        return PostRefused, statement
    if act == Decision.Act.RESTORE:
        return PostRestored, statement
    return DecisionMade, statement


def tell_of_sanction(decision: Decision) -> None:
    case = decision.case
    if case is not None and not _is_gone(case) and decision.concerned is not None:
        path = local_path(reverse("moderation:show-statement", args=[decision.ref]))
        _tell_one(SanctionStarted, decision.concerned, _thread_of(case), path)


def tell_of_sanction_end(sanction: Sanction) -> None:
    case = sanction.decision.case
    if case is not None and not _is_gone(case):
        path = local_path(reverse("moderation:show-statement", args=[sanction.decision.ref]))
        _tell_one(SanctionEnded, sanction.membership, _thread_of(case), path)


def answer_reporters(case: Case) -> None:
    """Everybody who reported is told the outcome, but not who else reported; by mail, if an address is all they
    left."""
    if _is_gone(case):
        return
    for report in case.reports.select_related("reporter"):
        reporter = report.reporter
        answer_notifier(report)
        if reporter is not None and reporter.is_active:
            path = local_path(reverse("moderation:show-receipt", args=[receipt_token(report)]))
            _tell_one(ReportDecided, reporter, _thread_of(case), path)


def answer_notifier(report: Report) -> None:
    """A mail about the state of the report, to somebody without an account."""
    if report.notifier_email:
        message = build_notifier_mail(report.community, report)
        post(message, kind=RECEIPT, community_id=report.community_id)
