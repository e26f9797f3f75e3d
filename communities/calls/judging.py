"""What jurors do with an application, and what the mean of it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format

from communities.calls.applying import held_application
from communities.calls.exceptions import ApplicationDecided, NotJudged
from communities.calls.models import Application, Call, Evaluation
from communities.calls.permissions import FEATURE, may_judge, runs_calls
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.models import Membership

State = Application.State


@dataclass(frozen=True)
class Sum:
    """What a jury says together: the mean of how many jurors, and between which of theirs it lies. On the scale of the
    call, in hundredths."""

    n: int = 0
    mean: int = 0
    low: int = 0
    high: int = 0

    @property
    def mean_shown(self) -> str:
        return hundredths(self.mean)

    @property
    def low_shown(self) -> str:
        return hundredths(self.low)

    @property
    def high_shown(self) -> str:
        return hundredths(self.high)


def hundredths(points: int) -> str:
    """A score as the language writes it, with one digit after the sign."""
    return number_format(Decimal(points + 5).scaleb(-2).quantize(Decimal("0.1"), rounding=ROUND_DOWN), 1)


def weighed(scores: Sequence[int], criteria: Sequence[dict[str, Any]]) -> int:
    """The mean of one juror’s scores by the weights of their criteria, in hundredths, half up."""
    weights = [one["weight"] for one in criteria]
    total: int = sum(weights)
    product: int = sum(score * weight for score, weight in zip(scores, weights, strict=True))
    return (200 * product + total) // (2 * total)


def sum_of(evaluations: Iterable[Evaluation], call: Call) -> Sum:
    """Of those that judged: a conflict of interest is no score."""
    each = [
        weighed(evaluation.scores, call.criteria) for evaluation in evaluations if not evaluation.conflict
    ]
    if not each:
        return Sum()
    return Sum(len(each), (2 * sum(each) + len(each)) // (2 * len(each)), min(each), max(each))


@transaction.atomic
def send_scores(application: Application, scores: Sequence[int], *, by: Membership) -> Evaluation:
    """One juror’s scores, in the order of the criteria; sent again, they take the place of the former ones until
    somebody decides. Raises NotAllowed, ApplicationDecided, NotJudged."""
    held = _judged(application, by)
    call = held.call
    if len(scores) != len(call.criteria) or not all(0 <= score <= call.scale for score in scores):
        raise NotJudged
    evaluation: Evaluation
    evaluation, _new = Evaluation.objects.update_or_create(
        application=held, juror=by, defaults={"scores": list(scores), "sent_at": timezone.now()}
    )
    _count(held)
    return evaluation


@transaction.atomic
def declare_conflict(application: Application, *, by: Membership) -> bool:
    """Say that one may not judge this application: it is hidden from its juror from now on, and scores that they gave
    are taken out. Raises NotAllowed, ApplicationDecided."""
    held = _judged(application, by)
    Evaluation.objects.update_or_create(
        application=held,
        juror=by,
        defaults={"scores": [], "conflict": True, "sent_at": timezone.now()},
    )
    _count(held)
    return True


@transaction.atomic
def lift_conflict(evaluation: Evaluation, *, by: Membership) -> bool:
    """Take back a conflict of interest that was declared by mistake: its juror reads and judges again. False where it
    was taken back already. Raises NotAllowed."""
    refuse_closed(by, FEATURE)
    is_own = Application.objects.filter(pk=evaluation.application_id, applicant=by).exists()
    if not runs_calls(by) or not by.can_write or is_own:
        raise NotAllowed
    gone, _rows = Evaluation.objects.filter(pk=evaluation.pk, conflict=True).delete()
    return bool(gone)


def _judged(application: Application, by: Membership) -> Application:
    refuse_closed(by, FEATURE)
    held = held_application(application)
    if not by.can_write or held is None or held.sent_at is None or not may_judge(by, held):
        raise NotAllowed
    if held.state != State.SENT or not held.call.criteria:
        raise ApplicationDecided
    return held


def _count(application: Application) -> None:
    found = sum_of(Evaluation.objects.filter(application=application), application.call)
    Application.objects.filter(pk=application.pk).update(points=found.mean, judged=found.n)
