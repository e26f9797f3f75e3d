"""The member’s side of a test: applying, withdrawing, accepting its text, leaving.

Whoever changes who has a place holds the row of the test. Access to its space follows from the rows alone
(`access.py`), hence at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.calendar import today
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.queries import hold_member
from communities.trials.exceptions import AnswerMissing, AppliedAlready, NotATester, NotNow, PledgeMoved
from communities.trials.models import LONGEST_ANSWER, Participant, Trial
from communities.trials.permissions import FEATURE, can_apply_to_test
from communities.trials.wording import why_no_applications

State = Participant.State


def held(trial: Trial | int) -> Trial:
    """The test with its row locked, read afterwards, with its space. Raises Trial.DoesNotExist."""
    number = trial.pk if isinstance(trial, Trial) else trial
    Trial.objects.select_for_update(of=("self",), no_key=True).get(pk=number)
    found: Trial = Trial.objects.select_related("space").get(pk=number)
    return found


def own_row(trial: Trial, by: Membership | None) -> Participant | None:
    """How somebody stands in a test; one query."""
    found: Participant | None = (
        Participant.objects.filter(trial=trial.pk, membership=by).first() if by else None
    )
    return found


@transaction.atomic
def apply(trial: Trial, answers: Sequence[str], *, by: Membership) -> Participant:
    """Ask to take part, with an answer to each question of the test. Whoever withdrew or left may ask again.

    Raises NotAllowed, NotNow, AppliedAlready, AnswerMissing, TooFast.
    """
    refuse_closed(by, FEATURE)
    if not can_apply_to_test(by):
        raise NotAllowed
    hold_member(by)
    now = held(trial)
    if now.space.archived or not now.takes_applications(today(by.community)):
        raise NotNow(why_no_applications(now))
    mine = own_row(now, by) or Participant(trial=now, membership=by)
    if not mine._state.adding and mine.state not in Participant.MAY_RETURN:
        raise AppliedAlready
    count_act(by, Limited.REACT)
    mine.answers = _answered(now.questions, answers)
    mine.version += 0 if mine._state.adding else 1
    mine.state, mine.applied_at = State.APPLIED, timezone.now()
    mine.decided_at = mine.decided_by = None
    mine.save()
    return mine


def _answered(questions: Sequence[str], answers: Sequence[str]) -> list[dict[str, str]]:
    said = [answer.strip()[:LONGEST_ANSWER] for answer in answers]
    said += [""] * (len(questions) - len(said))
    for number, answer in enumerate(said[: len(questions)]):
        if not answer:
            raise AnswerMissing(_("Answer this question."), field=f"answer{number}")
    return [{"question": one, "answer": answer} for one, answer in zip(questions, said, strict=False)]


@transaction.atomic
def withdraw(trial: Trial, *, by: Membership) -> bool:
    """Take one’s application back; False where there is none that waits. Allowed to whoever may not write, too."""
    now = held(trial)
    mine = own_row(now, by)
    if mine is None or not mine.may_withdraw:
        return False
    _gone(mine, State.WITHDRAWN)
    return True


@transaction.atomic
def accept_pledge(trial: Trial, number: int, *, by: Membership) -> bool:
    """Accept the version of the text that one has read; False where that was done. Version and moment are kept.

    Raises NotAllowed, NotATester, PledgeMoved.
    """
    refuse_closed(by, FEATURE)
    if not by.is_active or by.is_suspended:
        raise NotAllowed
    hold_member(by)
    now = held(trial)
    mine = own_row(now, by)
    if mine is None or not mine.is_accepted:
        raise NotATester
    if now.pledge != number:
        raise PledgeMoved
    if mine.agreed == number:
        return False
    mine.agreed, mine.agreed_at = number, timezone.now()
    mine.save(update_fields=["agreed", "agreed_at"])
    by.__dict__.pop("_given", None)
    return True


@transaction.atomic
def leave(trial: Trial, *, by: Membership) -> bool:
    """Leave a test at any time, without a reason; False where one has no place. The place is free for somebody else.

    What was reported stays, and so does what was promised: only its pages are closed from now on.
    """
    now = held(trial)
    mine = own_row(now, by)
    if mine is None or not mine.is_accepted:
        return False
    _gone(mine, State.LEFT)
    by.__dict__.pop("_given", None)
    return True


def _gone(mine: Participant, state: str) -> None:
    mine.state, mine.place = state, None
    mine.version += 1
    mine.save(update_fields=["state", "place", "version"])
