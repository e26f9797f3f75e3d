"""Which lines of the bell go to devices: those that are mailed, at the same moment, by the same choice of their reader
(`communities/notifications/emails.py` calls this beside the mail)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from communities.notifications.devices.services import are_offered
from communities.notifications.models import GIVEN_UP
from communities.scoping import active_community_id

# One statement, since most readers have no device.
PUT = """
insert into notifications_push (community_id, device_id, line_id, due_at, useless_at, failures)
select d.community_id, d.id, line.id, %(now)s, %(useless)s, 0
from unnest(%(lines)s::bigint[], %(readers)s::bigint[]) line (id, reader)
join notifications_device d on d.community_id = %(community)s and d.membership_id = line.reader
on conflict do nothing
"""


def put_for_devices(lines: Sequence[Any]) -> int:
    """One message for each line to each device of its reader; how many. Safe to run again."""
    if not lines or not are_offered():
        return 0
    now = timezone.now()
    values: dict[str, Any] = {
        "community": active_community_id(),
        "lines": [line.pk for line in lines],
        "readers": [line.membership_id for line in lines],
        "now": now,
        "useless": now + GIVEN_UP,
    }
    with connection.cursor() as cursor:
        cursor.execute(PUT, values)
        return int(cursor.rowcount)
