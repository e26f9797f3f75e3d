"""Addresses of calls for projects."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import EVERYBODY, HIDES, MANAGERS, only

CALL, OVER, UNTOUCHED = {"pk": "call.pk"}, {"pk": "call_over.pk"}, {"pk": "call_untouched.pk"}
SENT, CHOSEN = {"pk": "call_application.pk"}, {"pk": "application_chosen.pk"}
# Neither those who decide nor those who judge.
APPLICANTS = only("member", "ambassador", "moderator", "marketing")
JURY = only("moderator", "manager", "owner")
# Of somebody’s application: whoever may not read it does not learn that it is there.
READERS = only("ambassador", "moderator", "manager", "owner", others=HIDES)
SAID = {
    "opens_at": "2030-01-10T18:00",
    "closes_at": "2030-02-10T18:00",
    "scale": "5",
    "words1": "What is it for?",
    "kind1": "line",
}

CALLS = {
    "calls/": Address(EVERYBODY),
    "calls/under/<uuid:public_id>/": Address(
        MANAGERS, {"public_id": "bare_call_post.public_id"}, post=MANAGERS, data=SAID
    ),
    "calls/<int:pk>/edit/": Address(MANAGERS, UNTOUCHED, post=MANAGERS, data=SAID | {"version": "1"}),
    "calls/<int:pk>/remove/": act(MANAGERS, **UNTOUCHED),
    "calls/<int:pk>/projects/": Address(
        only("manager", "owner", others=HIDES, visitor=HIDES, outsider=HIDES), OVER
    ),
    "calls/<int:pk>/publish/": act(MANAGERS, {"shown": "1"}, **OVER),
    "calls/<int:pk>/apply/": Address(
        APPLICANTS, UNTOUCHED, post=APPLICANTS, data={"title": "A cleat of felt"}
    ),
    "calls/<int:pk>/withdraw/": act(only("marketing", others=HIDES), **CALL),
    "calls/<int:pk>/applications/": Address(JURY, OVER),
    "calls/applications/<int:pk>/": Address(READERS, SENT),
    "calls/applications/<int:pk>/score/": act(
        only("moderator", others=HIDES) | {"ambassador": "refuses", "manager": "refuses", "owner": "refuses"},
        {"score0": "3", "score1": "2"},
        **SENT,
    ),
    "calls/applications/<int:pk>/conflict/": act(
        only("moderator", others=HIDES) | {"ambassador": "refuses", "manager": "refuses", "owner": "refuses"},
        **SENT,
    ),
    "calls/applications/<int:pk>/decide/": act(
        only("manager", "owner", others=HIDES) | {"ambassador": "refuses", "moderator": "refuses"},
        {"state": "selected", "words": "It turns.", "seen": "sent"},
        **SENT,
    ),
    "calls/applications/<int:pk>/plan/": act(
        only("manager", "owner", others=HIDES) | {"marketing": "refuses"},
        {"chance": "50", "expected": "900"},
        **CHOSEN,
    ),
    "calls/evaluations/<int:pk>/lift/": act(MANAGERS, pk="review_conflict.pk"),
    "calls/files/<int:pk>/": Address(READERS, {"pk": "application_file.pk"}),
}
