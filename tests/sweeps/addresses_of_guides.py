"""Addresses of pages of a brand."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import EVERYBODY, HIDES, MANAGERS, REFUSES, only

SPACE, PAGE, DRAFT = {"space": "guides.slug"}, {"page": "guide.slug"}, {"page": "guide_draft.slug"}
STAFF = only("moderator", "manager", "marketing", "owner")
XML = {"suffix": "=xml"}
TEXT = {"title": "A title", "body": "<p>A text.</p>", "body_format": "html", "then": "save"}

GUIDES = {
    "guides/": Address(EVERYBODY),
    "guides/feed.<str:suffix>": Address(EVERYBODY, XML),
    "guides/in/<words:space>/": Address(EVERYBODY, SPACE),
    "guides/in/<words:space>/feed.<str:suffix>": Address(EVERYBODY, SPACE | XML),
    "guides/in/<words:space>/new/": Address(STAFF, SPACE, post=STAFF, data=TEXT),
    "guides/<words:page>/": Address(EVERYBODY, PAGE),
    "guides/<words:page>/edit/": Address(MANAGERS, PAGE, post=MANAGERS, data=TEXT),
    "guides/<words:page>/publish/": act(
        only("manager", "owner", others=HIDES) | {"moderator": REFUSES}, **DRAFT
    ),
    "guides/<words:page>/unpublish/": act(MANAGERS, **PAGE),
    "guides/<words:page>/move/": act(MANAGERS, {"to": "down"}, **PAGE),
}
