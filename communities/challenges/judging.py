"""The jury: who is asked, who says yes, and the marks that each gives."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from communities.challenges.exceptions import (
    CancelledAlready,
    DecidedAlready,
    GoneEntry,
    JuryBusy,
    MarksWrong,
    NotNow,
    NotOnJury,
    OwnEntry,
)
from communities.challenges.models import BEST_MARK, Assessment, Challenge, Entry, Juror
from communities.challenges.permissions import FEATURE, can_judge_entries, can_run_challenge
from communities.challenges.phases import Phase
from communities.challenges.queries import judged_entries
from communities.challenges.services import held
from communities.content.viewers import people_who_read, refuse_closed_space
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.templatetags.parvis import exact


@transaction.atomic
def invite_juror(challenge: Challenge, person: Membership, *, by: Membership) -> Juror:
    """Ask a member who reads the challenge to judge it; they are told. Asked twice they are one.

    Raises NotAllowed, NotOnJury, CancelledAlready, DecidedAlready, TooFast.
    """
    now = _run(challenge, by)
    if person.status != Membership.Status.ACTIVE or not people_who_read(now.thread.space, [person.pk]):
        raise NotOnJury
    count_act(by, Limited.FOLLOW)
    juror: Juror
    juror, is_new = Juror.objects.get_or_create(
        challenge=now, membership=person, defaults={"invited_at": timezone.now()}
    )
    if is_new:
        # The job tells them: under the lock of the challenge, a line in their bell would wait for them.
        now.next_at = timezone.now()
        now.save(update_fields=["next_at"])
    return juror


@transaction.atomic
def remove_juror(juror: Juror, *, by: Membership) -> None:
    """Take somebody off the jury. Raises NotAllowed, JuryBusy once they have given marks, and as `invite_juror`."""
    _run(juror.challenge, by)
    if Assessment.objects.filter(juror=juror).exists():
        raise JuryBusy
    Juror.objects.filter(pk=juror.pk).delete()


def _run(challenge: Challenge, by: Membership) -> Challenge:
    refuse_closed(by, FEATURE)
    if not can_run_challenge(by, challenge.thread) or not challenge.has_jury:
        raise NotAllowed
    refuse_closed_space(by, challenge.thread.space)
    now = held(challenge)
    if now.is_cancelled:
        raise CancelledAlready
    if now.is_decided:
        raise DecidedAlready
    return now


@transaction.atomic
def answer_invitation(juror: Juror, *, by: Membership, accepts: bool) -> None:
    """Say yes, or no: then they are not on it, and what they have marked goes. Raises NotAllowed, DecidedAlready."""
    refuse_closed(by, FEATURE)
    if juror.membership_id != by.pk or not by.is_active or (accepts and not by.can_write):
        raise NotAllowed
    challenge = held(juror.challenge_id)
    if challenge.is_decided:
        raise DecidedAlready
    rows = Juror.objects.filter(pk=juror.pk)
    if accepts:
        rows.filter(accepted_at__isnull=True).update(accepted_at=timezone.now())
    else:
        rows.delete()


@transaction.atomic
def assess(
    juror: Juror, entry: Entry, *, by: Membership, marks: Sequence[int] = (), abstains: bool = False
) -> Assessment:
    """Give an entry a mark for each criterion, or say that one is too close to it to judge; until the result.

    Raises NotAllowed, NotNow, OwnEntry, GoneEntry, MarksWrong, TooFast.
    """
    refuse_closed(by, FEATURE)
    if not can_judge_entries(by, juror) or not juror.has_accepted:
        raise NotAllowed
    challenge = held(juror.challenge_id)
    refuse_closed_space(by, challenge.thread.space)
    if not challenge.takes_marks:
        raise NotNow(when_marks(challenge))
    if not judged_entries(challenge).filter(pk=entry.pk).exists():
        raise GoneEntry
    if entry.membership_id == by.pk:
        raise OwnEntry(_("You cannot judge your own entry."))
    _check_marks(challenge, marks, abstains=abstains)
    count_act(by, Limited.VOTE)
    made: Assessment
    made, _new = Assessment.objects.update_or_create(
        juror=juror,
        entry=entry,
        defaults={"marks": list(marks), "abstains": abstains, "made_at": timezone.now()},
    )
    return made


def _check_marks(challenge: Challenge, marks: Sequence[int], *, abstains: bool) -> None:
    if abstains:
        if marks:
            raise MarksWrong
        return
    if len(marks) != marks_asked(challenge) or not all(1 <= mark <= BEST_MARK for mark in marks):
        raise MarksWrong


def marks_asked(challenge: Challenge) -> int:
    """One for each criterion; one in all where there is none."""
    return max(1, len(challenge.criteria_list))


def when_marks(challenge: Challenge) -> str:
    """When its jury gives marks, where it gives none now."""
    if challenge.is_cancelled:
        return _("This challenge is cancelled.")
    if challenge.phase in (Phase.BEFORE, Phase.ENTER, Phase.VOTE):
        moment = exact(localtime(challenge.judges_from))
        return _("The jury gives its marks from %(moment)s.") % {"moment": moment}
    moment = exact(localtime(challenge.result_at))
    return _("The jury gave its marks until %(moment)s.") % {"moment": moment}
