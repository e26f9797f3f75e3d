"""The demo's launch plans: their stages as far as their files say, waves, who waits, and the log of it all."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

from django.db import transaction

from communities.calendar import day_of
from communities.content.kinds import KINDS
from communities.content.services.folding import fold_spaces
from communities.demo.parts import Say
from communities.demo.people import tongues_of
from communities.demo.reading import Entry, read_names
from communities.demo.scene import Scene
from communities.launch.models import LaunchLogEntry, Stage, StageOpening, WaitingPlace
from communities.launch.services import (
    StageWishes,
    accept_invitation,
    add_stage,
    join_waiting_list,
    open_stage,
    pause_stage,
    prepare_wave,
    resume_stage,
    send_wave,
)
from communities.launch.services.planning import let_in
from communities.letters import slug_of
from communities.models import Community, Membership
from communities.scoping import community_scope

# The files speak of what a brand opens, the platform of its parts; what is missing here has no part yet.
_PARTS = {
    "directory": "directory",
    "experts": "directory",
    "search": "search",
    "tags": "tags",
    "reactions": "reactions",
    "uploads": "uploads",
    "photos": "uploads",
    "polls": "polls",
    "calls": "calls",
    "invitations": "invitations",
    "join": "join",
}


def parts() -> dict[str, str]:
    """What the files call a part, and its feature: those of kinds of content, then the platform's own."""
    return {word: feature for kind in KINDS for word, feature in kind.demo_parts.items()} | _PARTS


MORNING = "10:00"
# Before the first stage opens, on the same day.
PLANNED = "09:00"
Act = tuple[datetime.datetime, Callable[[], object]]


@dataclass
class Launch:
    """The plan of one community while it is replayed, act by act."""

    scene: Scene
    stages: dict[int, Stage] = field(default_factory=dict)
    sent: int = 0

    @property
    def said(self) -> list[Entry]:
        """What the file says of each stage, in their order."""
        plan: list[Entry] = self.scene.brand.community["launch_plan"]
        return plan

    def leader_at(self, at: datetime.datetime) -> Membership:
        """The manager; before there was one, the owner."""
        owner = next(one for one in self.scene.people.values() if one.role == Membership.Role.OWNER)
        return (
            self.scene.manager
            if day_of(self.scene.manager.joined_at, self.scene.clock) <= day_of(at, self.scene.clock)
            else owner
        )


def settle_launch(scene: Scene, say: Say) -> None:
    """The plan of one community, where it has none: made again, nothing changes. Opens the scope itself."""
    launch = Launch(scene)
    with transaction.atomic(), community_scope(scene.community):
        if LaunchLogEntry.objects.exists():
            return
        # The log is read in the order it was written.
        for _moment, act in sorted(
            [*_plan(launch), *_journal(launch), *_waves(launch)], key=lambda one: one[0]
        ):
            act()
        _let_in_present_members(launch)
        _fill_waiting_list(scene)
        scene.community.refresh_from_db()
        fold_spaces(scene.community)
        say(_summary(launch))


def _plan(launch: Launch) -> list[Act]:
    clock, said = launch.scene.clock, launch.said
    made_at = clock.at(said[0]["opened_day"], PLANNED)

    def make() -> None:
        for stage in said:
            launch.stages[stage["stage"]] = add_stage(
                _wishes(launch, stage), by=launch.leader_at(made_at), at=made_at
            )

    acts: list[Act] = [(made_at, make)]
    for stage in said:
        if "opened_day" in stage:
            at = clock.at(stage["opened_day"], MORNING)
            acts.append((at, partial(_open, launch, stage, at)))
    return acts


def _wishes(launch: Launch, said: Entry) -> StageWishes:
    planned, known = said.get("planned_day"), parts()
    return StageWishes(
        name=said["name"],
        features=[
            known[name] for name in said["features"] if name in known and name not in _open_to_all(launch)
        ],
        audience=said["opens_to"],
        share=said.get("share", 100),
        criteria=said.get("gauges", {}),
        planned_for=launch.scene.clock.at(planned, MORNING) if planned else None,
        announcement=said["announcement"],
    )


def _open_to_all(launch: Launch) -> set[str]:
    """What a space opens to everyone from the first day is decided by no stage."""
    spaces = launch.scene.brand.community["spaces"]
    return {space["feature"] for space in spaces if space.get("read") == "everyone"}


def _open(launch: Launch, said: Entry, at: datetime.datetime) -> None:
    by_itself = said.get("opened_by") == "itself"
    open_stage(
        launch.stages[said["stage"]],
        by=None if by_itself else launch.leader_at(at),
        how=StageOpening.How.DATE if by_itself else StageOpening.How.HAND,
        at=at,
    )


