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
    why. A rule does it, in the name of `by`, who could have hidden it. Raises NotAllowed, DomainError where it is
    hidden already, or was left up by a person as it stands."""
    if post.author is not None and post.author.is_staff:
        raise DomainError(_("Texts by the team are not held."))
    subject = subject_about(post)
    judged = Decision.objects.about(post).leaving_up()
    if judged.filter(revision=subject.revision_of(post)).exists():
        raise DomainError(_("A person has read it as it stands, and left it up."))
    # Before what is open about it, as in all acts on texts.
    subject.lock(post.pk)
    case: Case = Case.objects.locked().get(pk=open_case(post, kind=Case.Kind.LOOK, severity=2).pk)
    if not case.is_open or not can_hide_pending_review(by, case):
        raise NotAllowed
    if not subject.hide_by_rule(post):
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
