"""Which lines of the bell go to devices: those that are mailed, at the same moment, by the same choice of their reader
(`communities/notifications/emails.py` calls this beside the mail)."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils import timezone

from communities.notifications.devices.services import are_offered
from communities.notifications.models import GIVEN_UP
from communities.scoping import active_community_id

# One statement, since most readers have no device.
PUT = """
insert into notifications_push (community_id, device_id, line_id, due_at, useless_at, failures)
select d.community_id, d.id, %(line)s, %(now)s, %(useless)s, 0
from notifications_device d
where d.community_id = %(community)s and d.membership_id = %(membership)s
on conflict do nothing
"""


def put_for_devices(line: Any) -> int:
    """One message for each device of its reader; how many. Safe to run again."""
    if not are_offered():
        return 0
    now = timezone.now()
    values = {
        "community": active_community_id(),
        "line": line.pk,
        "membership": line.membership_id,
        "now": now,
        "useless": now + GIVEN_UP,
    }
    with connection.cursor() as cursor:
        cursor.execute(PUT, values)
        return int(cursor.rowcount)
