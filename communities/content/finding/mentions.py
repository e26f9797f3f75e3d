"""The members offered while somebody types `@`."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db.models import Q

from communities.letters import fold
from communities.models import Membership
from communities.queries import people_named

SHORTEST_QUERY = 2
MOST_SUGGESTIONS = 8


def suggested(query: str) -> list[dict[str, str]]:
    """Handle, name and picture of members whose handle or a part of whose name begins with `query`."""
    query = fold(query.strip().removeprefix("@"))[:40]
    if len(query) < SHORTEST_QUERY:
        return []
    people = Membership.objects.active()
    found = list(people.with_handles_like(query)[:MOST_SUGGESTIONS])
    if len(found) < MOST_SUGGESTIONS:
        # Names that hold it are asked only where handles leave room; of those, the words that begin so.
        name = query.replace("\\", "")
        holding = people_named(name)
        begun = people if holding is None else people.filter(pk__in=holding)
        named = begun.filter(Q(display_name__istartswith=name) | Q(display_name__icontains=f" {name}"))
        others = named.exclude(pk__in=[person.pk for person in found]).order_by("-post_count", "handle_key")
        found += others[: MOST_SUGGESTIONS - len(found)]
    return [
        {
            "handle": row.handle,
            "name": row.display_name,
            "portrait": default_storage.url(row.portrait) if row.portrait else "",
        }
        for row in found
    ]
