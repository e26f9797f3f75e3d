"""The ways from pages of articles to members’ own blogs."""

from __future__ import annotations

from typing import Any

from communities.blogs.own.permissions import FEATURE, can_start_blog, holds_own
from communities.blogs.own.queries import blog_of, own_spaces
from communities.content.models import Space
from communities.content.viewers import viewer_of
from communities.launch.features import is_open
from communities.middleware import CommunityRequest


def own_ways(request: CommunityRequest, spaces: list[Space]) -> dict[str, Any]:
    """What a page about these spaces shows of own blogs: nothing where none of them holds such blogs; one query for a
    member."""
    holding = [space for space in spaces if holds_own(space)]
    if not holding or not is_open(request.community, request.membership, FEATURE):
        return {}
    me = request.membership
    blog = blog_of(me, own_spaces(request.community, viewer_of(request)))
    starts_in = [space for space in holding if blog is None and can_start_blog(me, space)]
    return {"holds_own_blogs": True, "own_blog_of_mine": blog, "own_starts_in": starts_in}
