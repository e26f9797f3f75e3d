"""Calls as tests need them, made through the services."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from communities.calls.applying import Said, save_application
from communities.calls.deciding import move_application
from communities.calls.models import Application, Call
from communities.calls.services import Wishes, add_call
from communities.content.models import Thread
from communities.models import Membership
from tests.conftest import Cast
from tests.factories import make_thread

DAY = datetime.timedelta(days=1)
CONDITIONS = ("I am over 18.", "The project is mine.")
CRITERIA = ({"name": "Good in a gale", "weight": 3}, {"name": "Can be mended", "weight": 1})


def asks(place: int, words: str, kind: str = "line", *, required: bool = False, options: Any = ()) -> Any:
    return {
        "key": f"q{place}", "words": words, "kind": kind, "required": required, "options": list(options),
    }  # fmt: skip


QUESTIONS = (
    asks(1, "What is it for?", "text", required=True),
    asks(2, "How much does it weigh, in kilograms?", "number"),
    asks(3, "Where is it used?", "choice", options=("Ashore", "Afloat")),
    asks(4, "From when on?", "day"),
    asks(5, "Your drawing", "file"),
)


def a_paper(name: str = "drawing.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 of a block")


def wishes(**said: Any) -> Wishes:
    now = timezone.now()
    usual: dict[str, Any] = {
        "opens_at": now - DAY,
        "closes_at": now + 5 * DAY,
        "conditions": CONDITIONS,
        "questions": QUESTIONS,
        "criteria": CRITERIA,
        "scale": 5,
    }
    return Wishes(**usual | said)


def make_call(here: Cast, *, title: str = "Blocks that can be mended", **said: Any) -> Call:
    """An open call under a new thread of the manager, in scope."""
    thread = make_thread(here.forum, by=here.manager, title=title)
    return add_call(thread, wishes(**said), by=here.manager)


def again(call: Call) -> Call:
    """The call as its pages read it."""
    found = Call.objects.get(pk=call.pk)
    found.thread = Thread.objects.select_related("space", "community").get(pk=call.thread_id)
    return found


def close(call: Call) -> Call:
    """Its hour has come."""
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() - datetime.timedelta(minutes=1))
    return again(call)


def said(title: str = "A block of ash", **more: Any) -> Said:
    usual: dict[str, Any] = {
        "summary": "Two screws, and it is in parts.",
        "answers": {"q1": "For the mainsheet."},
        "confirmed": (0, 1),
    }
    return Said(title, **usual | more)


def apply(call: Call, *, by: Membership, send: bool = True, **more: Any) -> Application:
    made = save_application(again(call), said(**more), by=by, send=send)
    return of(made)


def of(application: Application) -> Application:
    """The application as its pages read it."""
    found = Application.objects.get(pk=application.pk)
    found.call = again(found.call)
    return found


def move(application: Application, state: str, *, by: Membership, words: str = "It holds.") -> Application:
    fresh = of(application)
    move_application(fresh, state, words=words, by=by, seen=fresh.state)
    return of(application)
