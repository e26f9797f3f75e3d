"""The demo’s challenges: opened, entered, voted on and judged through the services, then put on their days."""

from __future__ import annotations

import datetime
import random

from django.db import transaction
from django.utils import timezone
from django.utils.html import escape

from communities.calendar import DAY
from communities.challenges.deciding import decide
from communities.challenges.entering import write_entry
from communities.challenges.judging import answer_invitation, assess, invite_juror
from communities.challenges.models import Challenge, Entry, Juror, Rules, Vote
from communities.challenges.queries import judged_entries
from communities.challenges.services import Facts, Written, change_rules, held, write_challenge
from communities.challenges.timing import next_moment, reached
from communities.challenges.voting import vote_for
from communities.content.models import Post, Thread
from communities.content.services import date_thread, publish_thread
from communities.demo.parts import Say
from communities.demo.pictures import figure_of, with_pictures
from communities.demo.reading import Entry as Said
from communities.demo.scene import Scene, while_writing
from communities.limits import without_limits
from communities.models import Membership
from communities.scoping import community_scope

HOUR = datetime.timedelta(hours=1)
# At this hour entries open and close, votes close and winners are found.
AT = "20:00"


def settle_challenges(scene: Scene, say: Say) -> int:
    """All challenges of the files that are not there yet; how many."""
    made = 0
    with while_writing(scene):
        for said in scene.brand.challenges:
            with transaction.atomic(), community_scope(scene.community), without_limits():
                made += _settle(scene, said)
    if made:
        say(f"{scene.community.name}: {made} challenges.")
    return made


def _settle(scene: Scene, said: Said) -> int:
    key = scene.key(said["slug"], 0)
    if Post.objects.filter(submission=key).exists():
        return 0
    host = scene.people[said["host"]]
    # While it is made, it is to close: by the clock of the machine, whichever day the demo is told to begin on.
    now = timezone.now()
    votes = said["way"] in ("vote", "both")
    facts = Facts(
        opens_at=now - HOUR,
        closes_at=now + 2 * DAY,
        votes_until=now + 3 * DAY if votes else None,
        result_at=now + 4 * DAY,
        way=said["way"],
        finalists=said.get("finalists", 10),
        entries_each=said.get("entries_each", 1),
        entry_kinds=said.get("entry_kinds", []),
        criteria="\n".join(said.get("criteria", [])),
        prizes="\n".join(said["prizes"]),
        afterwards=said["afterwards"],
    )
    text = Written(said["title"], f"<p>{escape(said['brief'])}</p>", language=said["lang"], submission=key)
    thread = write_challenge(
        scene.spaces[said["space"]],
        by=host,
        community=scene.community,
        text=text,
        facts=facts,
        rules="\n".join(said["rules"]),
        draft=True,
    )
    opened = scene.clock.at(said["opened_day"], "09:00")
    publish_thread(thread, by=host, at=opened, screened=True)
    Rules.objects.filter(challenge=thread.pk).update(since=opened)
    _enter(scene, thread, said)
    _ask_jury(scene, thread, said)
    _run(scene, thread, said)
    return 1


def _fresh(thread: Thread) -> Challenge:
    found: Challenge = Challenge.objects.select_related("thread__space").get(pk=thread.pk)
    return found


def _enter(scene: Scene, thread: Thread, said: Said) -> None:
    """Each by its author; a second version of the rules after half of them."""
    rules, half = 1, len(said["entries"]) // 2
    for number, one in enumerate(said["entries"], 1):
        if number == half and said.get("changed_rules"):
            words = "\n".join(said["changed_rules"])
            made = change_rules(_fresh(thread).thread, words, by=scene.people[said["host"]])
            rules = made.number if made is not None else rules
            Rules.objects.filter(challenge=thread.pk, number=rules).update(
                since=scene.clock.at(one["day"], "09:00")
            )
        _write(scene, thread, said, one, number, rules)
    Challenge.objects.filter(pk=thread.pk).update(rules_told=rules)


