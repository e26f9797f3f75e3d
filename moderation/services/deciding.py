"""Deciding a case. Two who decide at once: the row lock lets one through, the version tells the other."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from communities.automatic import Occurrence, happened
from communities.exceptions import NotAllowed
from communities.models import Membership
from communities.queries import local_path
from moderation.exceptions import CaseMoved, GroundMissing, NothingToDecide, ReasonMissing
from moderation.journal import record
from moderation.models import Case, Decision
from moderation.notices import answer_reporters, tell_of_decision
from moderation.permissions import decisions_open_to
from moderation.services.statements import ground_text, make_decision, seen_revision
from moderation.subjects.acts import Act, Order
from moderation.subjects.base import subject_of

# What automations may begin with; declared in `moderation/automatic.py`.
CASE_DECIDED = "case_decided"


@transaction.atomic
def decide_case(
    case: Case,
    *,
    by: Membership,
    act: str,
    version: int,
    revision: int,
    ground: str = "",
    reason: str = "",
) -> Decision:
    """One act of the subject's table, on a ground that the person reads where it restricts.

    `version` and `revision` are those of the case and of what the moderator saw. The same decision sent twice is one.
    Putting something back needs a reason instead of a ground; the former decision stays, and this one follows it.
    Raises NotAllowed, GroundMissing, ReasonMissing, NothingToDecide, CaseMoved.
    """
    subject = subject_of(case)
    chosen = subject.act(act)
    # Some things are locked before their case, as other acts do it: nobody waits for each other.
    thing = subject.locked(case) if subject.locks_first else None
    case = Case.objects.locked().get(pk=case.pk)
    last: Decision | None = case.decisions.judging().newest().first()
    if version != case.version:
        if last is not None and _is_the_same(last, chosen, by=by, case=case, version=version):
            return last
        raise CaseMoved(case, last)
    thing = thing if subject.locks_first else subject.locked(case)
    if thing is None:
        raise NothingToDecide
    subject.attach(case, thing)
    if chosen is None or act not in decisions_open_to(by, case, last):
        raise NotAllowed
    if revision != seen_revision(case):
        raise CaseMoved(case, last, text_changed=True)
    _need_words(case, chosen, ground=ground, reason=reason)
    decision = _carried_out(Order(case, thing, by, ground, last), chosen, reason=reason)
    _resolve(case, decision.act)
    tell_of_decision(decision)
    answer_reporters(case)
    return decision


def occurrence_of(case: Case) -> Occurrence:
    """That a case is decided, for automations; the person is whose text or page it was about, where they were told.

    Who was reported, and nothing came of it, does not know: no note of an automation may tell them.
    """
    assert case.resolved_at is not None  # its caller has looked
    was_told = case.waited or case.outcome != Case.Outcome.APPROVED
    person = case.author_id if was_told else None
    path = local_path(reverse("moderation:show-case", args=[case.ref]))
    return Occurrence(f"case {case.pk}", case.resolved_at, person=person, path=path, what=case.ref)


def _need_words(case: Case, chosen: Act, *, ground: str, reason: str) -> None:
    if chosen.needs_ground and not ground_text(case.community, ground):
        raise GroundMissing
    if chosen.needs_reason and not reason.strip():
        raise ReasonMissing


def _carried_out(order: Order, chosen: Act, *, reason: str) -> Decision:
    """The act itself, its decision and its line in the journal."""
    case, thing, by = order.case, order.thing, order.by
    subject = subject_of(case)
    before, named = subject.state_of(thing), subject.key_of(thing)
    judged = subject.judged(case, thing, act=chosen.name, last=order.last)
    act = chosen.does(order) or chosen.name
    decision = make_decision(case, thing, judged=judged, act=act, by=by, ground=order.ground, reason=reason)
    record("decide_case", by=by, case=case, subject=named, before=before, after=act, ground=order.ground)
    return decision


def _resolve(case: Case, act: str) -> None:
    decided = subject_of(case).act(act)
    case.state, case.resolved_at = Case.State.RESOLVED, timezone.now()
    case.outcome = decided.outcome if decided else Case.Outcome.APPROVED
    case.assignee = case.lease_until = None
    case.version += 1
    case.save()
    happened(CASE_DECIDED, case.community_id, lambda: [occurrence_of(case)])


def _is_the_same(last: Decision, chosen: Act | None, *, by: Membership, case: Case, version: int) -> bool:
    """A second press of the same button."""
    same_act = chosen is not None and chosen.is_written_as(last.act)
    return last.actor_id == by.pk and same_act and case.version == version + 1
