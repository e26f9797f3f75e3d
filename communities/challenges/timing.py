"""When the clock has something to do with a challenge."""

from __future__ import annotations

import datetime

from communities.challenges.models import Challenge
from communities.challenges.models.challenges import CLOSING

Stage = Challenge.Stage


def moments_of(challenge: Challenge) -> list[tuple[Stage, datetime.datetime]]:
    """What is done, and when, in this order."""
    found = [(Stage.OPENED, challenge.opens_at)]
    if challenge.closes_at - CLOSING > challenge.opens_at:
        found.append((Stage.CLOSING, challenge.closes_at - CLOSING))
    if challenge.has_vote:
        found.append((Stage.VOTING, challenge.closes_at))
    if challenge.has_jury:
        found.append((Stage.JUDGING, challenge.judges_from))
    return [*found, (Stage.DECIDED, challenge.result_at)]


def next_moment(challenge: Challenge) -> datetime.datetime | None:
    """When the next of them is; None for what is cancelled or decided."""
    if challenge.is_cancelled or challenge.is_decided:
        return None
    return next((at for stage, at in moments_of(challenge) if stage > challenge.stage), None)


def reached(challenge: Challenge, now: datetime.datetime) -> list[Stage]:
    """What is to be done by now, in its order."""
    return [stage for stage, at in moments_of(challenge) if challenge.stage < stage and at <= now]
