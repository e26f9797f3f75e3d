"""Addresses of members’ own blogs, of articles that editors read, and of threads that are merged and split."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.addresses_of_forums import FORUMS
from tests.sweeps.audiences import (
    ALL_MEMBERS,
    AUTHOR,
    EVERYBODY,
    HIDES,
    JUDGES,
    MANAGERS,
    REFUSES,
    nobody,
    only,
)
from tests.sweeps.world import MEMBERS

OWNER = {"owner": "own_blog.owner.handle"}
OTHERS = only(*(role for role in MEMBERS if role != "member"), others=REFUSES)

# Whoever looks after the space reaches the draft, and decides nothing about it.
REVIEW = only("member", "manager", "owner", others=HIDES) | {"moderator": REFUSES}
REVIEWED = {"blog": "reviewed_space.slug", "article": "submitted.slug"}
THREAD = {"slug": "thread.slug"}

SERIES = {"series": "own_series.slug"}
# Whoever began it orders it; whoever looks after its space may end it.
ENDS = only("member", "moderator", "manager", "owner")

OWN_BLOGS = {
    "blogs/<words:blog>/<words:article>/authors/": Address(
        REVIEW, REVIEWED, post=REVIEW, data={"act": "invite", "person": "@here.marketing.handle"}
    ),
    "blogs/series/<words:series>/": Address(EVERYBODY, SERIES),
    "blogs/series/<words:series>/feed.<str:suffix>": Address(EVERYBODY, SERIES | {"suffix": "=xml"}),
    "blogs/series/<words:series>/edit/": Address(
        ENDS, SERIES, post=only("member"), data={"act": "up", "part": "0"}
    ),
    "blogs/<words:blog>/series/": Address(EVERYBODY, {"blog": "own_space.slug"}),
    "blogs/<words:blog>/series/start/": act(ALL_MEMBERS, {"title": "Under way"}, blog="own_space.slug"),
    **FORUMS,
    "blogs/<words:blog>/<words:article>/review/": Address(
        REVIEW, REVIEWED, post=REVIEW, data={"act": "return", "round": "", "version": ""}
    ),
    "blogs/<words:blog>/<words:article>/review/notes/<int:note>/": act(
        REVIEW, {"act": "settle"}, **REVIEWED, note="review_note.pk"
    ),
    "blogs/<words:blog>/checklist/": Address(
        MANAGERS, {"blog": "reviewed_space.slug"}, post=MANAGERS, data={"lines": "Sources are named"}
    ),
    "blogs/approvals/": Address(MANAGERS),
    # Of a thread that is soon read there is none.
    "t/<words:slug>/summary/": Address(nobody(HIDES), THREAD),
    "t/<words:slug>/merge/": Address(JUDGES, THREAD, post=JUDGES, data={"into": "nowhere"}),
    "t/<words:slug>/split/": Address(JUDGES, THREAD, post=JUDGES, data={"title": "", "posts": "0"}),
    # Of what was taken back meanwhile; the rest is in tests/communities/content/test_undo_regrouped.py.
    "t/<words:slug>/regrouped/<int:pk>/undo/": act(JUDGES, **THREAD, pk="=0"),
    "blogs/<words:blog>/<words:article>/results/": Address(
        only("member", "marketing", "manager", "owner"),
        {"blog": "own_space.slug", "article": "own_article.slug"},
    ),
    "blogs/<words:blog>/<words:article>/results/table/": Address(
        only("member", "marketing", "manager", "owner"),
        {"blog": "own_space.slug", "article": "own_article.slug"},
    ),
    "blogs/<words:blog>/results/": Address(only("marketing", "manager", "owner"), {"blog": "own_space.slug"}),
    "blogs/@<str:owner>/results/": Address(only("member", "marketing", "manager", "owner"), OWNER),
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
