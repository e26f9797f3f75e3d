"""Holding a published text until a person has read it, as an automation of the team asks for it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.content.models import Post, State
from communities.exceptions import DomainError, NotAllowed
from communities.models import Membership
from moderation.journal import record
from moderation.models import Case, Decision
from moderation.notices import tell_of_decision
from moderation.permissions import can_hide_pending_review
from moderation.services.opening import open_case
from moderation.services.statements import make_decision
from moderation.subjects.base import subject_about


@transaction.atomic
def hold_post(post: Post, *, by: Membership) -> Case:
    """Hide a text and open its case: whoever looks after the space decides it from the queue, and its author reads
    why. A rule does it, in the name of `by`, who could have hidden it. Raises NotAllowed, DomainError where it is gone
    or hidden already, or was left up by a person as it stands."""
    subject = subject_about(post)
    # Before what is open about it, as in all acts on texts; and as it is from then on.
    held: Post | None = subject.lock(post.pk)
    if held is None:
        raise DomainError(_("The text is no longer there."))
    if held.author is not None and held.author.is_staff:
        raise DomainError(_("Texts by the team are not held."))
    judged = Decision.objects.about(held).leaving_up()
    if judged.filter(revision=subject.revision_of(held)).exists():
        raise DomainError(_("A person has read it as it stands, and left it up."))
    case: Case = Case.objects.locked().get(pk=open_case(held, kind=Case.Kind.LOOK, severity=2).pk)
    if not case.is_open or not can_hide_pending_review(by, case):
        raise NotAllowed
    if not subject.hide_by_rule(held):
        raise DomainError(_("It cannot be read anyway."))
    now = timezone.now()
    case.hidden_by_rule_at = now
    case.version += 1
    case.save(update_fields=["hidden_by_rule_at", "version"])
    said = _("An automation of the team holds such texts until a person has read them.")
    decision = make_decision(
        case,
        subject.locked(case),
        act=Decision.Act.HIDE,
        by=None,
        reason=said,
        detection=Decision.Detection.TEAM,
        at=now,
    )
    record(subject.hides_as, by=None, case=case, before=State.PUBLISHED, after=State.HIDDEN, at=now, weight=0)
    tell_of_decision(decision)
    return case
