"""What the operator does to a community, an account, a job or a mail. Each act has its line in the journal, in the same
transaction."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone, translation

from communities.console.operator.acting import (
    needed_reason,
    note,
    note_there,
    refuse_others,
    save,
)
from communities.console.operator.emails import operators, owners_of, write_to
from communities.console.operator.exceptions import AlreadySuspended, NotSuspended, NotThisAccount
from communities.console.operator.models import FailedJob, OperatorAct
from communities.console.operator.queries import PersonFound, people_like
from communities.models import Community
from communities.queries import community_root, locked_community
from communities.quotas import Quota
from communities.scoping import community_scope
from members.aside import SetAside, leave_out, try_again
from members.jobs import ask_for
from members.mails.models import OutgoingMail
from members.mails.outbox import call_sender
from members.models import Member

Kind = OperatorAct.Kind
# Of one failure: the rest with the next press.
MOST_MAILS = 500


@transaction.atomic
def suspend_community(community: Community, *, by: Member, reason: str) -> Community:
    """Stop a community: people find a sober page, no mail leaves. Its owner is told why.

    Raises NotAllowed, ReasonMissing, AlreadySuspended.
    """
    refuse_others(by)
    reason = needed_reason(reason)
    fresh = locked_community(community)
    if fresh.suspended_at is not None:
        raise AlreadySuspended
    fresh.suspended_at, fresh.suspended_why = timezone.now(), reason
    save(fresh, "suspended_at", "suspended_why")
    note(Kind.SUSPENDED, by, community=fresh, reason=reason)
    note_there(fresh, "operator_suspended", after={"reason": reason})
    write_to(owners_of(fresh), "suspended", fresh, {"reason": reason})
    return fresh


@transaction.atomic
def resume_community(community: Community, *, by: Member, reason: str = "") -> Community:
    """Let a suspended community go on as it was. Raises NotAllowed, NotSuspended."""
    refuse_others(by)
    fresh = locked_community(community)
    if fresh.suspended_at is None:
        raise NotSuspended
    fresh.suspended_at, fresh.suspended_why = None, ""
    save(fresh, "suspended_at", "suspended_why")
    note(Kind.RESUMED, by, community=fresh, reason=reason)
    note_there(fresh, "operator_resumed", after={"reason": reason} if reason else None)
    write_to(owners_of(fresh), "resumed", fresh, url=community_root(fresh))
    return fresh


@transaction.atomic
def set_quotas(community: Community, *, by: Member, quotas: Mapping[Quota, int | None]) -> Community:
    """What a community may use at most; None lifts a limit. Raises NotAllowed."""
    refuse_others(by)
    fresh = locked_community(community)
    wanted = {quota.value: limit for quota, limit in quotas.items() if limit}
    if wanted != fresh.quotas:
        before, fresh.quotas = fresh.quotas, wanted
        save(fresh, "quotas")
        told = ", ".join(f"{name}: {limit}" for name, limit in wanted.items())
        note(Kind.QUOTAS, by, community=fresh, reason=told or "none")
        note_there(fresh, "operator_quotas", before=before, after=wanted)
    return fresh


@transaction.atomic
def look_up(address: str, *, by: Member, reason: str) -> list[PersonFound]:
    """Accounts whose address begins so, and where they are members. Raises NotAllowed, ReasonMissing."""
    refuse_others(by)
    note(Kind.SEARCHED, by, what=address, reason=needed_reason(reason))
    return people_like(address)


@transaction.atomic
def lock_account(person: Member, *, by: Member, reason: str) -> None:
    """Nobody signs in with this account any more, and who is signed in is no more. Nothing of it is deleted.

    Raises NotAllowed, ReasonMissing, NotThisAccount.
    """
    refuse_others(by)
    reason = needed_reason(reason)
    fresh = Member.objects.select_for_update().get(pk=person.pk)
    if fresh.is_operator:
        raise NotThisAccount
    if fresh.is_active:
        fresh.is_active = False
        fresh.save(update_fields=["is_active"])
        note(Kind.LOCKED, by, what=fresh.email, reason=reason)


@transaction.atomic
def unlock_account(person: Member, *, by: Member, reason: str) -> None:
    """Raises NotAllowed, ReasonMissing."""
    refuse_others(by)
    reason = needed_reason(reason)
    fresh = Member.objects.select_for_update().get(pk=person.pk)
    if not fresh.is_active:
        fresh.is_active = True
        fresh.save(update_fields=["is_active"])
        note(Kind.UNLOCKED, by, what=fresh.email, reason=reason)


@transaction.atomic
def run_again(job: FailedJob, *, by: Member) -> bool:
    """Ask for a failed job once more; False where that was done already. Raises NotAllowed."""
    refuse_others(by)
    row = FailedJob.objects.select_for_update().get(pk=job.pk)
    if row.again_at is not None:
        return False
    row.again_at = timezone.now()
    row.save(update_fields=["again_at"])
    note(Kind.JOB_AGAIN, by, what=f"{row.name} {row.arguments} {row.options}")
    name, arguments, options = row.name, row.arguments, row.options
    ask_for(name, *arguments, **options)
    return True


@transaction.atomic
def try_aside_again(row: SetAside, *, by: Member) -> None:
    """Let the next run of its job take what was set aside. Raises NotAllowed."""
    refuse_others(by)
    try_again(row)
    note(Kind.ASIDE_AGAIN, by, what=str(row))


@transaction.atomic
def leave_aside(row: SetAside, *, by: Member) -> None:
    """Let no run take it until somebody wants it tried again. Raises NotAllowed."""
    refuse_others(by)
    leave_out(row)
    note(Kind.ASIDE_LEFT, by, what=str(row))


@transaction.atomic
def drop_mails(*, by: Member, community: Community | None, kind: str, problem: str) -> int:
    """Give up mails that failed alike, some hundred at once: nobody is shown them any more; how many. Raises
    NotAllowed."""
    refuse_others(by)
    if community is None:
        dropped = _drop(None, kind, problem)
    else:
        with community_scope(community):
            dropped = _drop(community.pk, kind, problem)
    if dropped:
        note(Kind.MAIL_DROPPED, by, community=community, what=f"{kind}: {dropped}", reason=problem)
    return dropped


def _drop(community_id: int | None, kind: str, problem: str) -> int:
    failed = OutgoingMail.objects.of(community_id).undelivered().filter(kind=kind, problem=problem)
    rows = list(failed.select_for_update()[:MOST_MAILS])
    for mail in rows:
        mail.finish(OutgoingMail.State.DROPPED, timezone.now())
        mail.save()
    return len(rows)


@transaction.atomic
def send_mails_again(*, by: Member, community: Community | None, kind: str, problem: str) -> int:
    """Put mails that failed alike back into the outbox, some hundred at once; how many. Raises NotAllowed."""
    refuse_others(by)
    if community is None:
        again = _send_again(None, kind, problem)
    else:
        with community_scope(community):
            again = _send_again(community.pk, kind, problem)
    if again:
        note(Kind.MAIL_AGAIN, by, community=community, what=f"{kind}: {again}", reason=problem)
    return again


def _send_again(community_id: int | None, kind: str, problem: str) -> int:
    failed = OutgoingMail.objects.of(community_id).undelivered().filter(kind=kind, problem=problem)
    again = [mail for mail in failed.select_for_update()[:MOST_MAILS] if mail.can_be_tried_again]
    for mail in again:
        mail.begin_again(timezone.now())
        mail.save()
    if again:
        call_sender()
    return len(again)


def tell_of_quota(community: Community, near: list[str]) -> None:
    """Owner and operators: some quota is almost used up."""
    with translation.override(community.language):
        words = {"quotas": ", ".join(Quota(name).label for name in near)}
    people = {one.pk: one for one in [*owners_of(community), *operators()]}
    write_to(people.values(), "quota", community, words, url=f"{community_root(community)}manage/")
