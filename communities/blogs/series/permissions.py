"""Who starts a series, orders it, and ends it. Who reads it is said by its space and by its articles."""

from __future__ import annotations

from communities.blogs.models import ARTICLE, ArticleSeries
from communities.blogs.own.permissions import is_own_space
from communities.blogs.permissions import can_edit_article
from communities.content.audiences import looks_after, spaces_edited_by
from communities.content.managers import WAITING
from communities.content.models import Space, Thread
from communities.content.permissions import can_start_thread
from communities.models import Membership


def can_start_series(membership: Membership | None, space: Space) -> bool:
    """Whoever may write articles there."""
    return can_start_thread(membership, space)


def can_edit_series(membership: Membership | None, series: ArticleSeries) -> bool:
    """Whoever started it; the editors of the blog and the managers, but not in the blog of one member."""
    if membership is None or not membership.can_write:
        return False
    return series.started_by_id == membership.pk or _edits_blog(membership, series)


def can_end_series(membership: Membership | None, series: ArticleSeries) -> bool:
    """Also whoever looks after the space: what a series is called is read by everybody."""
    if membership is None or not membership.can_write:
        return False
    return can_edit_series(membership, series) or looks_after(membership, series.space_id)


def can_add_part(membership: Membership | None, series: ArticleSeries, thread: Thread) -> bool:
    """An article of its space that this person writes, published or not; in the blog of one member, one of its
    owner’s."""
    if thread.kind != ARTICLE or thread.space_id != series.space_id:
        return False
    if not (thread.is_published or thread.state in WAITING):
        return False
    if is_own_space(series.space_id, series.community_id) and thread.author_id != series.started_by_id:
        return False
    return can_edit_series(membership, series) and can_edit_article(membership, thread)


def adds_any_article(membership: Membership, series: ArticleSeries) -> bool:
    """Whether all articles of the space are theirs to put into it."""
    return _edits_blog(membership, series)


def _edits_blog(membership: Membership, series: ArticleSeries) -> bool:
    if is_own_space(series.space_id, series.community_id):
        return False
    edited = spaces_edited_by(membership.pk, series.community_id)
    return membership.can_manage or series.space_id in edited
