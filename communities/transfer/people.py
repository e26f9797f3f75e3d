"""Imported authors: unclaimed memberships that carry a name and wait for their person."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from communities.fields import one_line
from communities.launch.services.handles import is_reserved
from communities.letters import slug_of
from communities.models import FormerHandle, Membership
from communities.models.handles import digest_of
from communities.transfer.memory_of_imports import ImportMemory
from communities.transfer.models import ImportedItem, UnclaimedAddress
from communities.transfer.report import ImportReport
from members.addresses import is_address
from members.signs import cut

LONGEST_HANDLE = 40
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the old site. `key` tells them apart there; the e-mail address is for claiming only."""

    key: str
    name: str
    kind: str = ImportedItem.Kind.AUTHOR
    email: str = ""
    joined_at: datetime.datetime | None = None
    place: str = ""
    bio: str = ""


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
        self.memory.remember(kind, {key: membership.pk for key, membership in made.items()})
        self.report.made[kind] += len(fresh)

    def _learn(self, person: Person, membership_id: int) -> None:
        self.ids[person.key] = membership_id
        self.names[person.key] = shown_name(person.name)

    def _membership(self, person: Person) -> Membership:
        membership = Membership(
            handle=self._free_handle(person.name),
            display_name=shown_name(person.name),
            unclaimed=True,
            came_by=Membership.Way.IMPORT,
            place=person.place[:80],
            bio=person.bio[:2000],
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
