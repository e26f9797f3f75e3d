"""What of the money side travels: the ledger and all that it is made of. Secrets of shops do not: they connect anew."""

from __future__ import annotations

import re
import uuid

from django.db import models

from analytics.roi.models import (
    Click,
    Cost,
    Count,
    Credit,
    Delivery,
    ImportRun,
    Lead,
    LedgerEntry,
    Objective,
    Offer,
    Order,
    OrderFacts,
    OrderSource,
    Rate,
    Saving,
)
from communities.calls.models import Application
from communities.content.models import Thread
from communities.portable import NOWHERE, Moved, Portable, Row, register_portable
from communities.promotions.models import Banner

# `cost:12`, `order:3:CMD-1`, `impression:2026-11-01:banner-4`, `visit:2026-11-01:typed-9`: numbers within a name.
UNITS: tuple[tuple[re.Pattern[str], type[models.Model]], ...] = (
    (re.compile(r"\A(cost:)(\d+)(\Z)"), Cost),
    (re.compile(r"\A(idea:)(\d+)(\Z)"), Thread),
    (re.compile(r"\A(project:)(\d+)(\Z)"), Application),
    (re.compile(r"\A(order:)(\d+)(:.*)\Z", re.DOTALL), OrderSource),
    (re.compile(r"\A(.+:banner-)(\d+)(\Z)"), Banner),
    (re.compile(r"\A(.+:typed-)(\d+)(\Z)"), Count),
)


def register() -> None:
    register_portable(
        Portable(Objective),
        Portable(Rate),
        Portable(Count, named=True),
        Portable(Cost, named=True),
        Portable(LedgerEntry, numbers={"unit_id": moved_unit}),
        Portable(Offer, named=True),
        Portable(Click),
        Portable(Lead),
        Portable(Saving),
        Portable(
            OrderSource,
            blank={"sealed_secret": "", "token": uuid.uuid4},
            named=True,
            why="The secret is sealed with one of this installation, and the token is part of the shop’s address here.",
        ),
        Portable(OrderFacts),
        Portable(Order),
        Portable(Credit),
        Portable(
            Delivery,
            among={"sealed_rows": ""},
            why="What a message says is sealed until it has been worked off; only its number travels.",
        ),
        Portable(
            ImportRun,
            blank={"path": ""},
            among={"state__in": [ImportRun.State.LOADED, ImportRun.State.FAILED]},
            why="A file that was read has become orders; one on its way is sent again there.",
        ),
    )


def moved_unit(value: str, row: Row, moved: Moved) -> str:
    """The unit of a ledger’s line under the numbers of the installation it arrives at."""
    for pattern, model in UNITS:
        match = pattern.match(value)
        if match:
            return f"{match[1]}{moved(model, int(match[2])) or NOWHERE}{match[3]}"
    return value
