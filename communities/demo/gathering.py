"""The demo’s events: announced and registered for through the services, then put on the days that its files say."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from itertools import cycle

from django.db import transaction
from django.utils import timezone
from django.utils.html import escape

from communities.calendar import DAY
from communities.content.models import Post, State, Thread
from communities.content.services import publish_thread, reply_to
from communities.demo.parts import Say
from communities.demo.pictures import figure_of, with_pictures
from communities.demo.reading import Entry
from communities.demo.scene import Scene, while_writing
from communities.events.models import REMINDED_BEFORE, Event, Registration
from communities.events.registering import check_in, register
from communities.events.repeating import make_dates_of
from communities.events.series import Series, Wish
from communities.events.services import Facts, Written, change_event, stored_facts, write_event
from communities.events.teaming import TeamWish
from communities.events.teams import Team
from communities.limits import without_limits
from communities.models import Membership
from communities.scoping import community_scope

# An event is announced so long before; while it is made, it is to come.
ANNOUNCED_BEFORE = 21 * DAY
# Where a file says no other calendar.
USUAL_SPACE = "ateliers"
ONLINE = "online"


def settle_events(scene: Scene, say: Say) -> int:
    """All events of the files that are not there yet; how many."""
    made = 0
    with while_writing(scene):
        for said in scene.brand.events:
            with transaction.atomic(), community_scope(scene.community), without_limits():
                made += _settle(scene, said)
    if made:
        say(f"{scene.community.name}: {made} events.")
    return made


def _settle(scene: Scene, said: Entry) -> int:
    key = scene.key(said["slug"], 0)
    if Post.objects.filter(submission=key).exists():
        return 0
    host, clock = scene.people[said["host"]], scene.clock
    starts = clock.at(said["day"], said["time"])
    length = datetime.timedelta(minutes=said["minutes"])
    # People register by the clock of the machine, whichever day the demo is told to begin on.
    later = max(clock.now, timezone.now()) + 2 * DAY
    is_online = said["place"] == ONLINE
    facts = Facts(
        starts_at=later,
        ends_at=later + length,
        zone=scene.community.time_zone,
        place="" if is_online else said["place"],
        online_url=f"https://live.example.org/{said['slug']}" if is_online else "",
        capacity=said["capacity"],
        team_size=said.get("team_size"),
        questions="\n".join(said.get("asked", ())),
        price=said["price"],
    )
    text = Written(said["title"], f"<p>{escape(said['text'])}</p>", language=said["lang"], submission=key)
    space = scene.spaces[said.get("space", USUAL_SPACE)]
    thread = write_event(space, by=host, community=scene.community, text=text, facts=facts, draft=True)
    announced = min(starts - ANNOUNCED_BEFORE, clock.now - DAY)
    publish_thread(thread, by=host, at=announced, screened=True)
    event = Event.objects.select_related("thread__space").get(pk=thread.pk)
    _fill(scene, event, said, announced)
    _put_on_its_day(scene, event, starts, length)
    if "repeats" in said:
        _repeat(scene, thread, said["repeats"], host)
    _show_pictures(scene, thread, said, starts + length)
    return 1


def _fill(scene: Scene, event: Event, said: Entry, announced: datetime.datetime) -> None:
    """Those whom the file names come first, then others, until so many come and wait."""
    named = [scene.people[handle] for handle in said["attending"]]
    cast = {one.pk for one in (*scene.cast, *named)}
    others = [one for one in scene.people.values() if one.pk not in cast and one.can_write]
    random.Random(said["slug"]).shuffle(others)
    if event.team_size:
        people = _found_teams(scene, event, said, [*named, *others])
    else:
        wanted = min(said["registered"], said["capacity"]) + said["waiting"]
        people = [*named, *others][:wanted]
        for person, answers in zip(people, _answers(event, said), strict=False):
            register(event, by=person, wait=True, answers=answers)
    _arrive(event, said, host=scene.people[said["host"]])
    step = (scene.clock.now - announced) / (len(people) + 1)
    rows = list(Registration.objects.of(event).in_order())
    for place, row in enumerate(rows, 1):
        row.since = announced + place * step
        row.news = Registration.News.NONE
    Registration.objects.bulk_update(rows, ["since", "news"])


def _answers(event: Event, said: Entry) -> Iterator[dict[str, str]]:
    """What one after the other answers to the questions of an event."""
    for answer in cycle(said.get("answers", ("–",))):
        yield dict.fromkeys(event.asked, answer)


def _found_teams(scene: Scene, event: Event, said: Entry, people: list[Membership]) -> list[Membership]:
    """Its teams with those whom the file names; then others fill those that have a place. Who is in one."""
    inside: list[Membership] = []
    for named in said["teams"]:
        captain = scene.people[named["captain"]]
        own = register(event, by=captain, wait=True, team=TeamWish(name=named["name"]))
        members = [scene.people[handle] for handle in named["members"]]
        for person in members:
            register(event, by=person, wait=True, team=TeamWish(own.team_id))
        inside += [captain, *members]
    left = iter([one for one in people if one not in inside][: max(0, said["registered"] - len(inside))])
    for team in Team.objects.of(event).coming().with_room(event.team_size or 0).in_order():
        for _seat in range(Registration.objects.filter(team=team).count(), event.team_size or 0):
            newcomer = next(left, None)
            if newcomer is not None:
                register(event, by=newcomer, team=TeamWish(team.pk))
                inside.append(newcomer)
    return inside


def _repeat(scene: Scene, thread: Thread, every: str, host: Membership) -> None:
    """It becomes the first of a series, with the dates of the next weeks."""
    event = Event.objects.get(pk=thread.pk)
    facts = Facts(**stored_facts(event))
    change_event(thread, by=host, title=thread.title, tags=None, facts=facts, repeats=Wish(every))
    for number in Series.objects.filter(dates=thread.pk).values_list("pk", flat=True):
        make_dates_of(number, scene.community)


def _arrive(event: Event, said: Entry, *, host: Membership) -> None:
    for row in Registration.objects.of(event).coming().in_order()[: said.get("attended", 0)]:
        check_in(row, by=host, here=True)


def _put_on_its_day(
    scene: Scene, event: Event, starts: datetime.datetime, length: datetime.timedelta
) -> None:
    """Whoever had to be told of one that is over, or that begins within a day, was told."""
    told = starts - REMINDED_BEFORE if starts - REMINDED_BEFORE <= scene.clock.now else None
    Event.objects.filter(pk=event.pk).update(starts_at=starts, ends_at=starts + length, reminded_at=told)
    Registration.objects.of(event).filter(here_at__isnull=False).update(here_at=starts)
    Registration.objects.of(event).filter(since__gt=starts).update(since=starts - DAY)


def _show_pictures(scene: Scene, thread: Thread, said: Entry, ended: datetime.datetime) -> None:
    """What was shown of it afterwards, by who held it."""
    shown = Thread.objects.select_related("space", "community").get(pk=thread.pk)
    if shown.state != State.PUBLISHED:
        return
    host = scene.people[said["host"]]
    for number, picture in enumerate(said.get("photos", []), 1):
        figure = f"{figure_of(picture, picture['alt'])}<p>{escape(picture['text'])}</p>"
        body = with_pictures(figure, community=scene.community, by=host, language=said["lang"])
        reply_to(
            shown,
            by=host,
            body=body,
            submission=scene.key(said["slug"], number),
            at=min(ended + number * datetime.timedelta(hours=2), scene.clock.now),
        )
