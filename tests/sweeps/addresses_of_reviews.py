"""Addresses of reviews."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import (
    ALL_MEMBERS,
    AUTHOR,
    EVERYBODY,
    MANAGERS,
    only,
)

TEAM = only("moderator", "marketing", "manager", "owner")
SPACE, THING, REVIEW = {"space": "shelf.slug"}, {"slug": "reviewed.slug"}, {"slug": "review.slug"}
FACTS = {"rating": "4", "title": "It holds", "experienced_on": "2026-02-01"}
TEXT = {"body": "<p>After a season.</p>", "body_format": "html"}

REVIEWS = {
    "reviews/": Address(EVERYBODY),
    "reviews/feed.<str:suffix>": Address(EVERYBODY, {"suffix": "=xml"}),
    "reviews/in/<words:space>/": Address(EVERYBODY, SPACE),
    "reviews/in/<words:space>/feed.<str:suffix>": Address(EVERYBODY, SPACE | {"suffix": "=xml"}),
    "reviews/in/<words:space>/how/": Address(EVERYBODY, SPACE),
    "reviews/in/<words:space>/follow/": act(ALL_MEMBERS, **SPACE),
    "reviews/in/<words:space>/unfollow/": act(ALL_MEMBERS, **SPACE),
    "reviews/in/<words:space>/new/": Address(
        MANAGERS, SPACE, post=MANAGERS, data={"name": "Fid", "kind": "product"}
    ),
    "reviews/of/<words:slug>/": Address(EVERYBODY, THING),
    "reviews/of/<words:slug>/edit/": Address(
        MANAGERS, THING, post=MANAGERS, data={"name": "Cover sleeve", "kind": "product"}
    ),
    "reviews/of/<words:slug>/remove/": act(MANAGERS, slug="unreviewed.slug"),
    "reviews/of/<words:slug>/write/": Address(
        ALL_MEMBERS, {"slug": "unreviewed.slug"}, post=ALL_MEMBERS, data=FACTS | TEXT
    ),
    "reviews/r/<words:slug>/": Address(EVERYBODY, REVIEW),
    "reviews/r/<words:slug>/reply/": Address(EVERYBODY, REVIEW, post=ALL_MEMBERS, data=TEXT),
    "reviews/r/<words:slug>/edit/": Address(AUTHOR, REVIEW, post=AUTHOR, data=FACTS),
    "reviews/r/<words:slug>/answer/": Address(TEAM, REVIEW, post=TEAM, data=TEXT),
}
