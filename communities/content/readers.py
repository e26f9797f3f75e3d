"""What a change of who reads takes away and gives, counted before it is made: pages of the team ask with it first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from communities.content.circles import CIRCLES, READ
from communities.content.models import Space, State, Subscription, Thread
from communities.models import JUDGING_ROLES, Membership
from communities.terms import having_role

# Circles to which every active member belongs.
ALL_MEMBERS = frozenset({"public", "members"})


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
        if self.within is None or self.within.circle == "public":
            return own
        return _("%(people)s, of those who read the space it stands in") % {"people": own}

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
        return (self.circle, dict(self.said), self.nobody, self.within) == (
            other.circle,
            dict(other.said),
            other.nobody,
            other.within,
        )

    def __hash__(self) -> int:
        return hash((self.circle, self.nobody))


NOBODY = Readers("team", nobody=True)


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


def change_of_readers(space: Space, after: Readers, *, with_inner: bool = False) -> Change:
    """Count what it means for a space that `after` reads it, where whoever reads it now did; `with_inner`: for those
    that stand in it as well, which nobody else reads then."""
    before = readers_of(space)
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
