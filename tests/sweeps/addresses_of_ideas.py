"""Addresses of ideas."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import (
    ALL_MEMBERS,
    AUTHOR_AND_JUDGES,
    EVERYBODY,
    JUDGES,
    MANAGERS,
    only,
)

RESULTS_AND_JUDGES = only("marketing", "moderator", "manager", "owner")
BOX, OVER = {"space": "box.slug"}, {"space": "closed_box.slug"}
IDEA = {"slug": "proposal.slug"}
TEXT = {"title": "A hook that glows", "body": "In the dark one finds it again.", "body_format": "markdown"}
ANSWER = {"status": "studied", "body": "We ask three makers.", "body_format": "markdown"}
SAID = {"question": "What is missing?", "votes_each": "5", "winners": "2"}

IDEAS = {
    "ideas/feed.<str:suffix>": Address(EVERYBODY, {"suffix": "=xml"}),
    "ideas/b/<words:space>/feed.<str:suffix>": Address(EVERYBODY, {"space": "box.slug", "suffix": "=xml"}),
    "ideas/": Address(EVERYBODY),
    "ideas/delivered/": Address(EVERYBODY),
    "ideas/b/<words:space>/": Address(EVERYBODY, BOX),
    "ideas/b/<words:space>/new/": Address(ALL_MEMBERS, BOX, post=ALL_MEMBERS, data=TEXT),
    "ideas/b/<words:space>/closing/": Address(EVERYBODY, OVER),
    "ideas/b/<words:space>/figures/": Address(RESULTS_AND_JUDGES, BOX),
    "ideas/b/<words:space>/follow/": act(ALL_MEMBERS, **BOX),
    "ideas/b/<words:space>/unfollow/": act(ALL_MEMBERS, **BOX),
    "ideas/b/<words:space>/edit/": Address(MANAGERS, BOX, post=MANAGERS, data=SAID),
    "ideas/b/<words:space>/reopen/": act(MANAGERS, **OVER),
    "ideas/b/<words:space>/papers/": Address(MANAGERS, BOX, post=MANAGERS, data={"title": "The plan"}),
    "ideas/papers/<int:pk>/": Address(EVERYBODY, {"pk": "box_paper.pk"}),
    "ideas/papers/<int:pk>/remove/": act(MANAGERS, pk="box_paper.pk"),
    "ideas/i/<words:slug>/": Address(EVERYBODY, IDEA),
    "ideas/i/<words:slug>/merged/": Address(EVERYBODY, {"slug": "merged_proposal.slug"}),
    "ideas/i/<words:slug>/reply/": Address(EVERYBODY, IDEA, post=ALL_MEMBERS, data=TEXT),
    "ideas/i/<words:slug>/vote/": act(ALL_MEMBERS, **IDEA),
    "ideas/i/<words:slug>/unvote/": act(ALL_MEMBERS, **IDEA),
    "ideas/i/<words:slug>/follow/": act(ALL_MEMBERS, **IDEA),
    "ideas/i/<words:slug>/unfollow/": act(ALL_MEMBERS, **IDEA),
    "ideas/i/<words:slug>/edit/": Address(AUTHOR_AND_JUDGES, IDEA, post=AUTHOR_AND_JUDGES, data=TEXT),
    "ideas/i/<words:slug>/status/": Address(JUDGES, IDEA, post=JUDGES, data=ANSWER),
    "ideas/i/<words:slug>/assign/": Address(JUDGES, IDEA, post=JUDGES, data={"due_on": ""}),
    "ideas/i/<words:slug>/merge/": Address(JUDGES, IDEA, post=JUDGES, data={"into": "a-hook"}),
}
