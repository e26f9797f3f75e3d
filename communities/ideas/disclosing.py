"""What is kept of people who vote for ideas, and what they may take away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.disclosures import Kept, Taken, kept, taken
from communities.ideas.models import Vote
from communities.ideas.permissions import FEATURE
from communities.launch.features import chosen_features
from communities.models import Community, Membership

READ = 500


def votes_of(membership: Membership) -> Iterator[dict[str, Any]]:
    """For which ideas somebody is, and since when."""
    votes = Vote.objects.filter(voter=membership).order_by("pk")
    rows = votes.values_list("idea__thread__title", "box__space__name", "cast_at")
    for idea, box, cast_at in rows.iterator(chunk_size=READ):
        yield {"idea": idea, "box": box, "cast_at": cast_at}


def has_ideas(community: Community) -> bool:
    return FEATURE in chosen_features(community)


def register() -> None:
    until = _("until the idea goes; the name goes when you take your texts along or are erased")
    what = _("which ideas you voted for")
    kept.register(Kept("idea votes", what, until, 13, has_ideas))
    taken.register(Taken("idea_votes", what, votes_of))
