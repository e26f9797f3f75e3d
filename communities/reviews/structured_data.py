"""What search engines are told of something that is reviewed (schema.org), and where they are told nothing.

Stars are for the reviews of others: search engines refuse those that a business shows of itself. So a product says its
average, and a place only where it is not the brand’s own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.storage import default_storage

from communities.content.addresses import absolute_address
from communities.content.showing.sharing import breadcrumb_data, graph_of
from communities.content.text.extracts import excerpt, shorten
from communities.models import Community
from communities.reviews.counting import Tally
from communities.reviews.models import BEST, Thing
from communities.reviews.queries import Row

LONGEST_BODY = 500


def may_tell(thing: Thing) -> bool:
    """Whether stars of it may stand in the results of a search."""
    return not (thing.is_place and thing.own)


def described(
    community: Community, thing: Thing, tally: Tally, rows: Sequence[Row], *, url: str
) -> dict[str, Any]:
    """Where the thing stands; and its average with the reviews of the page, where there is one that may be told."""
    crumbs = [(thing.space.name, thing.space.get_absolute_url()), (thing.name, url)]
    trail = breadcrumb_data(community, crumbs)
    if tally.said is None or not may_tell(thing):
        return graph_of(trail)
    return graph_of(_thing(community, thing, tally, rows, url), trail)


def _thing(community: Community, thing: Thing, tally: Tally, rows: Sequence[Row], url: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "LocalBusiness" if thing.is_place else "Product",
        "name": shorten(thing.name, 110),
        "url": absolute_address(community, url),
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": tally.said,
            "reviewCount": tally.n,
            "bestRating": BEST,
            "worstRating": 1,
        },
        "review": [_review(community, row) for row in rows if not row.review.counterpart],
    }
    if thing.about:
        data["description"] = thing.about
    if thing.address:
        data["address"] = thing.address
    if thing.picture:
        data["image"] = absolute_address(community, default_storage.url(thing.picture))
    return data


def _review(community: Community, row: Row) -> dict[str, Any]:
    thread, published_at = row.thread, row.thread.published_at
    assert published_at is not None  # it is listed
    data: dict[str, Any] = {
        "@type": "Review",
        "name": shorten(thread.title, 110),
        "url": absolute_address(community, thread.get_absolute_url()),
        "datePublished": published_at.date().isoformat(),
        "inLanguage": thread.language,
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": row.review.rating,
            "bestRating": BEST,
            "worstRating": 1,
        },
    }
    if thread.author is not None:
        data["author"] = {"@type": "Person", "name": thread.author.display_name}
    if row.body is not None:
        data["reviewBody"] = excerpt(row.body.body_html, LONGEST_BODY)
    return data
