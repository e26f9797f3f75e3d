"""What a file of the demo says of ideas: as threads to write, then votes, answers, dates and merging."""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping
from typing import Any

from django.utils.html import escape

from communities.content.models import Thread
from communities.ideas.answering import answer_idea, assign_idea
from communities.ideas.boxes import Wishes, edit_box
from communities.ideas.exceptions import VotesSpent
from communities.ideas.joining import merge_ideas
from communities.ideas.models import IDEA, Box, Idea
from communities.ideas.services import vote_for
from communities.limits import without_limits
from communities.memory import forget_all
from communities.models import Membership

# Votes are cast one by one, as people do: so many of a hundred that the file says.
SHARE = 0.1
STATES = {
    "new": Idea.Status.NEW,
    "voting": Idea.Status.NEW,
    "under_review": Idea.Status.STUDIED,
    "planned": Idea.Status.PLANNED,
    "done": Idea.Status.DELIVERED,
    "declined": Idea.Status.DECLINED,
    "duplicate": Idea.Status.NEW,
}
HOUR = "10:30"


def threads_told(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The ideas of a file in the form of its threads, each with what else it says of it."""
    titles = {one["slug"]: one["title"] for one in said["ideas"]}
    return [_thread(one, said["box"], titles) for one in said["ideas"]]


def _thread(one: Mapping[str, Any], box: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    opening = {
        "n": 1,
        "author": one["author"],
        "day": one["day"],
        "time": HOUR,
        "body": _paragraph(one["body"]),
    }
    return {
        "slug": one["slug"],
        "space": box["space"],
        "kind": IDEA,
        "title": one["title"],
        "lang": one.get("lang", "fr"),
        "tags": [],
        "day": one["day"],
        "time": HOUR,
        "posts": [opening],
        "idea": {**one, "into": titles.get(one.get("merged_into", ""), "")},
        "box": box,
    }


def settle_demo(thread: Thread, said: Mapping[str, Any]) -> None:
    """Votes, answers and dates of one idea; of the first one of a box, what that asks."""
    one = said["idea"]
    with without_limits():
        _settle_box(thread, said["box"])
        _cast_votes(thread, round(one["votes"] * SHARE) or min(one["votes"], 3))
        _answer(thread, one)
        if one["into"]:
            target = Thread.objects.select_related("space").get(title=one["into"], kind=IDEA)
            merge_ideas(thread, target, by=_manager())


def _settle_box(thread: Thread, said: Mapping[str, Any]) -> None:
    if Box.objects.get(pk=thread.space_id).question:
        return
    wishes = Wishes(
        question=said["question"],
        rules="\n".join(said["rules"]),
        votes_each=said["votes_each"],
        sponsor=_person(said["sponsor"]),
    )
    edit_box(thread.space, wishes, by=_manager())
    forget_all()


def _cast_votes(thread: Thread, wanted: int) -> None:
    """People who were there, but those whom one can be: they have all their votes."""
    community = _manager().community
    cast = set(community.settings.get("demo_people", []))
    there = Membership.objects.shown().filter(joined_at__lte=thread.published_at).exclude(handle__in=cast)
    people = [one for one in there.order_by("pk") if one.can_write and one.pk != thread.author_id]
    random.Random(thread.slug).shuffle(people)  # noqa: S311
    for person in people:
        if wanted <= 0:
            return
        try:
            wanted -= vote_for(thread, by=person)
        except VotesSpent:
            continue


def _answer(thread: Thread, one: Mapping[str, Any]) -> None:
    assert thread.published_at is not None  # it was just published
    answers = one["answers"]
    for number, answer in enumerate(answers, 1):
        is_last = number == len(answers)
        status = STATES[one["status"]] if is_last else Idea.Status.STUDIED
        words = _paragraph(answer["text"])
        if is_last and status == Idea.Status.DELIVERED and "outcome" in one:
            words += _paragraph(f"{one['outcome']}.")
        at = thread.published_at + datetime.timedelta(days=answer["day"] - one["day"])
        # Experts of the workshop answer what was given to them.
        person = _person(answer["by"])
        assign_idea(thread, owner=person, due_on=None, by=_manager())
        answer_idea(thread, status=status, body=words, by=person, at=at)
    if answers and STATES[one["status"]] in Idea.OPEN:
        day = thread.published_at + datetime.timedelta(days=one.get("promised_day", 30) - one["day"])
        assign_idea(thread, owner=_person(answers[-1]["by"]), due_on=day.date(), by=_manager())


def _paragraph(words: str) -> str:
    return f"<p>{escape(words)}</p>"


def _person(handle: str) -> Membership:
    person: Membership = Membership.objects.with_handle(handle).get()
    return person


def _manager() -> Membership:
    manager: Membership | None = Membership.objects.active().filter(role=Membership.Role.MANAGER).first()
    assert manager is not None  # each community of the demo has one
    return manager
