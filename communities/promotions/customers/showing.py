"""The customers that a page shows. A file of its own because it remembers: the home page asks the database nothing."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from communities.content.openable import openable_by
from communities.content.viewers import Viewer
from communities.memory import Memory
from communities.models import Community, Membership, fingerprint
from communities.promotions.customers.models import CustomerStory
from communities.promotions.targets import full_target
from communities.remembered_reads import RememberedRead


def shown_stories(community: Community) -> list[CustomerStory]:
    """With consent, in the order of the team; remembered for a second."""
    return _shown.get(community.pk)


def cards_of(
    stories: list[CustomerStory], community: Community, by: Membership | None, viewer: Viewer
) -> list[dict[str, Any]]:
    """Each with where it leads, under the present prefix; nowhere where this reader cannot open that."""
    opens = openable_by(by, community, viewer, {one.target for one in stories if one.target})
    return [{"story": one, "url": full_target(one.target) if one.target in opens else ""} for one in stories]


def facts(community: Community) -> tuple[str, ...]:
    """What visitors’ pages that are kept depend on: the words, and whose name and picture stand beside them."""
    return tuple(fingerprint(row) for one in shown_stories(community) for row in (one, one.person))


_of: RememberedRead[CustomerStory] = RememberedRead(
    lambda community_id, now: CustomerStory.objects.filter(community_id=community_id).shown(now)
)


def _load(community_id: int) -> list[CustomerStory]:
    return _of(community_id, timezone.now())


_shown: Memory[list[CustomerStory]] = Memory(_load, told=True)
