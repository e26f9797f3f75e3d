"""The phases of a challenge: which one it is, asked of its moments; and what its fields of lines say."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from communities.challenges.models import Challenge

_TIMES = re.compile(r"^(\d{1,3})\s*[x×]\s*(.+)$")


class Phase(models.TextChoices):
    BEFORE = "before", pgettext_lazy("a challenge", "Not open yet")
    ENTER = "enter", _("Open to entries")
    VOTE = "vote", _("Members vote")
    JURY = "jury", _("With the jury")
    COUNT = "count", _("Being decided")
    RESULT = "result", pgettext_lazy("a challenge", "Decided")
    CANCELLED = "cancelled", _("Cancelled")


def phase_at(challenge: Challenge, now: datetime.datetime) -> Phase:
    """Each phase begins with its moment; what is to be decided is in `COUNT` until the job has decided it."""
    if challenge.is_cancelled:
        return Phase.CANCELLED
    if challenge.is_decided:
        return Phase.RESULT
    if now < challenge.opens_at:
        return Phase.BEFORE
    if now < challenge.closes_at:
        return Phase.ENTER
    if challenge.votes_until is not None and now < challenge.votes_until:
        return Phase.VOTE
    return Phase.JURY if challenge.has_jury and now < challenge.result_at else Phase.COUNT


@dataclass(frozen=True)
class Step:
    """One phase as a page shows it."""

    phase: Phase
    label: Promise
    begins_at: datetime.datetime
    ends_at: datetime.datetime | None
    is_done: bool
    is_now: bool


def steps_of(challenge: Challenge, now: datetime.datetime) -> list[Step]:
    """Those that people see, in their order. Of a cancelled one none is now."""
    spans: list[tuple[Phase, Promise, datetime.datetime, datetime.datetime | None]] = [
        (Phase.ENTER, pgettext_lazy("verb, a challenge", "Enter"), challenge.opens_at, challenge.closes_at)
    ]
    if challenge.votes_until is not None:
        vote = pgettext_lazy("verb", "Vote")
        spans.append((Phase.VOTE, vote, challenge.closes_at, challenge.votes_until))
    if challenge.has_jury:
        spans.append((Phase.JURY, _("Jury"), challenge.judges_from, challenge.result_at))
    if challenge.way != challenge.Way.NONE:
        last = _("Draw") if challenge.is_drawn else _("Winners")
        spans.append((Phase.RESULT, last, challenge.result_at, None))
    steps = []
    for phase, label, begins, ends in spans:
        begun = now >= begins and not challenge.is_cancelled
        over = ends is not None and now >= ends
        steps.append(Step(phase, label, begins, ends, begun and over, begun and not over))
    return steps


@dataclass(frozen=True)
class Prize:
    """One line of the prizes: what it is, and for how many places."""

    number: int
    words: str


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def prizes_in(text: str) -> list[Prize]:
    """“3 × a tea towel” is for three places, any other line for one."""
    found = []
    for line in lines_of(text):
        times = _TIMES.match(line)
        if times and int(times[1]):
            found.append(Prize(int(times[1]), times[2]))
        else:
            found.append(Prize(1, line))
    return found


def prize_of(prizes: list[Prize], place: int) -> int:
    """Which prize a place wins, from 1 on; 0: none."""
    last = 0
    for number, prize in enumerate(prizes, 1):
        last += prize.number
        if 1 <= place <= last:
            return number
    return 0
