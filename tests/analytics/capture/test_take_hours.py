"""Which hours are counted anew is chosen and held once, however little the database knows of a table that was filled a
moment ago."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.db import connection
from django.utils import timezone

from analytics.capture.models import DirtyHour
from analytics.capture.rollups import TAKE
from tests.conftest import Cast

# As of a table that is believed to be empty: no way to join is worth a hash or a sort then.
POOR = "set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_hashagg = off;"
HOURS = 60


def test_hours_are_held_once_by_the_poorest_plan(here: Cast) -> None:
    now = timezone.now()
    with here.scope():
        DirtyHour.objects.bulk_create([DirtyHour(hour=now, uids=[uuid.uuid4()]) for _number in range(HOURS)])
        values: dict[str, Any] = {
            "community": here.community.pk,
            "most": 200,
            "slice": 2_500,
            "piled_up": 25_000,
        }
        with connection.cursor() as cursor:
            cursor.execute(POOR)
            cursor.execute(f"explain (analyze, costs off, timing off) {TAKE}", values)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert not DirtyHour.objects.exists()
    loops = re.findall(r"LockRows \(actual rows=\S+ loops=(\d+)\)", plan)
    assert loops == ["1"], plan
