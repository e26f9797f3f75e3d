"""What a change of who reads takes away and gives, counted before it is made: pages of the team ask with it first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from communities.content.circles import CIRCLES, READ
from communities.content.models import Space, State, Subscription, Thread
from communities.content.models.declared import ALL_MEMBERS, of_those_within
from communities.models import JUDGING_ROLES, Membership
from communities.terms import having_role


@dataclass(frozen=True)
class Readers:
    """Who reads a space: the name of a circle, and what it means there. `nobody`: it is put away. `within`: who reads
    the space that it stands in; only they do."""

    circle: str
    said: Mapping[str, Any] = field(default_factory=dict)
    nobody: bool = False
    within: Readers | None = None

    @property
    def words(self) -> str:
        own = CIRCLES[self.circle].words(self.said)
        return own if self._narrowing is None else of_those_within(own)

    @property
    def _narrowing(self) -> Readers | None:
        """Who reads the space that it stands in, where that keeps anybody out: what all members read keeps none."""
        if self.within is None or self.within.is_public:
            return None
        return None if self.within.are_all and self.circle != "public" else self.within

    @property
    def is_public(self) -> bool:
        return self.circle == "public" and not self.nobody and (self.within is None or self.within.is_public)

    @property
    def are_all(self) -> bool:
        """Whether every active member is among them."""
        return self.circle in ALL_MEMBERS and not self.nobody and (self.within is None or self.within.are_all)

    def are_within(self, others: Readers) -> bool:
        """Whether whoever is among these is among the others, as far as the circles alone say so: two of one name may
        let in different people."""
        if others.is_public or self == others:
            return True
        return others.are_all and not self.is_public

    @property
    def people(self) -> Q:
        """Them as a condition on active memberships."""
        own: Q = CIRCLES[self.circle].people(self.said)
        return own if self.within is None else own & self.within.people

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Readers):
            return NotImplemented
        return (self.circle, dict(self.said), self.nobody, self._narrowing) == (
            other.circle,
            dict(other.said),
            other.nobody,
            other._narrowing,
        )

    def __hash__(self) -> int:
        return hash((self.circle, self.nobody))


NOBODY = Readers("team", nobody=True)
# Among the settings of a space that is put away: whom it had as readers.
KEPT = "readers_before"


@dataclass(frozen=True)
class Change:
    """What another circle of readers does to the threads of a space: numbers of people are of active members."""

    before: Readers
    after: Readers
    threads: int
    lost: int
    gained: int
    followers: int

    @property
    def leaves_public(self) -> bool:
        return self.before.is_public and not self.after.is_public

    @property
    def becomes_public(self) -> bool:
        return self.after.is_public and not self.before.is_public

    @property
    def narrows(self) -> bool:
        return self.leaves_public or self.lost > 0

    @property
    def is_asked_about(self) -> bool:
        """Whether somebody loses something by it, or what was written among few would be open to everybody."""
        return self.narrows or (self.becomes_public and self.threads > 0)

    @property
    def widens(self) -> bool:
        return self.becomes_public or self.gained > 0


def readers_of(space: Space) -> Readers:
    if space.archived:
        return NOBODY
    within = readers_of(space.parent) if space.parent is not None else None
    return Readers(space.audience, space.said(READ), within=within)


def keep_readers(space: Space, readers: Readers | None) -> None:
    """Note on a space that is put away who reads it once it is back; None: it is."""
    space.settings = {name: said for name, said in space.settings.items() if name != KEPT}
    if readers is not None:
        space.settings[KEPT] = _plain(readers)


def kept_readers(space: Space) -> Readers | None:
    """Who read a space before it was put away, or was confirmed to read it since; None where nothing was noted."""
    said = space.settings.get(KEPT)
    return _from_plain(said) if said else None


def _plain(readers: Readers) -> dict[str, Any]:
    within = _plain(readers.within) if readers.within is not None else None
    return {"circle": readers.circle, "said": dict(readers.said), "within": within}


def _from_plain(said: Mapping[str, Any]) -> Readers:
    within = _from_plain(said["within"]) if said["within"] else None
    return Readers(said["circle"], said["said"], within=within)


def change_of_readers(
    space: Space, after: Readers, *, before: Readers | None = None, with_inner: bool = False
) -> Change:
    """Count what it means for a space that `after` reads it, where whoever reads it now did, or `before`;
    `with_inner`: for those that stand in it as well, which nobody else reads then."""
    before = before or readers_of(space)
    here = Q(space=space) | Q(space__parent=space) if with_inner else Q(space=space)
    published = Thread.objects.filter(here, state=State.PUBLISHED, published_at__isnull=False)
    lost = 0 if before == after else _only_in(before, after)
    return Change(
        before=before,
        after=after,
        threads=published.count(),
        lost=lost,
        gained=0 if before == after else _only_in(after, before),
        followers=Subscription.objects.following().filter(here).values("membership").distinct().count()
        if lost
        else 0,
    )


def _only_in(these: Readers, those: Readers) -> int:
    """How many active members are among the first and not among the second."""
    if these.nobody or those.are_all:
        return 0
    people = Membership.objects.shown().filter(these.people)
    if those.nobody:
        return people.count()
    # The team that moderates reads everything.
    others = people.exclude(those.people).exclude(having_role(JUDGING_ROLES))
    return others.count()
