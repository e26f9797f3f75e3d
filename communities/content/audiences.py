"""Who may read a space and who looks after it: sources that each know a reason, asked in their order.

Being a member and being of the team is the first reason; a chosen role and a value of a profile field are the next
ones (`circles.py`). Groups, chapters or local managers bring theirs as a `Source`, registered when their app is ready;
no list, page, search, notice or queue knows of them. Sources only ever give something to members: visitors read what
is public and nothing else, so that their pages can be cached for all.

A space that stands in another one is read by those who read both, and by whoever looks after it: each question below
asks for the upper one as well.

Whether a kind of space is open at all stays the launch plan's word: `viewer_for` asks both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from communities.content.circles import CIRCLES, READ, Circle
from communities.content.models import Space, SpaceAuthor
from communities.content.nesting import narrowed, nested
from communities.memory import Memory
from communities.models import Membership
from communities.reads import CompiledRead
from communities.registries import Registry
from communities.terms import TERM


@dataclass(frozen=True)
class Reach:
    """Ids of spaces: those that a person may read, and those that they look after, which they read too."""

    readable: frozenset[int] = frozenset()
    looked_after: frozenset[int] = frozenset()

    def with_(self, other: Reach) -> Reach:
        return Reach(
            self.readable | other.readable | other.looked_after, self.looked_after | other.looked_after
        )


class Source:
    """One reason to read or look after spaces. `name` is its own; `order` says who is asked first."""

    name: str = ""
    order: int = 50
    # Whether it asks the database: it is then asked once for all living spaces, and its answer kept. What follows
    # from the membership's own row is asked each time, so that a change of role or profile shows at once; it gives
    # spaces to read, and only the role gives any to look after.
    asks: bool = True

    def spaces_for(self, membership: Membership, spaces: Sequence[Space]) -> Reach:
        """What this reason gives to an active member, of these living spaces. One query at most: the answer is
        kept on the membership, hence for the request."""
        raise NotImplementedError

    def readers_of(self, space: Space, people: Sequence[Membership]) -> frozenset[int]:
        """The twin for jobs that tell many: those of these active members to whom it gives the space to read.

        A source that asks the database answers for all of them in one query; this one asks for each.
        """
        reached = ((person.pk, self.spaces_for(person, [space])) for person in people)
        return frozenset(pk for pk, reach in reached if space.pk in reach.readable | reach.looked_after)

    def moderators_of(self, space: Space, people: Sequence[Membership]) -> frozenset[int]:
        """The same for those to whom it gives the space to look after."""
        reached = ((person.pk, self.spaces_for(person, [space])) for person in people)
        return frozenset(pk for pk, reach in reached if space.pk in reach.looked_after)


class Roles(Source):
    """The first reason: everybody reads what is public, members what is for members, the team what is the team's;
    moderators, managers and owners look after all of it, moderators of some spaces after those. No query."""

    name = "roles"
    order = 0
    asks = False

    def spaces_for(self, membership: Membership, spaces: Sequence[Space]) -> Reach:
        if membership.can_judge:
            every = frozenset(space.pk for space in spaces)
            return Reach(every, every)
        audiences = {Space.Audience.PUBLIC.value, Space.Audience.MEMBERS.value}
        if membership.is_staff:
            audiences.add(Space.Audience.TEAM.value)
        readable = frozenset(space.pk for space in spaces if space.audience in audiences)
        own = membership.judged_spaces & {space.pk for space in spaces}
        return Reach(readable | own, own)


class ByCircle(Source):
    """Reading what a circle is let into, where the membership's own row says who belongs to it. No query."""

    asks = False

    def __init__(self, circle: Circle) -> None:
        self.circle = circle
        self.name, self.order = f"circle:{circle.name}", circle.order

    def spaces_for(self, membership: Membership, spaces: Sequence[Space]) -> Reach:
        meant = [space for space in spaces if space.audience == self.circle.name]
        return Reach(
            frozenset(space.pk for space in meant if self.circle.holds(membership, space.said(READ)))
        )


ROLES = Roles()
sources: Registry[Source] = Registry("audience")
sources.register(ROLES)
sources.register(ByCircle(CIRCLES["roles"]))


def spaces_of(community_id: int) -> list[Space]:
    """The community's living spaces in order, remembered for a second."""
    return _spaces.get(community_id)


def public_spaces(spaces: Sequence[Space]) -> frozenset[int]:
    """What visitors read: no source adds to it."""
    return narrowed({space.id for space in spaces if space.audience == Space.Audience.PUBLIC}, spaces)


def reach_of(membership: Membership, spaces: Sequence[Space]) -> Reach:
    """All that a person may read and looks after, of the community's living spaces: one answer for the request."""
    if not membership.is_active:
        return Reach(public_spaces(spaces))
    reach = _by_own_row(membership, spaces).with_(_given(membership, lambda: spaces))
    return Reach(narrowed(reach.readable, spaces) | reach.looked_after, reach.looked_after)


