"""Addresses of events."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import (
    ALL_MEMBERS,
    AUTHOR_AND_JUDGES,
    EVERYBODY,
    HIDES,
    JUDGES,
    only,
)

SPACE, EVENT = {"space": "calendar_space.slug"}, {"slug": "event.slug"}
OVER = {"slug": "event_over.slug"}
CALLED_OFF = {"slug": "event_called_off.slug"}
FACTS = {
    "title": "Splicing in the loft",
    "starts_at": "2030-01-10T18:00",
    "ends_at": "2030-01-10T20:00",
    "zone": "Europe/Paris",
    "place": "The loft",
}
TEXT = {"title": "A title", "body": "<p>A text.</p>", "body_format": "html"}

EVENTS = {
    "events/": Address(EVERYBODY),
    "events/feed.<str:suffix>": Address(EVERYBODY, {"suffix": "=xml"}),
    "events/calendar.ics": Address(EVERYBODY),
    "events/mine/": Address(ALL_MEMBERS, post=ALL_MEMBERS),
    "events/mine/<str:token>.ics": Address(EVERYBODY, {"token": "own_calendar_token"}),
    "events/new/": Address(ALL_MEMBERS),
    "events/in/<words:space>/": Address(EVERYBODY, SPACE),
    "events/in/<words:space>/feed.<str:suffix>": Address(EVERYBODY, SPACE | {"suffix": "=xml"}),
    "events/in/<words:space>/new/": Address(
        ALL_MEMBERS,
        SPACE,
        post=ALL_MEMBERS,
        data=FACTS | {"body": "<p>Bring rope.</p>", "body_format": "html"},
    ),
    "events/in/<words:space>/follow/": act(ALL_MEMBERS, **SPACE),
    "events/in/<words:space>/unfollow/": act(ALL_MEMBERS, **SPACE),
    "events/e/<words:slug>/": Address(EVERYBODY, EVENT),
    "events/e/<words:slug>.ics": Address(EVERYBODY, EVENT),
    "events/e/<words:slug>/reply/": Address(EVERYBODY, EVENT, post=ALL_MEMBERS, data=TEXT),
    "events/e/<words:slug>/edit/": Address(AUTHOR_AND_JUDGES, EVENT, post=AUTHOR_AND_JUDGES, data=FACTS),
    "events/e/<words:slug>/cancel/": Address(
        AUTHOR_AND_JUDGES, CALLED_OFF, post=AUTHOR_AND_JUDGES, data={"reason": "Ice"}
    ),
    "events/e/<words:slug>/register/": act(ALL_MEMBERS, {"wait": "1", "guests": "1"}, **EVENT),
    "events/e/<words:slug>/unregister/": act(ALL_MEMBERS, **EVENT),
    "events/e/<words:slug>/attendees/": Address(
        AUTHOR_AND_JUDGES, EVENT, post=AUTHOR_AND_JUDGES, data={"person": "nobody-here"}
    ),
    "events/e/<words:slug>/attendees.csv": Address(AUTHOR_AND_JUDGES, EVENT),
    "events/e/<words:slug>/attendees/<int:pk>/check-in/": act(
        AUTHOR_AND_JUDGES, slug="event.slug", pk="registration.pk"
    ),
    "events/e/<words:slug>/door/": Address(AUTHOR_AND_JUDGES, EVENT),
    "events/e/<words:slug>/door/list/": Address(AUTHOR_AND_JUDGES, EVENT),
    "events/e/<words:slug>/door/phone/": Address(AUTHOR_AND_JUDGES, EVENT),
    "events/e/<words:slug>/door/ticks/": act(AUTHOR_AND_JUDGES, slug="event.slug"),
    # Whoever it belongs to comes to their registration; nobody else learns anything.
    "events/here/<str:token>/": Address(
        only("member", "moderator", "manager", "owner", "ambassador", others=HIDES), {"token": "door_token"}
    ),
    "events/here/<str:token>.png": Address(EVERYBODY, {"token": "door_token"}),
    "events/e/<words:slug>/report/": Address(
        AUTHOR_AND_JUDGES, OVER, post=AUTHOR_AND_JUDGES, data={"body": "It was good.", "body_format": "html"}
    ),
    "events/in/<words:space>/bring/": Address(JUDGES, SPACE, post=JUDGES),
    # Also the captain of a team, of whom there is none in this world.
    "events/e/<words:slug>/attendees/<int:pk>/take-off/": act(
        AUTHOR_AND_JUDGES, slug="event.slug", pk="registration.pk"
    ),
}
