"""What came of what members brought forward: a line of the ledger for each, on the day on which it was delivered."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from analytics.roi.models import Confidence, Evidence, LedgerEntry, Measure, Side
from analytics.roi.money import to_minor
from analytics.roi.services.valuing import upsert
from communities.calendar import day_of
from communities.models import Community
from communities.signals import outcome_valued


def keep_outcome(
    sender: Any,
    *,
    unit: str,
    title: str,
    at: datetime.datetime,
    amount: Decimal | None,
    community_id: int,
    **_extra: Any,
) -> None:
    """Write the line of one outcome over the one that it had; without an amount, take that out.

    Its value is what the team says that it brought: it is attributed, since the place has it from a member, and no rate
    enters, but nobody measured it: it counts in total ROI alone.
    """
    community = Community.objects.get(pk=community_id)
    if amount is None:
        LedgerEntry.objects.benefits().of_measure(Measure.OUTCOME).filter(unit_id=unit).delete()
        return
    entry = LedgerEntry(
        day=day_of(at, community),
        side=Side.BENEFIT,
        measure=Measure.OUTCOME,
        confidence=Confidence.VALUED,
        evidence=Evidence.ATTRIBUTED,
        unit_id=unit,
        label=title[:160],
        n=1,
        currency=community.currency,
        counted=True,
        rate=None,
        community_id=community_id,
    )
    entry.set_amounts(to_minor(amount, community.currency))
    upsert([entry])


def connect() -> None:
    outcome_valued.connect(keep_outcome, dispatch_uid="roi.outcome_valued")