def _journal(launch: Launch) -> list[Act]:
    """The pauses of the file's journal; openings and waves are told by the plan itself."""
    clock, acts = launch.scene.clock, []
    for line in launch.scene.brand.community.get("launch_journal", []):
        pause = line.get("pause")
        if not pause:
            continue
        start = clock.at(line["day"], pause["time"])
        end = start + datetime.timedelta(hours=pause["hours"])
        acts += [(start, _pause(launch, pause, start)), (end, _resume(launch, pause, end))]
    return acts


def _pause(launch: Launch, said: Entry, at: datetime.datetime) -> Callable[[], object]:
    return lambda: pause_stage(
        launch.stages[said["stage"]], by=launch.leader_at(at), reason=said["reason"], at=at
    )


def _resume(launch: Launch, said: Entry, at: datetime.datetime) -> Callable[[], object]:
    return lambda: resume_stage(launch.stages[said["stage"]], by=launch.leader_at(at), at=at)


def _waves(launch: Launch) -> list[Act]:
    """Each wave, and who came by it until the next one left."""
    said = launch.scene.brand.community.get("launch_waves")
    if not said:
        return []
    clock = launch.scene.clock
    moments = [clock.at(day, "11:00") for day in said["days"]]
    return [
        (start, _wave(launch, said, number, start, end))
        for number, (start, end) in enumerate(pairwise([*moments, clock.now]), start=1)
    ]


def _wave(
    launch: Launch, said: Entry, number: int, start: datetime.datetime, end: datetime.datetime
) -> Callable[[], object]:
    def send() -> None:
        by, people = launch.leader_at(start), launch.scene.people.values()
        came = [one for one in people if start < one.joined_at <= end and one.role == Membership.Role.MEMBER]
        addresses = {f"{one.handle}@{launch.scene.brand.slug}.example": one for one in came}
        others = invented_addresses(
            launch.scene, f"wave {number}", "invited", max(said["people"] - len(came), 0)
        )
        wave = prepare_wave(
            launch.stages[said["stage"]],
            by=by,
            name=said["name"].format(number=number),
            addresses=[*addresses, *others],
            words=said["words"],
            at=start,
        )
        launch.sent += send_wave(wave, by=by, at=start)
        for invitation in wave.invitations.filter(email__in=addresses).order_by("pk"):
            guest = addresses[invitation.email]
            accept_invitation(invitation, membership=guest, at=guest.joined_at)

    return send


def _let_in_present_members(launch: Launch) -> None:
    """Members for whom the files write no wave are let in as well, in the latest stage that is open to people."""
    people = Stage.objects.opened().filter(audience__in=[Stage.Audience.WAVE, Stage.Audience.WAITING])
    latest = people.order_by("place").last()
    if latest is not None:
        members = Membership.objects.active().filter(role=Membership.Role.MEMBER)
        let_in(list(members.values_list("pk", flat=True)), latest)


def _fill_waiting_list(scene: Scene) -> None:
    said = scene.brand.community.get("launch_waiting")
    if not said:
        return
    community = Community.objects.get(pk=scene.community.pk)
    dice = random.Random(f"waiting for {scene.brand.slug}")
    addresses = invented_addresses(scene, "waiting list", "waiting", said["people"])
    days = sorted(dice.randrange(said["since"], 0) for _address in addresses)
    for address, day in zip(addresses, days, strict=True):
        join_waiting_list(
            community, email=address, language=community.language, at=scene.clock.at(day, "18:30")
        )


def invented_addresses(scene: Scene, seed: str, host: str, count: int) -> list[str]:
    """Invented addresses, the same ones each time."""
    dice = random.Random(f"{seed} of {scene.brand.slug}")
    names = read_names()
    found: dict[str, None] = {}
    while len(found) < count:
        tongue = dice.choice(tongues_of(scene.brand))
        name = slug_of(f"{dice.choice(names['first'][tongue])} {dice.choice(names['last'][tongue])}")
        found[f"{name}@{host}.example"] = None
    return list(found)


def _summary(launch: Launch) -> str:
    said, name = launch.said, launch.scene.community.name
    opened = sum("opened_day" in stage for stage in said)
    words = f"{name}: launch plan with {opened} of {len(said)} stages open"
    waiting = WaitingPlace.objects.waiting().count()
    if waiting or launch.sent:
        words += f", {launch.sent} invitations sent in waves, {waiting} people waiting"
    unknown = sorted({feature for stage in said for feature in stage["features"]} - parts().keys())
    if unknown:
        words += f"; left out of the stages, as no part has these names: {', '.join(unknown)}"
    return f"{words}."
