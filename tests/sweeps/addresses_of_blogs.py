"""Addresses of members’ own blogs."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import ALL_MEMBERS, AUTHOR, EVERYBODY, REFUSES, only
from tests.sweeps.world import MEMBERS

OWNER = {"owner": "own_blog.owner.handle"}
OTHERS = only(*(role for role in MEMBERS if role != "member"), others=REFUSES)

OWN_BLOGS = {
    "blogs/<words:blog>/<words:article>/results/": Address(
        only("member", "marketing", "manager", "owner"),
        {"blog": "own_space.slug", "article": "own_article.slug"},
    ),
    "blogs/new/": Address(ALL_MEMBERS, post=ALL_MEMBERS, data={"space": "@own_space.slug"}),
    "blogs/people/": Address(EVERYBODY),
    "blogs/@<str:owner>/": Address(EVERYBODY, OWNER),
    "blogs/@<str:owner>/feed.<str:suffix>": Address(EVERYBODY, OWNER | {"suffix": "=xml"}),
    "blogs/@<str:owner>/settings/": Address(
        AUTHOR, OWNER, post=AUTHOR, data={"name": "Over water", "band": "paper"}
    ),
    "blogs/@<str:owner>/end/": act(AUTHOR, {"sure": "1"}, **OWNER),
    "blogs/@<str:owner>/follow/": act(OTHERS, **OWNER),
    "blogs/@<str:owner>/unfollow/": act(ALL_MEMBERS, **OWNER),
}
