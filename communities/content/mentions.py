"""The members offered while somebody types `@`."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db.models import Q

from communities.models import Membership, fold

SHORTEST_QUERY = 2
MOST_SUGGESTIONS = 8


def suggested(query: str) -> list[dict[str, str]]:
    """Handle, name and picture of members whose handle or a part of whose name begins with `query`."""
    query = fold(query.strip().removeprefix("@"))[:40]
    if len(query) < SHORTEST_QUERY:
        return []
    name = query.replace("\\", "")
    rows = Membership.objects.active().filter(
        Q(handle_key__startswith=query)
        | Q(display_name__istartswith=name)
        | Q(display_name__icontains=f" {name}")
    )
    return [
        {
            "handle": row.handle,
            "name": row.display_name,
            "portrait": default_storage.url(row.portrait) if row.portrait else "",
        }
        for row in rows.order_by("-post_count", "handle_key")[:MOST_SUGGESTIONS]
    ]
