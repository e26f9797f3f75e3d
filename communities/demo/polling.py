"""The demo’s polls: under the threads that its files say, with the votes of people who were there."""

from __future__ import annotations

import datetime
import random
from typing import Any

from django.utils import timezone

from communities.calendar import DAY
from communities.content.models import Thread
from communities.demo.reading import Entry
from communities.demo.scene import Scene
from communities.limits import without_limits
from communities.models import Membership
from communities.polls.models import Ballot, Poll
from communities.polls.queries import poll_of
from communities.polls.repeating import RepeatWishes, repeat_poll
from communities.polls.services import Wishes, add_poll
from communities.polls.voting import cast_vote

# Votes are cast one by one, as people do: so many of a poll, in the proportions of its file.
MOST_VOTES = 60
# From one opening to the next.
INTERVAL = {Poll.Every.WEEK: 7 * DAY}


def put_poll(draft: Thread, said: Entry, *, by: Membership) -> None:
    """The poll of a file, under its text; none for most."""
    asked = said.get("poll")
    if not asked:
        return
    options = [option["text"][:120] for option in asked["options"]]
    wishes = Wishes(
        asked.get("question", ""),
        options,
        way=asked.get("way", Poll.Way.ONE),
        shown=asked.get("shown", Poll.Shown.VOTED),
        named=bool(asked.get("named")),
        changeable=bool(asked.get("changeable")),
    )
    with without_limits():
        add_poll(draft, wishes, by=by)


def cast_votes(scene: Scene, thread: Thread, said: Entry) -> int:
    """What people answered, and when the poll closes; how many voted. The people one can be have not voted yet."""
    poll = poll_of(thread) if thread.inset else None
    if poll is None:
        return 0
    chance = random.Random(thread.slug)
    began: Any = thread.published_at
    cast = {one.pk for one in scene.cast}
    people = [one for one in scene.people.values() if one.joined_at <= began and one.pk not in cast]
    people = [one for one in people if one.can_write and one.pk != thread.author_id]
    chance.shuffle(people)
    wanted = _wanted(said, min(len(people), MOST_VOTES))
    with without_limits():
        for person, place in zip(people, wanted, strict=False):
            cast_vote(poll, _ballot(poll, place, chance), by=person)
    Ballot.objects.filter(poll=poll).update(cast_at=began + datetime.timedelta(hours=20))
    _date(poll, scene, said, began)
    _repeat(poll, scene, said)
    return len(wanted)


def _wanted(said: Entry, most: int) -> list[int]:
    """Which answer is named first, for each of those who vote."""
    counts = [option["votes"] for option in said["poll"]["options"]]
    scale = min(1.0, most / max(sum(counts), 1))
    return [place for place, count in enumerate(counts) for _n in range(int(count * scale))]


def _ballot(poll: Poll, place: int, chance: random.Random) -> list[int]:
    others = [other for other in range(len(poll.options)) if other != place]
    chance.shuffle(others)
    return [place, *others[: chance.randint(0, len(others))]] if poll.is_ranked else [place]


def _date(poll: Poll, scene: Scene, said: Entry, began: datetime.datetime) -> None:
    """It closes as many days from the demo’s today as the file says; who has to be told of one that has, was told."""
    closes = scene.clock.now + datetime.timedelta(days=said["poll"]["closes"])
    told = closes if closes <= timezone.now() else None
    Poll.objects.filter(pk=poll.pk).update(closes_at=closes, told_at=told, created_at=began)


def _repeat(poll: Poll, scene: Scene, said: Entry) -> None:
    """Where the file says so, its author lets it come back; whichever day the demo is told to begin on, the next one
    opens in days to come."""
    again = said["poll"].get("again")
    if again is None:
        return
    starts = scene.clock.at(again["day"], again["time"])
    while starts <= timezone.now():
        starts += INTERVAL[again["every"]]
    wishes = RepeatWishes(again["every"], starts, again["open_for"])
    poll.refresh_from_db()
    with without_limits():
        repeat_poll(poll, wishes, by=scene.people[said["author"]])
