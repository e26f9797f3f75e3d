"""Addresses of the launch plan at the team’s desk."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import EVERYBODY, HIDES, MANAGERS, only

STAGE = {"stage": "stage.place"}
PLAN_READERS = only("manager", "owner", "marketing")

LAUNCH = {
    "manage/launch/": Address(PLAN_READERS),
    "soon/": Address(EVERYBODY),
    "manage/launch/soon/": Address(PLAN_READERS),
    "manage/launch/log/": Address(MANAGERS),
    "manage/launch/preview/leave/": act(MANAGERS),
    "manage/launch/waiting-list/": Address(MANAGERS),
    "manage/launch/waiting-list/admit/": act(MANAGERS, {"first": "1"}),
    # Nobody is ticked.
    "manage/launch/waiting-list/refuse/": act(MANAGERS, {"answer": "Not now."}),
    "manage/launch/waiting-list/refused/": Address(MANAGERS),
    "manage/launch/waiting-list/expired/": Address(MANAGERS),
    # Nobody is ticked.
    "manage/launch/waiting-list/expired/again/": act(MANAGERS),
    "manage/launch/waiting-list/<int:place>/put-back/": act(MANAGERS, place="waiting.pk"),
    "manage/launch/brought/": Address(MANAGERS),
    "manage/launch/waves/": Address(
        MANAGERS, post=MANAGERS, data={"name": "A wave", "addresses": "two@example.org"}
    ),
    "manage/launch/waves/<int:wave>/send/": act(MANAGERS, wave="wave.pk"),
    "manage/launch/propose/": act(MANAGERS),
    "manage/launch/stages/<int:stage>/begin-anew/": Address(MANAGERS, STAGE, post=MANAGERS),
    "manage/launch/stages/new/": Address(
        MANAGERS, post=MANAGERS, data={"name": "More", "audience": "team", "opening": "hand"}
    ),
    "manage/launch/stages/<int:stage>/": Address(PLAN_READERS, STAGE),
    "manage/launch/stages/<int:stage>/edit/": Address(MANAGERS, STAGE, post=MANAGERS),
    "manage/launch/stages/<int:stage>/remove/": act(MANAGERS, **STAGE),
    "manage/launch/stages/<int:stage>/open/": Address(MANAGERS, STAGE, post=MANAGERS),
    "manage/launch/stages/<int:stage>/pause/": Address(MANAGERS, STAGE, post=MANAGERS),
    "manage/launch/stages/<int:stage>/resume/": Address(MANAGERS, STAGE, post=MANAGERS),
    "manage/launch/stages/<int:stage>/roll-back/": Address(MANAGERS, STAGE, post=MANAGERS),
    "manage/launch/stages/<int:stage>/watch/": Address(PLAN_READERS, STAGE),
    "manage/launch/stages/<int:stage>/watch/limits/": Address(MANAGERS, STAGE, post=MANAGERS),
    "manage/launch/stages/<int:stage>/announce/": act(MANAGERS, **STAGE),
    # Whose eyes? Nobody's: a walk that began here would go on in the tests that follow; flows.py takes one.
    "manage/launch/stages/<int:stage>/preview/": act(
        only("manager", "owner") | {"manager": HIDES, "owner": HIDES}, **STAGE
    ),
}
