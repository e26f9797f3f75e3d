"""Deciding a case. Two who decide at once: the row lock lets one through, the version tells the other."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from communities.content import services as content
from communities.content.models import Post, State
from communities.content.services.judging import locked
from communities.exceptions import NotAllowed
from communities.models import Membership
from communities.people.queries import profile_of
from communities.people.services import clear_profile, locked_member, put_back_profile
from moderation.exceptions import CaseMoved, GroundMissing, NothingToDecide, ReasonMissing
from moderation.journal import record
from moderation.models import Case, Decision
from moderation.notices import answer_reporters, tell_of_decision
from moderation.permissions import decisions_open_to
from moderation.services.statements import ground_text, make_decision, seen_revision

_Act, _Outcome = Decision.Act, Case.Outcome
NEEDS_GROUND = frozenset({"hide", "remove", "refuse", "clear"})
OUTCOMES = {
    "approve": _Outcome.APPROVED,
    "hide": _Outcome.HIDDEN,
    "remove": _Outcome.REMOVED,
    "refuse": _Outcome.REMOVED,
    "clear": _Outcome.CLEARED,
    "restore": _Outcome.RESTORED,
}


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
    """Approve, refuse, hide, remove or restore a text, or clear a profile, on a ground that the person reads.

    `version` and `revision` are those of the case and of what the moderator saw (see `seen_revision`). The same
    decision sent twice is one. Restoring needs a reason instead of a ground; the former decision stays as it was
    written, and this one follows it. Raises NotAllowed, GroundMissing, ReasonMissing, NothingToDecide, CaseMoved.
    """
    # The person before the case, as who leaves takes them: nobody waits for each other.
    person = locked_member(case.person_id) if case.person_id else None
    case = Case.objects.locked().get(pk=case.pk)
    last: Decision | None = case.decisions.about_text().newest().first()
    if version != case.version:
        if last is not None and _is_the_same(last, by=by, act=act, case=case, version=version):
            return last
        raise CaseMoved(case, last)
    if case.post is None and person is None:
        raise NothingToDecide
    case.post, case.person = locked(case.post) if case.post else None, person
    if act not in decisions_open_to(by, case, last):
        raise NotAllowed
    if revision != seen_revision(case):
        raise CaseMoved(case, last, text_changed=True)
    if act in NEEDS_GROUND and not ground_text(case.community, ground):
        raise GroundMissing
    if act == _Act.RESTORE and not reason.strip():
        raise ReasonMissing
    decision = _carried_out(case, last, act=act, by=by, ground=ground, reason=reason)
    _resolve(case, decision.act)
    tell_of_decision(decision)
    answer_reporters(case)
    return decision


def _carried_out(
    case: Case, last: Decision | None, *, act: str, by: Membership, ground: str, reason: str
) -> Decision:
    """The act itself, its decision and its line in the journal."""
    before, subject, profile = "", "", {}
    if case.person is not None:
        subject, profile = case.person.handle, _judge_profile(case.person, last, act=act)
    elif case.post is not None:
        before, subject = case.post.state, str(case.post.public_id)
        act = _carry_out(case, case.post, act=act, by=by, ground=ground)
    decision = make_decision(
        case, post=case.post, act=act, by=by, ground=ground, reason=reason, profile=profile
    )
    record("decide_case", by=by, case=case, subject=subject, before=before, after=act, ground=ground)
    return decision


def _judge_profile(person: Membership, last: Decision | None, *, act: str) -> dict[str, Any]:
    """Clear a profile, put back what was cleared, or leave it; answers the words that were judged."""
    judged = profile_of(person)
    if act == _Act.CLEAR:
        clear_profile(person)
    elif act == _Act.RESTORE and last is not None:
        judged = last.profile
        put_back_profile(person, judged)
    return judged


def _carry_out(case: Case, post: Post, *, act: str, by: Membership, ground: str) -> str:
    """What happens to the text; answers the act as it is written down."""
    if act in ("hide", "remove") and case.kind in (Case.Kind.REPORT, Case.Kind.LOOK):
        to = State.HIDDEN if act == "hide" else State.REMOVED
        if not content.withdraw_post(post, to=to, by=by, ground=ground):
            # Hidden by the rule already: the rule that a person names goes with it.
            Post.objects.filter(pk=post.pk, state=to).update(ground=ground[:12])
        return act
    if act == "restore":
        content.reinstate_post(post, by=by)
        return act
    if case.kind in (Case.Kind.HELD, Case.Kind.EDIT):
        if not _settle_held(case, post, act=act, by=by, ground=ground):
            raise NothingToDecide
        return act
    if post.state == State.HIDDEN:
        content.reinstate_post(post, by=by)
        return _Act.RESTORE
    return act


def _settle_held(case: Case, post: Post, *, act: str, by: Membership, ground: str) -> bool:
    """Publish what waited, or not; False when it waits no more."""
    if case.kind == Case.Kind.EDIT:
        if case.edit is None:
            return False
        return content.refuse_edit(case.edit) if act == "refuse" else content.apply_edit(case.edit, by=by)
    if act == "refuse":
        return content.withdraw_post(post, to=State.REMOVED, by=by, ground=ground)
    return content.approve_post(post, by=by)


def _resolve(case: Case, act: str) -> None:
    case.state, case.outcome, case.resolved_at = Case.State.RESOLVED, OUTCOMES[act], timezone.now()
    case.assignee = case.lease_until = None
    case.version += 1
    case.save()


def _is_the_same(last: Decision, *, by: Membership, act: str, case: Case, version: int) -> bool:
    """A second press of the same button."""
    same_act = last.act == act or (act == "approve" and last.act == _Act.RESTORE)
    return last.actor_id == by.pk and same_act and case.version == version + 1
