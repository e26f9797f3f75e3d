"""The order of spaces; putting them away and bringing them back; deleting what is empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.content.exceptions import ReadersDiffer, SpaceError
from communities.content.kinds import KINDS
from communities.content.models import Redirect, Space
from communities.content.readers import change_of_readers, keep_readers, kept_readers, readers_of
from communities.content.services.arranging import (
    check_may,
    check_name,
    edit_space,
    forget_picture,
    fresh,
    locked,
    settle,
)
from communities.content.services.nesting import parent_among, refuse_with_inner
from communities.content.space_wishes import SpaceWishes, order_of, told, wishes_of
from communities.journal.services import record
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.queries import local_path
from communities.signals import space_narrowed


@transaction.atomic
def order_spaces(ids: Sequence[int], *, by: Membership, community: Community) -> bool:
    """Put the living spaces in this order; those that are not named follow as they stood. False if they stood so.

    Raises NotAllowed.
    """
    check_may(by)
    living = [space for space in locked(community) if not space.archived]
    known = {space.pk: space for space in living}
    named = [known[pk] for pk in dict.fromkeys(ids) if pk in known]
    wanted = [*named, *(space for space in living if space not in named)]
    if wanted == living:
        return False
    for place, space in enumerate(wanted):
        space.place = place
    Space.objects.bulk_update(wanted, ["place"])
    record(by, "order_spaces", before=order_of(living), after=order_of(wanted))
    transaction.on_commit(forget_all)
    return True


@transaction.atomic
def place_space(
    space: Space, parent_id: int | None, ids: Sequence[int], *, by: Membership, community: Community
) -> bool:
    """Put a space into another one, or out of it, and all of them in this order; False where it stood there.

    Raises NotAllowed, SpaceError, and ReadersDiffer: other readers are meant only on its own page, which asks.
    """
    check_may(by)
    space = fresh(space, locked(community))
    moved = space.parent_id != parent_id
    if moved:
        edit_space(space, replace(wishes_of(space), parent_id=parent_id), by=by, community=community)
    return order_spaces(ids, by=by, community=community) or moved


def move_in_order(
    ids: Sequence[int], moved: int, where: str, *, parents: Mapping[int, int | None] | None = None
) -> list[int]:
    """The same ids with one of them moved: up, down, first or last. Where some stand in others (`parents`), it moves
    among those beside it, with all that stands in it."""
    above = {pk: up for pk, up in (parents or {}).items() if up in ids}
    within: dict[int | None, list[int]] = {}
    for pk in ids:
        within.setdefault(above.get(pk), []).append(pk)
    beside = within.get(above.get(moved), [])
    if moved in beside:
        within[above.get(moved)] = _moved_among(beside, moved, where)
    return [pk for top in within.get(None, []) for pk in (top, *within.get(top, ()))]


def _moved_among(ids: list[int], moved: int, where: str) -> list[int]:
    order = [pk for pk in ids if pk != moved]
    place = ids.index(moved)
    places = {"up": max(place - 1, 0), "down": place + 1, "first": 0, "last": len(order)}
    order.insert(places.get(where, place), moved)
    return order


@transaction.atomic
def archive_space(space: Space, *, by: Membership, community: Community) -> bool:
    """Put a space away with all it holds: nobody reads it until it is restored. False if it was. Raises NotAllowed,
    SpaceError where other spaces in use stand in it.
    """
    check_may(by)
    others = locked(community)
    refuse_with_inner(space, others, in_use=True)
    kept = fresh(space, others)
    if kept.archived:
        return False
    keep_readers(kept, readers_of(kept))
    space.archived = kept.archived = True
    kept.save(update_fields=["archived", "settings"])
    space_narrowed.send(sender=Space, space=space)
    _record_archived(space, by, archived=True)
    settle(community)
    return True


@transaction.atomic
def restore_space(space: Space, *, by: Membership, community: Community) -> bool:
    """Bring an archived space back as it was, at its place in the list. False if it was not archived.

    Raises NotAllowed, SpaceError where its name has been given to another one, or the space it stands in is archived;
    ReadersDiffer where more people would read it than before, by a change of that space: saving it confirms them.
    """
    check_may(by)
    others = locked(community)
    space = fresh(space, others)
    if not space.archived:
        return False
    check_name(space, SpaceWishes(space.name, space.slug), others)
    above = parent_among(space.parent_id, others)
    if above is not None and above.archived:
        said = _("It is inside “%(name)s”, which is archived. Restore that one first.") % {"name": above.name}
        raise SpaceError(said, field="parent")
    space.archived = False
    _refuse_more_readers(space)
    keep_readers(space, None)
    space.save(update_fields=["archived", "settings"])
    _record_archived(space, by, archived=False)
    settle(community)
    return True


def _refuse_more_readers(space: Space) -> None:
    """Raises ReadersDiffer."""
    before, now = kept_readers(space), readers_of(space)
    if before is None or before == now:
        return
    change = change_of_readers(space, now, before=before)
    if change.widens:
        raise ReadersDiffer(change)


@transaction.atomic
def delete_space(space: Space, *, by: Membership, community: Community) -> None:
    """Delete a space that holds nothing. Raises NotAllowed, SpaceError with what it holds."""
    check_may(by)
    refuse_with_inner(space, locked(community))
    space = Space.objects.select_for_update().get(pk=space.pk)
    why_not = why_not_deleted(space, space.threads.count())
    if why_not:
        raise SpaceError(why_not)
    path, picture = local_path(space.get_absolute_url()), space.picture
    record(by, "delete_space", what=space.name, about=str(space.pk), before=told(space))
    Redirect.objects.filter(target__startswith=path).delete()
    space.delete()
    if picture:
        forget_picture(picture)
    settle(community)


def why_not_deleted(space: Space, held: int) -> str:
    """`held` counts all its threads: drafts and what was removed too. What else it holds says its kind; "" where it can
    go."""
    kind = KINDS.get(space.kind)
    if not held:
        return kind.why_kept(space) if kind is not None else ""
    if kind is not None and not kind.moves:
        return ngettext(
            "It still contains %(held)s thread, drafts and removed ones included, which stays in it.",
            "It still contains %(held)s threads, drafts and removed ones included, which stay in it.",
            held,
        ) % {"held": number_format(held, use_l10n=True, force_grouping=True)}
    return ngettext(
        "It still contains %(held)s thread, drafts and removed ones included. Move it first.",
        "It still contains %(held)s threads, drafts and removed ones included. Move them first.",
        held,
    ) % {"held": number_format(held, use_l10n=True, force_grouping=True)}


def _record_archived(space: Space, by: Membership, *, archived: bool) -> None:
    record(
        by,
        "archive_space" if archived else "restore_space",
        what=space.name,
        about=str(space.pk),
        before={"archived": not archived},
        after={"archived": archived},
    )