def _write(scene: Scene, thread: Thread, said: Said, one: Said, number: int, rules: int) -> None:
    author = scene.people[one["author"]]
    figure = f"{figure_of(one, one['art_alt'])}<p>{escape(one['text'])}</p>"
    body = with_pictures(figure, community=scene.community, by=author, language=said["lang"])
    key = scene.key(said["slug"], number)
    text = Written(one["title"], body, language=said["lang"], submission=key)
    written = write_entry(_fresh(thread), by=author, community=scene.community, text=text, rules=rules)
    at = scene.clock.at(one["day"], "10:30")
    date_thread(written, by=scene.manager, at=at)
    Entry.objects.filter(thread=written).update(entered_at=at)


def _ask_jury(scene: Scene, thread: Thread, said: Said) -> None:
    asked = scene.clock.at(said["opened_day"], "11:00")
    for handle in said.get("judges", []):
        person = scene.people[handle]
        juror = invite_juror(_fresh(thread), person, by=scene.people[said["host"]])
        answer_invitation(juror, by=person, accepts=True)
    Juror.objects.of(thread.pk).update(invited_at=asked, told_at=asked, accepted_at=asked + DAY)


def _run(scene: Scene, thread: Thread, said: Said) -> None:
    """Its phases one after the other, as far as they are over by now; then the days of the file."""
    clock, now = scene.clock, timezone.now()
    days = {
        "opens_at": clock.at(said["opened_day"], "09:30"),
        "closes_at": clock.at(said["closes_day"], AT),
        "votes_until": clock.at(said["votes_day"], AT) if "votes_day" in said else None,
        "result_at": clock.at(said["result_day"], AT),
    }
    rows = Challenge.objects.filter(pk=thread.pk)
    closed = days["closes_at"] is not None and days["closes_at"] <= clock.now
    if closed and days["votes_until"] is not None:
        rows.update(closes_at=now - HOUR)
        _vote(scene, thread, said, days["closes_at"] or now)
    if closed and said["way"] == "jury":
        rows.update(closes_at=now - HOUR)
        _judge(scene, thread, said)
    rows.update(**days)
    challenge = held(thread.pk)
    if challenge.result_at <= clock.now:
        decide(challenge)
        rows.update(decided_at=challenge.result_at)
        return
    stages = reached(challenge, clock.now)
    challenge.stage = stages[-1] if stages else challenge.stage
    challenge.next_at = next_moment(challenge)
    challenge.save(update_fields=["stage", "next_at"])


def _vote(scene: Scene, thread: Thread, said: Said, since: datetime.datetime) -> None:
    """So many members, but those whom one can be: they have their votes; by the weights of the file."""
    weights = {scene.key(said["slug"], number): one["votes"] for number, one in enumerate(said["entries"], 1)}
    entries = {
        entry.thread.opening().submission: entry
        for entry in Entry.objects.of(thread.pk).select_related("thread", "challenge__thread__space")
    }
    cast = {one.pk for one in scene.cast}
    people = [one for one in _members(since) if one.pk not in cast]
    chance = random.Random(said["slug"])
    chance.shuffle(people)
    for person in people[: said["voters"]]:
        offered = [key for key, entry in entries.items() if entry.membership_id != person.pk]
        chosen = chance.choices(offered, [weights[key] for key in offered])[0]
        vote_for(entries[chosen], by=person)
    span = max(scene.clock.now - since, HOUR)
    votes = list(Vote.objects.of(thread.pk).order_by("pk"))
    for place, vote in enumerate(votes, 1):
        vote.cast_at = since + span * place / (len(votes) + 1)
    Vote.objects.bulk_update(votes, ["cast_at"])


def _members(since: datetime.datetime) -> list[Membership]:
    there = Membership.objects.shown().filter(joined_at__lte=since).order_by("pk")
    return [one for one in there if one.can_write]


def _judge(scene: Scene, thread: Thread, said: Said) -> None:
    by_author = {one["author"]: one["marks"] for one in said["entries"]}
    challenge = _fresh(thread)
    for entry in judged_entries(challenge).select_related("membership"):
        for handle, marks in by_author[entry.membership.handle].items():
            person = scene.people[handle]
            juror = Juror.objects.of(challenge).get(membership=person)
            assess(juror, entry, by=person, marks=marks)
