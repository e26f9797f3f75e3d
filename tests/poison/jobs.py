"""For each job of beat’s table, where one of the things that it does can be made to fail.

A job that does many things one after the other names the function that does one of them, where the job looks it up.
`find` makes three things due, each of one of three communities, or gives the job three to find. A job that does one
thing says so, in words: the test takes no other answer.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from analytics.capture.recording import Hit
from communities.models import Community, Domain
from communities.promotions.counting import Minute
from communities.scoping import active_community_id
from members.models import LeftFile, OwedJob

Patch = pytest.MonkeyPatch
Find = Callable[[Patch, list[Community]], object]
DAY = datetime.timedelta(days=1)


def whose(*given: Any, **named: Any) -> int:
    """Which of the communities a call is about: by its first argument, or by the scope that it is made in."""
    first = given[0] if given else None
    if isinstance(first, Community):
        return first.pk
    return active_community_id() or 0


@dataclass(frozen=True)
class Many:
    """`work` is what does one thing; `answer` what it says when it went well."""

    work: str
    find: Find = lambda patch, communities: None
    answer: Any = 1
    whose: Callable[..., int | set[int]] = whose
    # What its row says is set aside.
    what: str = "community"
    # Whether the next run leaves it out: what is read once is not met again, and claims have a pause of their own.
    left_out: bool = True
    # Its way to say no, where it raises nothing.
    refuses: bool = False


@dataclass(frozen=True)
class One:
    """Why nothing can stand in another’s way."""

    why: str


def asked(module: str) -> Find:
    """The question which communities are due is answered with all of them."""

    def find(patch: Patch, communities: list[Community]) -> None:
        ids = [one.pk for one in communities]
        patch.setattr(f"{module}.communities_by_question", lambda _question, _values: ids)

    return find


def with_row_of(module: str, name: str) -> Find:
    """The question answered, and in each community one row, whose number is the community’s own."""

    def find(patch: Patch, communities: list[Community]) -> None:
        asked(module)(patch, communities)
        patch.setattr(f"{module}.{name}", lambda _moment: [active_community_id()])

    return find


def going_away(patch: Patch, communities: list[Community]) -> None:
    Community.objects.update(deletes_at=timezone.now() - DAY, state=Community.State.DRAFT)


def with_former_files(patch: Patch, communities: list[Community]) -> None:
    Community.objects.update(settings={"brand": {"former": {}}})


def counted_minute(patch: Patch, communities: list[Community]) -> None:
    minute = Minute(timezone.now(), {one.pk: {} for one in communities})
    patch.setattr("communities.promotions.services.settled_minutes", lambda _now: [minute])
    patch.setattr("communities.promotions.services.forget_minute", lambda _minute: None)


class Followed:
    """Redis with one followed address in each community."""

    def __init__(self, communities: list[Community]) -> None:
        self.counts = {f"{one.pk}:1": "1" for one in communities}

    def exists(self, _key: str) -> bool:
        return True

    def hgetall(self, _key: str) -> dict[str, str]:
        return self.counts

    def delete(self, _key: str) -> None:
        pass


def followed(patch: Patch, communities: list[Community]) -> None:
    patch.setattr("communities.content.redirect_hits._connect", lambda: Followed(communities))


positions = itertools.count(1)


def streamed(module: str, item: Callable[[Community], list[Any]]) -> Find:
    """The stream holds one item of each community, and is at its end then."""

    def find(patch: Patch, communities: list[Community]) -> None:
        end = f"{next(positions)}-0"
        full = iter([([item(one) for one in communities], end)])
        patch.setattr(f"{module}.read_stream", lambda _name, _after, _most: next(full, ([], end)))
        patch.setattr(f"{module}.trim_stream", lambda _name, _upto: None)

    return find


def hit_of(community: Community) -> list[Any]:
    values = {"community_id": community.pk, "at": 0, "kind": 1, "visitor": 1, "earlier": 0}
    return [values.get(name, "") for name in Hit._fields]


def day_of(community: Community) -> list[Any]:
    return [community.pk, "2026-11-01", 1, 1]


def exports(patch: Patch, communities: list[Community]) -> None:
    asked("communities.archive.tasks")(patch, communities)
    patch.setattr("communities.archive.tasks.comings_to_resume", lambda _moment: [])


def domains(patch: Patch, communities: list[Community]) -> None:
    Domain.objects.all().delete()
    for one in communities:
        Domain.objects.create(
            community=one, host=f"{one.slug}.example", token="t", due_at=timezone.now() - DAY
        )
    patch.setattr("communities.console.reach.checking.platform_addresses", tuple)
    patch.setattr("communities.console.reach.checking.take_findings", lambda *_given: None)


def by_host(host: str, *_rest: Any) -> int:
    return Domain.objects.get(host=host).community_id or 0


def senders(patch: Patch, communities: list[Community]) -> None:
    rows = [SimpleNamespace(pk=one.pk, community_id=one.pk, address="a@b.example") for one in communities]
    patch.setattr("communities.console.reach.checking._in_time", lambda _claim, _longest: iter(rows))
    patch.setattr("communities.console.reach.checking.take_sender_findings", lambda *_given: None)


def old_mails(patch: Patch, communities: list[Community]) -> None:
    ids = [one.pk for one in communities]
    known = SimpleNamespace(with_old_mails=lambda *_given: ids)
    patch.setattr("members.mails.sending._communities", known)


def waiting_mails(patch: Patch, communities: list[Community]) -> None:
    """One look finds all of them; the next one, that nothing is left."""
    looks = iter([[one.pk for one in communities]])
    known = SimpleNamespace(with_mails=lambda *_given: next(looks, []))
    patch.setattr("members.mails.sending._communities", known)
    patch.setattr("members.mails.sending._Run._pick_up", lambda _run: True)


def first(number: Any, *_rest: Any) -> int:
    return int(number or 0)


def uncounted(patch: Patch, communities: list[Community]) -> None:
    ids = [one.pk for one in communities]
    patch.setattr("communities.console.operator.figures._due", lambda _most: ids)


def looks(patch: Patch, communities: list[Community]) -> None:
    kinds = {one.pk: None for one in communities}
    patch.setattr("communities.console.operator.alarms.LOOKS", kinds)
    patch.setattr("communities.console.operator.alarms.leave_mark", lambda: None)


def owed(patch: Patch, communities: list[Community]) -> None:
    for one in communities:
        OwedJob.objects.get_or_create(name="a.job", options={"community_id": one.pk})


def left(patch: Patch, communities: list[Community]) -> None:
    for one in communities:
        LeftFile.objects.get_or_create(path=str(one.pk))


JOBS: dict[str, Many | One] = {
    "publish-due-threads": Many("communities.content.tasks.publish_due", asked("communities.content.tasks")),
    "retire-due-threads": Many("communities.content.tasks.retire_due", asked("communities.content.tasks")),
    "write-waiting-mails": Many(
        "communities.notifications.tasks.write_waiting", asked("communities.notifications.tasks")
    ),
    "write-digests": Many(
        "communities.notifications.tasks.write_due", asked("communities.notifications.tasks")
    ),
    "send-to-devices": Many(
        "communities.notifications.tasks.send_waiting", asked("communities.notifications.tasks")
    ),
    "tell-late-news": Many(
        "communities.notifications.tasks.tell_news",
        with_row_of("communities.notifications.tasks", "late_news"),
        what="post",
    ),
    "sweep-unsent-texts": Many("communities.content.tasks.sweep_unsent", asked("communities.content.tasks")),
    "sweep-left-files": Many(
        "communities.content.services.left_files._take_away",
        left,
        whose=lambda row: int(row.path),
        what="left file",
    ),
    "sweep-uploads": Many("communities.content.tasks.sweep_orphans", asked("communities.content.tasks")),
    "look-at-plans": Many("communities.launch.tasks.look_at_plan", asked("communities.launch.tasks")),
    "watch-opened-stages": Many("communities.launch.tasks.watch_openings", asked("communities.launch.tasks")),
    "lay-out-rituals": Many(
        "communities.animation.calendar.tasks.lay_out_due", asked("communities.animation.calendar.tasks")
    ),
    "read-mentions": Many(
        "communities.animation.listening.tasks.work_off", asked("communities.animation.listening.tasks")
    ),
    "look-after-challenges": Many(
        "communities.challenges.tasks.look_after", asked("communities.challenges.tasks")
    ),
    "announce-event-dates": Many("communities.events.tasks.make_dates", asked("communities.events.tasks")),
    "look-after-events": Many("communities.events.tasks.tell_of_events", asked("communities.events.tasks")),
    "tell-of-offers": Many("analytics.offers.tasks.tell_what_is_due", asked("analytics.offers.tasks")),
    "tell-of-closed-polls": Many("communities.polls.tasks.tell_of_ends", asked("communities.polls.tasks")),
    "reopen-polls": Many("communities.polls.tasks.open_again", asked("communities.polls.tasks")),
    "remind-of-threads": Many(
        "communities.forums.tasks.remind_of_answers", asked("communities.forums.tasks")
    ),
    "ask-whether-solved": Many("communities.forums.tasks.ask_askers", asked("communities.forums.tasks")),
    "tell-of-boxes": Many("communities.ideas.tasks.tell_of_boxes", asked("communities.ideas.tasks")),
    "tell-of-calls": Many("communities.calls.tasks.tell_of_hours", asked("communities.calls.tasks")),
    "look-after-surveys": Many(
        "communities.animation.surveys.tasks.work_off", asked("communities.animation.surveys.tasks")
    ),
    "forget-old-handlings": Many(
        "communities.animation.tasks.forget_old_acts", asked("communities.animation.tasks")
    ),
    "look-after-terms": Many(
        "communities.animation.ambassadors.tasks.work_off", asked("communities.animation.ambassadors.tasks")
    ),
    "carry-out-automations": Many(
        "communities.animation.automations.tasks.carry_out_queued",
        asked("communities.animation.automations.tasks"),
    ),
    "look-for-states": Many(
        "communities.animation.automations.tasks.look_at_states",
        asked("communities.animation.automations.tasks"),
    ),
    "write-newsletters": Many(
        "communities.animation.newsletters.tasks.advance_due",
        asked("communities.animation.newsletters.tasks"),
    ),
    "count-followed-links": Many(
        "communities.animation.newsletters.tasks.count_followed",
        asked("communities.animation.newsletters.tasks"),
    ),
    "count-old-readings": Many(
        "communities.animation.announcements.tasks.count_readings",
        asked("communities.animation.announcements.tasks"),
    ),
    "forget-unconfirmed": Many(
        "communities.animation.newsletters.tasks._forget", asked("communities.animation.newsletters.tasks")
    ),
    "settle-roles": Many("communities.people.tasks.settle_ended_roles", asked("communities.people.tasks")),
    "write-launch-mails": Many("communities.launch.tasks.write_due", asked("communities.launch.tasks")),
    "fold-almost-empty": Many("communities.content.tasks.fold_spaces", asked("communities.content.tasks")),
    "resume-moves": Many(
        "communities.content.tasks.move_threads",
        with_row_of("communities.content.tasks", "moves_to_resume"),
        what="move",
    ),
    "look-after-imports": Many("communities.transfer.tasks._look_after", asked("communities.transfer.tasks")),
    "store-banner-counts": Many("communities.promotions.services.add_minute", counted_minute),
    "store-redirect-hits": Many(
        "communities.content.redirect_hits._store",
        followed,
        whose=lambda _client, community, _hits: int(community.pk),
    ),
    "resume-exports": Many("communities.archive.tasks._settle", exports),
    "erase-communities": Many(
        "communities.console.place.erasing.erase_community", going_away, answer=(1, True)
    ),
    "recount": Many(
        "communities.content.tasks.recount_community",
        asked("communities.content.tasks"),
        answer={"replies": 1},
    ),
    "drain-hits": Many(
        "analytics.capture.storing.store_hits",
        streamed("analytics.capture.storing", hit_of),
        what="lost hit",
        left_out=False,
    ),
    "roll-up": Many("analytics.capture.rollups._roll_up_wholly", asked("analytics.capture.rollups")),
    "make-partitions": One("The months are made and dropped by one statement each."),
    "check-rollups": Many(
        "analytics.capture.tasks.repair_differences", asked("analytics.capture.tasks"), answer=[]
    ),
    "drain-activity": Many(
        "analytics.engagement.services.add_views",
        streamed("analytics.engagement.services", day_of),
        what="lost view",
        left_out=False,
    ),
    "keep-ledgers": Many("analytics.roi.tasks.post_costs", asked("analytics.roi.tasks"), what="step"),
    "write-reports": Many("analytics.reports.tasks.write_due", asked("analytics.reports.tasks")),
    "fill-engagement": Many("analytics.engagement.tasks.fill_dirty", asked("analytics.engagement.tasks")),
    "recount-engagement": Many(
        "analytics.engagement.tasks.fill_history", asked("analytics.engagement.tasks")
    ),
    "send-mails": Many("members.mails.sending.claim_next", waiting_mails, answer=None, whose=first),
    "check-domains": Many(
        "communities.console.reach.checking.examine", domains, whose=by_host, what="domain", left_out=False
    ),
    "check-senders": Many(
        "communities.console.reach.checking.examine_sender",
        senders,
        whose=lambda sender: int(sender.community_id),
        what="sender",
        left_out=False,
    ),
    "sweep-returns": Many(
        "communities.console.reach.checking.forget_old", asked("communities.console.reach.checking")
    ),
    "sweep-mails": Many("members.mails.sending._sweep", old_mails, whose=first),
    "keep-figures": Many(
        "communities.console.operator.figures._count", uncounted, answer=[], whose=set, left_out=False
    ),
    "watch-machine": Many("communities.console.operator.alarms._look", looks, whose=first, what="look"),
    "sweep-former-files": Many(
        "communities.console.brand.former_files._sweep", with_former_files, whose=first
    ),
    "warn-of-role-ends": Many(
        "communities.people.tasks.announce_role_ends", asked("communities.people.tasks")
    ),
    "clear-sessions": One("One statement deletes what has expired."),
    "forget-gone": Many("analytics.engagement.tasks.forget_gone_people", asked("analytics.engagement.tasks")),
    "hand-over-owed-jobs": Many(
        "members.mails.outbox.send_job",
        owed,
        answer=True,
        whose=lambda _job, _arguments, options: int(options["community_id"]),
        what="owed job",
        refuses=True,
    ),
    "back-up": One("The backup of the day is one thing; that it failed is told by its alarm."),
}
