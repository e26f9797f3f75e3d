"""The phases of a box: which one it is, asked of the clock. No job opens or closes anything."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# The moments at which phases begin, in their order; the fourth ends the votes.
MOMENTS = ("opens_at", "discusses_at", "votes_at", "closes_at", "result_at")


class Phase(models.TextChoices):
    """`ALWAYS` is that of a box without dates."""

    BEFORE = "before", _("Not open yet")
    SUBMIT = "submit", _("Ideas")
    DISCUSS = "discuss", _("Discussion")
    VOTE = "vote", _("Votes")
    COUNT = "count", _("Being decided")
    RESULT = "result", _("Result")
    ALWAYS = "always", _("Ideas and votes at any time")


_BEGUN = (Phase.SUBMIT, Phase.DISCUSS, Phase.VOTE, Phase.COUNT, Phase.RESULT)


def phase_at(moments: Sequence[datetime.datetime | None], now: datetime.datetime) -> Phase:
    """`moments` are those of `MOMENTS`, all of them or none. Each phase begins with its moment."""
    phase = Phase.BEFORE
    for moment, begun in zip(moments, _BEGUN, strict=True):
        if moment is None:
            return Phase.ALWAYS
        if now >= moment:
            phase = begun
    return phase


@dataclass(frozen=True)
class Step:
    """One phase as a page shows it: what it is, from when until when, and whether it is over or now."""

    phase: Phase
    label: Promise
    begins_at: datetime.datetime
    ends_at: datetime.datetime | None
    is_done: bool
    is_now: bool


_SHOWN = (
    (Phase.SUBMIT, _("Submit"), 0, 1),
    (Phase.DISCUSS, _("Discuss"), 1, 2),
    (Phase.VOTE, pgettext_lazy("verb", "Vote"), 2, 3),
    (Phase.RESULT, _("Result"), 4, None),
)


def steps_of(
    moments: Sequence[datetime.datetime | None], now: datetime.datetime, *, draft: bool = False
) -> list[Step]:
    """The four that people see; none for a box without dates. A discussion that takes no time is left out."""
    known = [moment for moment in moments if moment is not None]
    if len(known) < len(MOMENTS):
        return []
    steps = []
    for phase, label, first, last in _SHOWN:
        begins, ends = known[first], known[last] if last is not None else None
        if begins == ends:
            continue
        begun = not draft and now >= begins
        over = begun and ends is not None and now >= ends
        steps.append(Step(phase, label, begins, ends, bool(over), begun and not over))
    return steps
