"""A space in another one: what is refused, in words, before the database refuses it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from communities.content.exceptions import SpaceError
from communities.content.kinds import KINDS
from communities.content.models import Space
from communities.content.nesting import inside
from communities.content.space_wishes import SpaceWishes


def parent_among(parent_id: int | None, spaces: Sequence[Space]) -> Space | None:
    return next((space for space in spaces if space.pk == parent_id), None) if parent_id else None


def may_hold(space: Space, kind: str) -> bool:
    """Whether spaces of a kind may stand in this one: a living one of theirs that stands by itself."""
    return KINDS[kind].nests and space.kind == kind and not space.archived and space.parent_id is None


def check_within(space: Space, wishes: SpaceWishes, others: Sequence[Space]) -> None:
    """Raises SpaceError where a space cannot stand in the one that is wished, or what stands in it would go beyond it.

    `others` are all spaces, held for this transaction.
    """
    inner = inside(space, others) if space.pk else []
    public = Space.Audience.PUBLIC
    wider = next((one for one in inner if one.audience == public != wishes.audience), None)
    if wider is not None:
        said = _("“%(name)s” is inside it and open to everybody. Change that one first.")
        raise SpaceError(said % {"name": wider.name}, field="audience")
    if not wishes.parent_id:
        return
    above = parent_among(wishes.parent_id, others)
    # What is archived stays where it stands, though that be archived as well.
    stays = space.archived and wishes.parent_id == space.parent_id
    if above is None or above.pk == space.pk or not (stays or may_hold(above, space.kind)):
        raise SpaceError(_("It cannot be inside that space. Choose another one."), field="parent")
    if inner:
        said = _("Other spaces are inside it (%(names)s): it cannot be inside another one itself.")
        raise SpaceError(said % {"names": names_of(inner)}, field="parent")
    if wishes.audience == public != above.audience:
        said = _("“%(name)s” is not open to everybody, so nothing in it is. Choose who reads it.")
        raise SpaceError(said % {"name": above.name}, field="audience")


def refuse_with_inner(space: Space, others: Sequence[Space], *, in_use: bool = False) -> None:
    """Raises SpaceError for a space in which others stand; `in_use`: in which living ones do."""
    there = inside(space, [one for one in others if not (in_use and one.archived)])
    why_not = why_held(there, in_use=in_use)
    if why_not:
        raise SpaceError(why_not)


def why_held(inner: Sequence[Space], *, in_use: bool = False) -> str:
    """Why a space cannot be deleted while these stand in it, or, where they are `in_use`, not archived; "" where none
    does."""
    if not inner:
        return ""
    if in_use:
        said = _("Other spaces are inside it: %(names)s. Take them out of it first, or archive them.")
    else:
        said = _("Other spaces are inside it: %(names)s. Take them out of it first, or delete them.")
    return said % {"names": names_of(inner)}


def names_of(spaces: Sequence[Space]) -> str:
    return ", ".join(space.name for space in spaces)
