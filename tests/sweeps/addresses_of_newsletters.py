"""Addresses of newsletters and segments."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import (
    ALL_MEMBERS,
    BY_POST_ONLY_FOR_ALL,
    EVERYBODY,
    MANAGERS,
    only,
)

WRITE = only("manager", "marketing", "owner")
DRAFT, OUT, WAITS = {"pk": "letter.pk"}, {"pk": "letter_out.pk"}, {"pk": "letter_waits.pk"}
TOKEN = {"token": "letter_token"}
SEGMENT = {"pk": "segment.pk"}
BLOCK = DRAFT | {"number": "=1"}
EDIT = "manage/newsletters/<int:pk>/"

NEWSLETTERS = {
    "newsletters/": Address(EVERYBODY),
    "newsletters/subscribe/": Address(
        BY_POST_ONLY_FOR_ALL, post=EVERYBODY, data={"email": "new@example.org"}
    ),
    "newsletters/unsubscribe/": act(ALL_MEMBERS),
    "newsletters/confirm/<str:token>/": Address(EVERYBODY, {"token": "letter_confirm"}, post=EVERYBODY),
    "newsletters/leave/<str:token>/": Address(EVERYBODY, TOKEN, post=EVERYBODY),
    "newsletters/<str:slug>/": Address(EVERYBODY, {"slug": "letter_out.slug"}),
    "mail/<str:token>/": Address(EVERYBODY, TOKEN),
    "mail/<str:token>/<int:number>/": Address(EVERYBODY, TOKEN | {"number": "=2"}),
    "manage/newsletters/": Address(WRITE),
    "manage/newsletters/new/": Address(WRITE, post=WRITE),
    EDIT: Address(WRITE, OUT),
    f"{EDIT}edit/": Address(WRITE, DRAFT, post=WRITE),
    f"{EDIT}subject/": act(WRITE, {"s-subject": "Knots"}, **DRAFT),
    f"{EDIT}drop-language/": act(WRITE, **DRAFT),
    f"{EDIT}blocks/": act(WRITE, {"act": "up", "block": "1"}, **DRAFT),
    f"{EDIT}blocks/new/<slug:kind>/": Address(WRITE, DRAFT | {"kind": "=text"}, post=WRITE),
    f"{EDIT}blocks/<int:number>/": Address(WRITE, BLOCK, post=WRITE),
    f"{EDIT}preview/": Address(WRITE, DRAFT),
    f"{EDIT}test/": act(WRITE, **DRAFT),
    f"{EDIT}send/": Address(MANAGERS, DRAFT, post=MANAGERS),
    f"{EDIT}cancel/": act(MANAGERS, **WAITS),
    f"{EDIT}resume/": act(MANAGERS, **OUT),
    f"{EDIT}leave/": act(MANAGERS, **OUT),
    f"{EDIT}archive/": act(WRITE, {"act": "out"}, **OUT),
    f"{EDIT}delete/": act(WRITE, **DRAFT),
    "manage/segments/": Address(WRITE),
    "manage/segments/new/": Address(WRITE, post=WRITE),
    "manage/segments/<int:pk>/edit/": Address(WRITE, SEGMENT, post=WRITE),
    "manage/segments/<int:pk>/delete/": act(WRITE, **SEGMENT),
}