def may_read(membership: Membership | None, space: Space) -> bool:
    """The predicate on one living space; `viewer_for` is its list, `people_who_read` its twin for many people."""
    if not _lets_in(membership, space):
        return False
    if space.parent_id is None or looks_after(membership, space.pk):
        return True
    above = living_parent(space)
    return above is not None and _lets_in(membership, above)


def living_parent(space: Space) -> Space | None:
    """The space that one stands in; None where it stands in none, or in one that is put away. As it was read together
    with the row, else as it is remembered."""
    if Space.parent.is_cached(space):
        above: Space | None = space.parent
        return above if above is not None and not above.archived else None
    return next((one for one in spaces_of(space.community_id) if one.pk == space.parent_id), None)


def _lets_in(membership: Membership | None, space: Space) -> bool:
    """Whether a space by itself is read by somebody, whatever it stands in."""
    if membership is None or not membership.is_active or space.archived:
        return space.audience == Space.Audience.PUBLIC and not space.archived
    if space.pk in _by_own_row(membership, [space]).readable:
        return True
    return space.pk in _given_to(membership).readable


def looks_after(membership: Membership | None, space_id: int | None) -> bool:
    """Whether this person moderates what is written in a space; None: what belongs to no space, roles only."""
    if membership is None:
        return False
    if membership.can_judge:
        return True
    return space_id is not None and (
        space_id in membership.judged_spaces or space_id in _given_to(membership).looked_after
    )


def looked_after_by(membership: Membership) -> frozenset[int] | None:
    """The ids of the spaces that a person looks after; None: all, and what belongs to no space."""
    return None if membership.can_judge else membership.judged_spaces | _given_to(membership).looked_after


def spaces_edited_by(membership_id: int, community_id: int) -> list[int]:
    """The ids of the spaces whose articles by others somebody works on. No query of its own."""
    living: list[Any] = spaces_of(community_id)
    return [space.pk for space in living if membership_id in space.editor_ids]


def readers_among(space: Space, people: Sequence[int]) -> set[int]:
    """Which of these members may read a space, in one query for roles and at most one for each other source; as many
    again for the space that it stands in.

    If all members may read it, no query: the status of those who are notified is checked elsewhere.
    """
    readers = _let_in(space, people)
    if space.parent_id is None or not readers:
        return readers
    above = living_parent(space)
    within = _let_in(above, sorted(readers)) if above is not None else set()
    return within | _look_after(space, sorted(readers - within))


def _look_after(space: Space, people: Sequence[int]) -> set[int]:
    """Which of these members moderate what is written in a space, in one query and one for each other source."""
    active = _active(people) if people else []
    found: set[int] = set()
    for source in sources if active else ():
        found |= source.moderators_of(space, active)
    return found


def _let_in(space: Space, people: Sequence[int]) -> set[int]:
    """Whom a space by itself lets in, whatever it stands in."""
    if space.archived:
        return set()
    if space.audience in (Space.Audience.PUBLIC, Space.Audience.MEMBERS):
        return set(people)
    active = _active(people)
    readers: set[int] = set()
    for source in sources:
        readers |= source.readers_of(space, active)
    return readers


def _active(people: Sequence[int]) -> list[Membership]:
    """Those of these members to whom sources give anything, with what they look at."""
    told = Membership.objects.active().filter(pk__in=people)
    found = told.only("community", "role", *TERM, "status", "suspended_until", "profile")
    return [person for person in found if not person.is_suspended]


def _given_to(membership: Membership) -> Reach:
    return _given(membership, lambda: spaces_of(membership.community_id))


def _by_own_row(membership: Membership, spaces: Sequence[Space]) -> Reach:
    """What follows from the membership's own row: role and profile. No query."""
    reach = Reach()
    for source in sources:
        if not source.asks:
            reach = reach.with_(source.spaces_for(membership, spaces))
    return reach


def _given(membership: Membership, spaces: Callable[[], Sequence[Space]]) -> Reach:
    """What the sources that ask the database give, asked once and kept on the membership."""
    others = [source for source in sources if source.asks]
    if not others or not membership.is_active or membership.is_suspended:
        return Reach()
    kept: Reach | None = membership.__dict__.get("_given")
    if kept is None:
        living = spaces()
        kept = Reach()
        for source in others:
            kept = kept.with_(source.spaces_for(membership, living))
        membership.__dict__["_given"] = kept
    return kept


def _living_spaces(community_id: int) -> QuerySet[Space]:
    editors = SpaceAuthor.objects.filter(space=OuterRef("pk"), edits=True).values("membership_id")
    living = Space.objects.filter(community_id=community_id, archived=False)
    found: QuerySet[Space] = living.annotate(editor_ids=ArraySubquery(editors))
    return found


_living: CompiledRead[Space] = CompiledRead(_living_spaces, noted=False)


def _load_spaces(community_id: int) -> list[Space]:
    return nested(_living(community_id))


_spaces: Memory[list[Space]] = Memory(_load_spaces, told=True)
