"""Deciding a case. Two who decide at once: the row lock lets one through, the version tells the other."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from communities.content import services as content
from communities.content.models import Post, State
from communities.content.services.judging import locked
from communities.exceptions import NotAllowed
from communities.models import Membership
from moderation.exceptions import CaseMoved, GroundMissing, NothingToDecide, ReasonMissing
from moderation.journal import record
from moderation.models import Case, Decision
from moderation.notices import answer_reporters, tell_of_decision
from moderation.permissions import decisions_open_to
from moderation.services.statements import ground_text, make_decision

_Act, _Outcome = Decision.Act, Case.Outcome
NEEDS_GROUND = frozenset({"hide", "remove", "refuse"})
OUTCOMES = {
    "approve": _Outcome.APPROVED,
    "hide": _Outcome.HIDDEN,
    "remove": _Outcome.REMOVED,
    "refuse": _Outcome.REMOVED,
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
    """Approve, refuse, hide, remove or restore a text, on a ground that its author reads.

    `version` and `revision` are those of the case and of the text that the moderator saw. The same decision sent
    twice is one. Restoring needs a reason instead of a ground; the former decision stays as it was written, and this
    one follows it. Raises NotAllowed, GroundMissing, ReasonMissing, NothingToDecide, CaseMoved.
    """
    case = Case.objects.locked().get(pk=case.pk)
    last: Decision | None = case.decisions.about_text().newest().first()
    if version != case.version:
        if last is not None and _is_the_same(last, by=by, act=act, case=case, version=version):
            return last
        raise CaseMoved(case, last)
    if case.post is None:
        raise NothingToDecide
    post = locked(case.post)
    case.post = post
    if act not in decisions_open_to(by, case, last):
        raise NotAllowed
    if revision != post.revision_count:
        raise CaseMoved(case, last, text_changed=True)
    if act in NEEDS_GROUND and not ground_text(case.community, ground):
        raise GroundMissing
    if act == _Act.RESTORE and not reason.strip():
        raise ReasonMissing
    before = post.state
    act = _carry_out(case, post, act=act, by=by, ground=ground)
    decision = make_decision(case, post=post, act=act, by=by, ground=ground, reason=reason)
    _resolve(case, act)
    record(
        "decide_case", by=by, case=case, subject=str(post.public_id), before=before, after=act, ground=ground
    )
    tell_of_decision(decision)
    answer_reporters(case)
    return decision


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
