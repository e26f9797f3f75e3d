"""Addresses of beta tests: what is announced is everybody’s, what is inside its testers’ and the moderators’."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import (
    ALL_MEMBERS,
    EVERYBODY,
    HIDES,
    MANAGERS,
    REFUSES,
    nobody,
    only,
)

TEST, REPORT = {"space": "trial.slug"}, {"slug": "report.slug"}
INSIDE = only("ambassador", "moderator", "manager", "owner", others=HIDES)
TESTERS = only("ambassador", others=HIDES)
# Its author, the one tester, may not do what those may who look after it.
HANDLERS = only("moderator", "manager", "owner", others=HIDES) | {"ambassador": REFUSES}
APPLICANTS = only("member", "ambassador", "marketing")
TEXT = {"title": "A lamp that hums", "body": "It hums.", "body_format": "markdown", "severity": "minor"}
SAID = {"product": "A lamp", "pledge": "I keep it to myself.", "places": "20"}

TRIALS = {
    # Nothing of it is public: there is no feed.
    "trials/feed.<str:suffix>": Address(nobody(HIDES), {"suffix": "=xml"}),
    "trials/t/<words:space>/feed.<str:suffix>": Address(
        nobody(HIDES), {"space": "trial.slug", "suffix": "=xml"}
    ),
    "trials/": Address(EVERYBODY),
    "trials/t/<words:space>/": Address(EVERYBODY, TEST),
    "trials/t/<words:space>/apply/": Address(APPLICANTS, TEST, post=APPLICANTS, data={"answer0": "At dusk"}),
    "trials/t/<words:space>/withdraw/": act(ALL_MEMBERS, **TEST),
    "trials/t/<words:space>/pledge/": Address(TESTERS, TEST, post=TESTERS, data={"number": "1"}),
    "trials/t/<words:space>/leave/": Address(TESTERS, TEST, post=TESTERS),
    "trials/t/<words:space>/report/": Address(EVERYBODY, {"space": "closed_trial.slug"}),
    "trials/t/<words:space>/new/": Address(INSIDE, TEST, post=INSIDE, data=TEXT),
    "trials/t/<words:space>/edit/": Address(MANAGERS, TEST, post=MANAGERS, data=SAID),
    "trials/t/<words:space>/testers/": Address(MANAGERS, TEST, post=MANAGERS, data={"answer": "waiting"}),
    "trials/t/<words:space>/testers/<int:pk>/remove/": act(MANAGERS, **TEST, pk="tester.pk"),
    "trials/t/<words:space>/release/": Address(
        MANAGERS, TEST, post=MANAGERS, data={"name": "1.0", "changes": "All"}
    ),
    "trials/t/<words:space>/close/": Address(
        MANAGERS, TEST, post=MANAGERS, data={"words": "Done", "report_for": "all"}
    ),
    "trials/f/<words:slug>/": Address(INSIDE, REPORT),
    "trials/f/<words:slug>/reply/": Address(
        only("ambassador", "moderator", "manager", "owner", others=HIDES, visitor=HIDES, outsider=HIDES),
        REPORT,
        post=only("ambassador", "moderator", "manager", "owner", others=HIDES, visitor=HIDES, outsider=HIDES),
        data=TEXT,
    ),
    "trials/f/<words:slug>/also/": act(HANDLERS, **REPORT),
    "trials/f/<words:slug>/not-also/": act(INSIDE, **REPORT),
    "trials/f/<words:slug>/follow/": act(INSIDE, **REPORT),
    "trials/f/<words:slug>/unfollow/": act(INSIDE, **REPORT),
    "trials/f/<words:slug>/edit/": Address(INSIDE, REPORT, post=INSIDE, data=TEXT),
    "trials/f/<words:slug>/state/": Address(HANDLERS, REPORT, post=HANDLERS, data={"state": "confirmed"}),
    "trials/f/<words:slug>/same/": Address(HANDLERS, REPORT, post=HANDLERS, data={"other": "a-lamp"}),
    "trials/f/<words:slug>/apart/": act(HANDLERS, slug="double.slug"),
}
