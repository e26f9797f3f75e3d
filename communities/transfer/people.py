"""Imported authors: unclaimed memberships that carry a name and wait for their person."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from communities.fields import one_line
from communities.launch.services.handles import is_reserved
from communities.letters import slug_of
from communities.models import FormerHandle, Membership
from communities.models.handles import digest_of
from communities.transfer.memory_of_imports import ImportMemory, checksum_of
from communities.transfer.models import ImportedItem, UnclaimedAddress
from communities.transfer.report import ImportReport
from members.addresses import is_address
from members.signs import cut

LONGEST_HANDLE = 40
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the old site. `key` tells them apart there; the e-mail address is for claiming only.

    `is_named` is False where the file has only a number, and the name was made of it.
    """

    key: str
    name: str
    kind: str = ImportedItem.Kind.AUTHOR
    email: str = ""
    joined_at: datetime.datetime | None = None
    place: str = ""
    bio: str = ""
    is_named: bool = True

    @property
    def shown(self) -> tuple[str, str, str]:
        """What everybody may read of them: name, place, and what they say of themselves."""
        return shown_name(self.name), self.place[:80], self.bio[:2000]

    @property
    def checksum(self) -> str:
        return checksum_of(*self.shown)


class People:
    """Finds or makes the memberships of an import; needs the community's scope."""

    def __init__(self, memory: ImportMemory, report: ImportReport) -> None:
        self.memory = memory
        self.report = report
        self.ids: dict[str, int] = {}
        self.names: dict[str, str] = {}
        self._taken: set[str] | None = None
        self._given_up: set[str] = set()

    def bring_in(self, people: Iterable[Person]) -> None:
        """Make sure that each of them has a membership; those of earlier imports keep theirs."""
        wanted = {person.key: person for person in people if person.key not in self.ids}
        # In the order in which they came, so that the same file always leads to the same handles.
        for kind in dict.fromkeys(person.kind for person in wanted.values()):
            self._bring_in_kind(kind, {key: person for key, person in wanted.items() if person.kind == kind})

    def id_of(self, key: str) -> int | None:
        return self.ids.get(key)

    def name_of(self, key: str) -> str:
        return self.names.get(key, "")

    def _bring_in_kind(self, kind: str, wanted: dict[str, Person]) -> None:
        known = self.memory.known(kind, wanted)
        for key, item in known.items():
            self._learn(wanted[key], int(item.object_id))
        self._follow(kind, {key: (wanted[key], item) for key, item in known.items()})
        self.report.known[kind] += self.memory.came_before(known.values())
        fresh = [person for key, person in wanted.items() if key not in known]
        memberships = Membership.objects.bulk_create(
            [self._membership(person) for person in fresh], batch_size=500
        )
        made = dict(zip((person.key for person in fresh), memberships, strict=True))
        UnclaimedAddress.objects.bulk_create(
            [
                UnclaimedAddress(membership=made[person.key], email=person.email.lower())
                for person in fresh
                if is_address(person.email)
            ],
            batch_size=500,
        )
        for person in fresh:
            self._learn(person, made[person.key].pk)
        self.memory.remember(
            kind,
            {key: membership.pk for key, membership in made.items()},
            {person.key: person.checksum for person in fresh},
        )
        self.report.made[kind] += len(fresh)

    def _follow(self, kind: str, known: Mapping[str, tuple[Person, ImportedItem]]) -> None:
        """Who is called otherwise there is so here, until somebody has come for the membership or changed it."""
        changed = {
            key: (person, item)
            for key, (person, item) in known.items()
            if person.is_named and person.checksum != item.checksum
        }
        rows = Membership.objects.filter(unclaimed=True).in_bulk(
            [int(item.object_id) for _person, item in changed.values()]
        )
        renamed = []
        for person, item in changed.values():
            membership = rows.get(int(item.object_id))
            if membership is None:
                continue
            if checksum_of(membership.display_name, membership.place, membership.bio) != item.checksum:
                self.report.lose("changed", membership.display_name)
                continue
            membership.display_name, membership.place, membership.bio = person.shown
            renamed.append(membership)
        Membership.objects.bulk_update(renamed, ["display_name", "place", "bio"], batch_size=500)
        if renamed:
            self.report.made["updated"] += len(renamed)
        self.memory.note(kind, {key: (person.checksum, None) for key, (person, _item) in changed.items()})

    def _learn(self, person: Person, membership_id: int) -> None:
        self.ids[person.key] = membership_id
        self.names[person.key] = shown_name(person.name)

    def _membership(self, person: Person) -> Membership:
        name, place, bio = person.shown
        membership = Membership(
            handle=self._free_handle(person.name),
            display_name=name,
            unclaimed=True,
            came_by=Membership.Way.IMPORT,
            place=place,
            bio=bio,
        )
        if person.joined_at is not None:
            membership.joined_at = person.joined_at
        return membership

    def _free_handle(self, name: str) -> str:
        if self._taken is None:
            self._taken = set(Membership.objects.values_list("handle_key", flat=True))
            self._given_up = set(FormerHandle.objects.values_list("digest", flat=True))
        # ASCII only: what folds to the same key in Python and in the database.
        spelled = re.sub(r"[^a-z0-9_-]", "", slug_of(shown_name(name)))
        base = spelled[: LONGEST_HANDLE - 7].strip("-_") or "guest"
        handle, number = base, 2
        while handle in self._taken or is_reserved(handle) or digest_of(handle) in self._given_up:
            handle, number = f"{base}-{number}", number + 1
        self._taken.add(handle)
        return handle


def shown_name(name: str) -> str:
    """A name as it may be shown: one line, no invisible signs, and never an e-mail address."""
    name = EMAIL.sub(lambda match: match.group(0).partition("@")[0], name)
    return cut(one_line(name), 80) or "?"
