"""What the people concerned are told, under the bell and by mail: authors, sanctioned people, reporters."""

from __future__ import annotations

import datetime

from django.urls import reverse

from communities.content.addresses import local_path
from communities.content.models import Post, Thread
from communities.notifications.models import Notification
from communities.notifications.services import tell_person
from moderation.models import Case, Decision, Report, Sanction
from moderation.receipts import receipt_token
from moderation.subjects.base import subject_of, thing_of
from moderation.tasks import mail_notifier

_Kind = Notification.Kind
# Who is still here sees it under the bell; a mail goes to who has left the page.
OFFLINE = datetime.timedelta(minutes=10)


def tell_of_hold(post: Post) -> None:
    if post.author is not None:
        path = local_path(
            post.thread.get_absolute_url() if post.thread.is_published else reverse("people:show-me")
        )
        tell_person(
            post.author, kind=_Kind.POST_HELD, thread=post.thread, post=None, path=path, mail_after=OFFLINE
        )


def tell_of_decision(decision: Decision) -> None:
    """The author of a text, or who a page is about. That what nobody held back was left up concerns reporters only."""
    case = decision.case
    if case is None or _is_gone(case) or decision.concerned is None:
        return
    kind, path = _told(decision, case)
    if kind:
        tell_person(decision.concerned, kind=kind, thread=_thread_of(case), post=None, path=path)


def _is_gone(case: Case) -> bool:
    return thing_of(case) is None


def _thread_of(case: Case) -> Thread | None:
    """Where it stands; a member's page stands in no thread."""
    return subject_of(case).thread_of(thing_of(case))


def _told(decision: Decision, case: Case) -> tuple[str, str]:
    act = decision.act
    statement = local_path(reverse("moderation:show-statement", args=[decision.ref]))
    if act == Decision.Act.APPROVE:
        if case.kind not in (Case.Kind.HELD, Case.Kind.EDIT):
            return "", ""
        # Where it stands now that it has appeared.
        address = subject_of(case).address_of(subject_of(case).locked(case))
        return _Kind.POST_APPROVED, local_path(address)
    if act == Decision.Act.REFUSE:
        return _Kind.POST_REFUSED, statement
    if act == Decision.Act.RESTORE:
        return _Kind.POST_RESTORED, statement
    return _Kind.DECISION_MADE, statement


def tell_of_sanction(decision: Decision) -> None:
    case = decision.case
    if case is not None and not _is_gone(case) and decision.concerned is not None:
        path = local_path(reverse("moderation:show-statement", args=[decision.ref]))
        tell_person(
            decision.concerned, kind=_Kind.SANCTION_STARTED, thread=_thread_of(case), post=None, path=path
        )


def tell_of_sanction_end(sanction: Sanction) -> None:
    case = sanction.decision.case
    if case is not None and not _is_gone(case):
        path = local_path(reverse("moderation:show-statement", args=[sanction.decision.ref]))
        tell_person(
            sanction.membership, kind=_Kind.SANCTION_ENDED, thread=_thread_of(case), post=None, path=path
        )


def answer_reporters(case: Case) -> None:
    """Everybody who reported hears what became of it, never who else did; by mail who left an address only."""
    if _is_gone(case):
        return
    for report in case.reports.select_related("reporter"):
        reporter = report.reporter
        answer_notifier(report)
        if reporter is not None and reporter.is_active:
            path = local_path(reverse("moderation:show-receipt", args=[receipt_token(report)]))
            tell_person(reporter, kind=_Kind.REPORT_DECIDED, thread=_thread_of(case), post=None, path=path)


def answer_notifier(report: Report) -> None:
    """A mail about where the report stands, to who has no account."""
    if report.notifier_email:
        mail_notifier.delay_on_commit(community_id=report.community_id, report_id=report.pk)
