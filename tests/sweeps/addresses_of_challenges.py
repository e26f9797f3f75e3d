"""Addresses of challenges."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import ALL_MEMBERS, EVERYBODY, JUDGES, only

SPACE = {"space": "contests.slug"}
OPEN, VOTING = {"slug": "challenge.slug"}, {"slug": "challenge_vote.slug"}
JURY, DRAWN = {"slug": "challenge_jury.slug"}, {"slug": "challenge_draw.slug"}
OFF, ENTRY = {"slug": "challenge_off.slug"}, {"slug": "challenge_entry.slug"}
TEXT = {"title": "A title", "body": "<p>A text.</p>", "body_format": "html"}
ON_JURY = only("member", "ambassador")
FACTS = {
    "title": "Your next knot",
    "opens_at": "2030-01-10T18:00",
    "closes_at": "2030-01-20T18:00",
    "way": "vote",
    "votes_until": "2030-01-25T18:00",
    "result_at": "2030-01-26T18:00",
    "prizes": "A splice",
    "entries_each": "1",
}
C, E = "challenges/c/<words:slug>/", "challenges/e/<words:slug>/"

CHALLENGES = {
    "challenges/": Address(EVERYBODY),
    "challenges/feed.<str:suffix>": Address(EVERYBODY, {"suffix": "=xml"}),
    "challenges/winners/": Address(EVERYBODY),
    "challenges/new/": Address(ALL_MEMBERS),
    "challenges/in/<words:space>/": Address(EVERYBODY, SPACE),
    "challenges/in/<words:space>/feed.<str:suffix>": Address(EVERYBODY, SPACE | {"suffix": "=xml"}),
    "challenges/in/<words:space>/new/": Address(
        JUDGES,
        SPACE,
        post=JUDGES,
        data=FACTS | {"rules": "One each", "body": "<p>Show it.</p>", "body_format": "html"},
    ),
    "challenges/in/<words:space>/enter/": Address(ALL_MEMBERS, SPACE),
    C: Address(EVERYBODY, OPEN),
    f"{C}reply/": Address(EVERYBODY, OPEN, post=ALL_MEMBERS, data=TEXT),
    f"{C}follow/": act(ALL_MEMBERS, **OPEN),
    f"{C}unfollow/": act(ALL_MEMBERS, **OPEN),
    f"{C}rules/": Address(EVERYBODY, OPEN),
    f"{C}draw/": Address(EVERYBODY, DRAWN),
    "challenges/c/<words:slug>/draw.txt": Address(EVERYBODY, DRAWN),
    f"{C}enter/": Address(ALL_MEMBERS, OPEN, post=ALL_MEMBERS, data=TEXT | {"rules": "1", "agrees": "on"}),
    f"{C}withdraw/<int:pk>/": act(only("member"), **OPEN, pk="own_challenge_entry.pk"),
    f"{C}vote/<int:pk>/": act(ALL_MEMBERS, **VOTING, pk="challenge_voted.pk"),
    f"{C}unvote/": act(ALL_MEMBERS, **VOTING),
    f"{C}marks/": Address(
        ON_JURY, JURY, post=only("ambassador"), data={"entry": "@challenge_marked.pk", "abstain": "1"}
    ),
    f"{C}answer/": act(ON_JURY, {"answer": "yes"}, **JURY),
    f"{C}edit/": Address(JUDGES, OFF, post=JUDGES, data=FACTS),
    f"{C}rules/edit/": Address(JUDGES, OPEN, post=JUDGES, data={"rules": "One each"}),
    f"{C}cancel/": Address(JUDGES, OFF, post=JUDGES, data={"reason": "Ice"}),
    f"{C}jury/": Address(JUDGES, JURY, post=JUDGES, data={"handle": "nobody-here"}),
    f"{C}jury/<int:pk>/remove/": act(JUDGES, **JURY, pk="challenge_juror.pk"),
    f"{C}figures/": Address(JUDGES, VOTING),
    E: Address(EVERYBODY, ENTRY),
    f"{E}reply/": Address(EVERYBODY, ENTRY, post=ALL_MEMBERS, data=TEXT),
}
