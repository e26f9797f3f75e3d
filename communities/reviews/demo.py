"""What a file of the demo says of reviews: as threads to write, then what stands beside each. Their things are there
before them (`communities/demo/reviewing.py`)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.html import escape

from communities.content.models import Post, Thread
from communities.limits import without_limits
from communities.models import Membership
from communities.reviews.models import REVIEW, Review, Thing
from communities.reviews.services import Facts, answer_review, place_review

HOUR = "17:20"


def threads_told(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The reviews of a file in the form of its threads, each with what else it says of it and of its thing."""
    return [_thread(one, thing, said["space"]) for thing in said["things"] for one in thing["reviews"]]


def _thread(one: Mapping[str, Any], thing: Mapping[str, Any], space: str) -> dict[str, Any]:
    when = {"day": one["day"], "time": HOUR}
    return {
        "slug": one["slug"],
        "space": space,
        "kind": REVIEW,
        "title": one["title"],
        "lang": one["lang"],
        "tags": [],
        "posts": [{"n": 1, "author": one["author"], "body": f"<p>{escape(one['body'])}</p>", **when}],
        "review": one,
        "thing": thing["name"],
        **when,
    }


def settle_demo(thread: Thread, said: Mapping[str, Any], post_numbered: Callable[[int], Post]) -> None:
    """What its author found, and what the brand answered."""
    one, by = said["review"], post_numbered(1).author
    assert by is not None  # it was just written
    assert thread.published_at is not None
    facts = Facts(
        rating=one["stars"],
        experienced_on=(thread.published_at - datetime.timedelta(days=one["used_days_ago"])).date(),
        pros="\n".join(one["pros"]),
        cons="\n".join(one["cons"]),
        counterpart=one.get("counterpart", False),
    )
    with without_limits():
        if not Review.objects.filter(thread=thread).exists():
            place_review(thread, Thing.objects.get(name=said["thing"]), by=by, facts=facts)
        if "answer" in one:
            _answer(thread, one)


def _answer(thread: Thread, one: Mapping[str, Any]) -> None:
    assert thread.published_at is not None
    answer = one["answer"]
    at = thread.published_at + datetime.timedelta(days=answer["day"] - one["day"])
    by = Membership.objects.with_handle(answer["by"]).get()
    body = f"<p>{escape(answer['text'])}</p>"
    answer_review(thread, by=by, body=body, at=min(at, timezone.now()))
