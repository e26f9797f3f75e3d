"""How many members were where, over many communities: numbers for the operator, by an SQL function."""

from __future__ import annotations

import datetime

from django.db import connection


def active_members(
    ids: list[int], first: datetime.date, last: datetime.date
) -> dict[int, dict[datetime.date | None, int]]:
    """For each of these communities its members by day, and under None those of the last seven days."""
    found: dict[int, dict[datetime.date | None, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute("select community_id, day, people from active_members(%s, %s, %s)", [ids, first, last])
        for community_id, day, people in cursor.fetchall():
            found.setdefault(community_id, {})[day] = people
    return found
