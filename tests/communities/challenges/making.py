"""Challenges as tests need them, made through the services, then put into the phase that is asked for."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from communities.challenges.entering import enter_thread, write_entry
from communities.challenges.judging import answer_invitation, invite_juror
from communities.challenges.models import CONTESTS, Challenge, Entry, Juror, Rules
from communities.challenges.services import Facts, Written, write_challenge
from communities.challenges.timing import next_moment
from communities.content.models import Space, Thread
from communities.models import Membership
from tests.conftest import Cast
from tests.factories import make_memberships, make_space

HOUR = datetime.timedelta(hours=1)
DAY = 24 * HOUR
RULES = "One entry each\nYour own picture"


def make_contests(**fields: Any) -> Space:
    return make_space(**{"kind": CONTESTS, "slug": "contests", "name": "Contests", **fields})


def facts(**said: Any) -> Facts:
    """Open since an hour for ten days; then a week of votes; the result after another one."""
    now = timezone.now().replace(microsecond=0)
    usual: dict[str, Any] = {
        "opens_at": now - HOUR,
        "closes_at": now + 10 * DAY,
        "result_at": now + 24 * DAY,
        "prizes": "A splice\nA tea towel",
    }
    if said.get("way", "vote") in ("vote", "both"):
        usual["votes_until"] = now + 17 * DAY
    return Facts(**{**usual, **said})


def make_challenge(
    here: Cast,
    space: Space,
    *,
    by: Membership | None = None,
    title: str = "Knots that held",
    draft: bool = False,
    rules: str = RULES,
    **said: Any,
) -> Challenge:
    """A challenge of the manager, in scope."""
    thread = write_challenge(
        space,
        by=by or here.manager,
        community=here.community,
        text=Written(title, "<p>One picture of one knot.</p>"),
        facts=facts(**said),
        rules=rules,
        draft=draft,
    )
    return fresh(thread)


def fresh(challenge: Thread | Challenge) -> Challenge:
    return Challenge.objects.select_related("thread__space", "thread__community").get(pk=challenge.pk)


def enter(
    here: Cast, challenge: Challenge, *people: Membership, thread: Thread | None = None, title: str = "A knot"
) -> list[Entry]:
    """Each with a text written for it, or with this one of theirs."""
    rules = Rules.objects.of(challenge)[0].number
    if thread is not None:
        return [enter_thread(fresh(challenge), thread, by=people[0], rules=rules)]
    found = []
    for person in people:
        text = Written(f"{title} of {person.handle}", "<p>It held.</p>")
        written = write_entry(fresh(challenge), by=person, community=here.community, text=text, rules=rules)
        found.append(again(Entry.objects.get(challenge=challenge.pk, thread=written)))
    return found


def again(entry: Entry) -> Entry:
    return Entry.objects.select_related("thread__space", "challenge__thread__space").get(pk=entry.pk)


def put_into(challenge: Challenge, phase: str) -> Challenge:
    """As if the clock had come so far; what the job does is not done."""
    now, moments = timezone.now(), {}
    past = {"enter": 0, "vote": 1, "jury": 2, "over": 3}[phase]
    for place, name in enumerate(("closes_at", "votes_until", "result_at")):
        if getattr(challenge, name) is not None:
            moments[name] = now - (3 - place) * HOUR if past > place else now + (place + 1) * DAY
    Challenge.objects.filter(pk=challenge.pk).update(opens_at=now - 5 * DAY, **moments)
    found = fresh(challenge)
    Challenge.objects.filter(pk=challenge.pk).update(next_at=next_moment(found))
    return fresh(challenge)


def seat(challenge: Challenge, *people: Membership, by: Membership) -> list[Juror]:
    """People who were asked to judge, and said yes."""
    found = []
    for person in people:
        juror = invite_juror(fresh(challenge), person, by=by)
        answer_invitation(juror, by=person, accepts=True)
        found.append(Juror.objects.select_related("challenge__thread__space").get(pk=juror.pk))
    return found


def people_of(here: Cast, count: int) -> list[Membership]:
    """So many members more."""
    return make_memberships(*({"community": here.community} for _each in range(count)))


def places(challenge: Challenge) -> dict[int, int | None]:
    """The place of each entry, by the number of its membership."""
    rows: Sequence[Any] = Entry.objects.of(challenge).values_list("membership_id", "place")
    return dict(rows)
