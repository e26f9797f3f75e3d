"""Benefit and cost of many communities: numbers for the operator’s sums, by an SQL function."""

from __future__ import annotations

import datetime

from django.db import connection


def ledger_sums(ids: list[int], first: datetime.date, last: datetime.date) -> dict[int, tuple[int, int]]:
    """Benefit and cost of each, in hundredths of its currency; those without a line are left out."""
    with connection.cursor() as cursor:
        cursor.execute("select community_id, benefit, cost from ledger_sums(%s, %s, %s)", [ids, first, last])
        return {community_id: (benefit, cost) for community_id, benefit, cost in cursor.fetchall()}
