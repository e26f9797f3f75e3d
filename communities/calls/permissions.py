"""Who runs a call, who answers it, who judges, who reads an application."""

from __future__ import annotations

from communities.calls.models import Application, Call, Evaluation, Juror
from communities.content.permissions import can_edit_thread, can_reply_to_thread
from communities.launch.features import is_open_to
from communities.models import Membership

FEATURE = "calls"


def runs_calls(membership: Membership | None) -> bool:
    """Managers and owners."""
    return membership is not None and membership.can_manage and is_open_to(membership, FEATURE)


def can_edit_call(membership: Membership | None, call: Call) -> bool:
    return membership is not None and runs_calls(membership) and can_edit_thread(membership, call.thread)


def can_apply(membership: Membership | None, call: Call, *, judges: bool) -> bool:
    """Whoever may reply to its text; neither those who decide nor those who judge. Whether it is open is another
    question."""
    return (
        membership is not None
        and not membership.can_manage
        and not judges
        and is_open_to(membership, FEATURE)
        and can_reply_to_thread(membership, call.thread)
    )


def sees_worth(membership: Membership | None) -> bool:
    """What calls are worth: those who read the results."""
    return (
        membership is not None
        and membership.is_staff
        and membership.role in ("marketing", "manager", "owner")
        and not membership.is_operator_looking
    )


def judges_call(membership: Membership | None, call: Call) -> bool:
    return (
        membership is not None
        and membership.is_active
        and not membership.is_suspended
        and is_open_to(membership, FEATURE)
        and Juror.objects.filter(call=call, membership=membership).exists()
    )


def reads_application(membership: Membership | None, application: Application) -> bool:
    """Its applicant; once it is sent, managers, and jurors who have not declared a conflict of interest."""
    if membership is None or not is_open_to(membership, FEATURE):
        return False
    if application.applicant_id == membership.pk:
        return True
    if application.sent_at is None:
        return False
    return runs_calls(membership) or may_judge(membership, application)


def may_judge(membership: Membership, application: Application) -> bool:
    """A juror of its call, without a conflict of interest, whether it is decided or not."""
    if application.applicant_id == membership.pk or not judges_call(membership, application.call):
        return False
    return not Evaluation.objects.filter(application=application, juror=membership, conflict=True).exists()
