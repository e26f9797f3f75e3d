"""Files that their store did not take away while it was away: they are taken away once it answers again."""

from __future__ import annotations

from django.core.files.storage import default_storage

from communities.content.images import delete_stored_picture
from communities.files import StoreAway, ask_store
from members.aside import go_on
from members.models import LeftFile

# So many in one run of some minutes; what is left over is the next one's.
MOST = 200


def take_away_left() -> int:
    """The oldest first; how many went. While the store does not answer it is asked once; a file that it refuses alone
    is set aside and stops no other."""
    rows = {row.pk: row for row in LeftFile.objects.order_by("pk")[:MOST]}
    try:
        for row in [*rows.values()][:1]:
            ask_store(row.path)
    except StoreAway:
        return 0
    return go_on("left file", rows, lambda number: _take_away(rows[number]))


def _take_away(row: LeftFile) -> int:
    if row.is_picture:
        delete_stored_picture(row.path)
    else:
        default_storage.delete(row.path)
    row.delete()
    return 1
