"""The home page of one reader: curated for visitors, personal for members."""

from __future__ import annotations

from typing import Any

from communities import homepage
from communities.content.viewers import Viewer
from communities.homepage import Home, Visit
from communities.launch.features import open_features
from communities.models import Community, Membership


def home_of(
    community: Community, viewer: Viewer, membership: Membership | None = None, *, user: Any = None
) -> Home:
    """`user` is the account that is signed in: without a membership it sees the visitors' page, and may be told why."""
    visit = Visit(community, viewer, open_features(community, membership), membership, user)
    return homepage.compose(homepage.sections, visit)
