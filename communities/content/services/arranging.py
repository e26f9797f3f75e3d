"""Spaces as the team arranges them: adding and changing; `shelving` has their order and their end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from communities.content.circles import READ
from communities.content.exceptions import ReadersDiffer, SpaceChanged, SpaceError
from communities.content.images import FULL_NAME, forget_stored_picture, store_picture
from communities.content.kinds import KINDS
from communities.content.models import Redirect, Space
from communities.content.nesting import inside
from communities.content.readers import (
    Change,
    Readers,
    change_of_readers,
    keep_readers,
    kept_readers,
    readers_of,
)
from communities.content.services.composing import first_free
from communities.content.services.folding import fold_spaces
from communities.content.services.forwarding import asked_as, forward
from communities.content.services.nesting import check_within, parent_among
from communities.content.space_wishes import FOCAL, IN_SETTINGS, STORED, SpaceWishes, told
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.journal.services import record
from communities.letters import fold, slug_of
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.permissions import can_edit_spaces
from communities.queries import local_path
from communities.signals import mode_set, space_narrowed

# All spaces of a community are in the memory of each process, and on one page.
MOST_SPACES = 120
# Words of addresses that mean something else beside the names of spaces.
RESERVED = frozenset(
    {
        "new",
        "t",
        "f",
        "tags",
        "drafts",
        "pages",
        "feed",
        "follow",
        "settings",
        "people",
        "approvals",
        "series",
    }
)


@transaction.atomic
def add_space(
    kind: str, wishes: SpaceWishes, *, by: Membership, community: Community, picture: File[Any] | None = None
) -> Space:
    """A new space at the end of the list. Raises NotAllowed, SpaceError, UploadRefused; KeyError for a kind that
    nobody has declared."""
    check_may(by)
    with _stored(picture) as path:
        others = locked(community)
        if len(others) >= MOST_SPACES:
            raise SpaceError(_("A community has %(most)s spaces at most.") % {"most": MOST_SPACES})
        space = Space(kind=kind, place=max((other.place for other in others), default=-1) + 1, picture=path)
        check_name(space, wishes, others)
        check_within(space, wishes, others)
        _store(space, wishes, others)
        space.save()
    record(by, "add_space", what=space.name, about=str(space.pk), after=told(space))
    settle(community)
    return space


@transaction.atomic
def edit_space(
    space: Space,
    wishes: SpaceWishes,
    *,
    by: Membership,
    community: Community,
    version: int | None = None,
    picture: File[Any] | None = None,
    remove_picture: bool = False,
    sure: bool = False,
) -> Space:
    """Change a space; its former address leads to the new one. `version` is the one its form started from, `sure`
    says that other readers are meant.

    Raises NotAllowed, SpaceChanged, ReadersDiffer, SpaceError, UploadRefused.
    """
    check_may(by)
    with _stored(picture) as path:
        others = locked(community)
        space = fresh(space, others)
        if version is not None and version != space.version:
            raise SpaceChanged
        check_name(space, wishes, others)
        check_within(space, wishes, others)
        change = _change_of_readers(space, wishes, others)
        if change is not None and not sure and (change.widens if space.archived else change.is_asked_about):
            raise ReadersDiffer(change)
        before, former = told(space), local_path(space.get_absolute_url())
        _store(space, wishes, others)
        if space.archived and change is not None:
            keep_readers(space, change.after)
        space.picture = path or ("" if remove_picture else space.picture)
        if not space.picture:
            _forget_point(space)
        space.version += 1
        space.save()
    forward(former, local_path(space.get_absolute_url()), below=True)
    _tell(space, before, change, inside(space, others), by=by)
    settle(community)
    return space


def _change_of_readers(space: Space, wishes: SpaceWishes, others: Sequence[Space]) -> Change | None:
    """None where the same people read it; of one that is archived, those who did before and would again."""
    above = parent_among(wishes.parent_id, others)
    within = readers_of(above) if above is not None else None
    wished = Readers(wishes.audience, wishes.let_in.get(READ, {}), within=within)
    before = kept_readers(space) if space.archived else readers_of(space)
    if before is None or before == wished:
        return None
    return change_of_readers(space, wished, before=before, with_inner=True)


def _tell(
    space: Space, before: dict[str, Any], change: Change | None, inner: Sequence[Space], *, by: Membership
) -> None:
    """What others have to know of a change, and the journal."""
    if before["picture"] and before["picture"] != space.picture:
        forget_picture(before["picture"])
    if before["mode"] != space.mode:
        mode_set.send(sender=Space, space=space, by=by, before=before["mode"], after=space.mode)
    # Of what is archived, nobody has news.
    for one in (space, *inner) if change is not None and change.narrows and not space.archived else ():
        space_narrowed.send(sender=Space, space=one)
    record(by, "edit_space", what=space.name, about=str(space.pk), before=before, after=told(space))


def check_may(by: Membership) -> None:
    if not can_edit_spaces(by):
        raise NotAllowed


def locked(community: Community) -> list[Space]:
    """All spaces in order, for this transaction alone: names, addresses and places hang together."""
    Community.objects.select_for_update().only("pk").get(pk=community.pk)
    # Not their keys: an import that is being rehearsed refers to one for minutes.
    return list(Space.objects.select_for_update(no_key=True).in_order())


def fresh(space: Space, others: Sequence[Space]) -> Space:
    """A space as it is stored now. Raises SpaceChanged where it was deleted meanwhile."""
    found = next((one for one in others if one.pk == space.pk), None)
    if found is None:
        raise SpaceChanged
    return found


def check_name(space: Space, wishes: SpaceWishes, others: Sequence[Space]) -> None:
    """Raises SpaceError for a name or an address that another space has, or had."""
    rest = [other for other in others if other.pk != space.pk]
    name = fold(one_line(wishes.name))
    if not name:
        raise SpaceError(_("Give it a name."), field="name")
    twin = next((other for other in rest if not other.archived and fold(other.name) == name), None)
    if twin is not None:
        said = _("There is a space called “%(name)s” already. Choose another name.") % {"name": twin.name}
        raise SpaceError(said, field="name")
    if wishes.slug and wishes.slug != space.slug:
        taken = {other.slug: other.name for other in rest}
        if wishes.slug in RESERVED:
            raise SpaceError(_("This address means something else. Choose another one."), field="slug")
        if wishes.slug in taken:
            said = _("“%(name)s” has this address. Choose another one.") % {"name": taken[wishes.slug]}
            raise SpaceError(said, field="slug")
        if _leads_elsewhere(space, wishes.slug):
            said = _("This is a former address of another space, and leads there. Choose another one.")
            raise SpaceError(said, field="slug")


def _leads_elsewhere(space: Space, slug: str) -> bool:
    """Whether an address is the former one of something else: links to it must not change their meaning."""
    path = local_path(KINDS[space.kind].space_url(Space(kind=space.kind, slug=slug)))
    target = Redirect.objects.filter(path=asked_as(path)).values_list("target", flat=True).first()
    own = local_path(space.get_absolute_url()) if space.slug else ""
    return target is not None and target != own


def _store(space: Space, wishes: SpaceWishes, others: Sequence[Space]) -> None:
    kind = KINDS[space.kind]
    for name in STORED:
        setattr(space, name, getattr(wishes, name))
    space.audience = kind.audience(wishes.audience)
    space.name = one_line(wishes.name)
    space.let_in = {right: dict(said) for right, said in wishes.let_in.items() if said}
    space.slug = wishes.slug or _free_slug(space, others)
    offered = [one for one in kind.thread_kinds if one.offered]
    chosen = [one for one in offered if one.name in wishes.starts] or offered
    space.asks = all(one.asks for one in chosen)
    said: dict[str, Any] = {name: getattr(wishes, name) for name in IN_SETTINGS}
    said["starts"] = [one.name for one in chosen] if len(offered) > 1 else []
    said["switches"] = [one.name for one in kind.switches if one.name in wishes.switches]
    said["required_tags"] = list(wishes.required_tags)
    kept = {name: value for name, value in space.settings.items() if name not in said}
    space.settings = kept | {name: value for name, value in said.items() if value not in ("", None, [])}


def _forget_point(space: Space) -> None:
    """Without a picture there is none that stays visible."""
    space.settings = {name: said for name, said in space.settings.items() if name not in FOCAL}


def _free_slug(space: Space, others: Sequence[Space]) -> str:
    taken = {other.slug for other in others if other.pk != space.pk} | RESERVED
    base = slug_of(space.name.replace("_", "-"), 60).replace("_", "-").strip("-") or "space"
    return first_free(base, lambda slug: slug not in taken and not _leads_elsewhere(space, slug))


@contextmanager
def _stored(picture: File[Any] | None) -> Iterator[str]:
    """Where the smallest width of an uploaded picture lies, since it is only ever shown small; "" without one.

    It is drawn before anything is locked, and goes again with whatever is refused. Raises UploadRefused.
    """
    if picture is None:
        yield ""
        return
    stored = store_picture(picture, folder="public/spaces")
    try:
        yield stored.renditions[0][1] if stored.renditions else stored.path
    except Exception:
        forget_stored_picture(stored.path)
        raise


def forget_picture(path: str) -> None:
    # Only once no page can name it any more; an undone change keeps its picture.
    transaction.on_commit(partial(forget_stored_picture, f"{path.rpartition('/')[0]}/{FULL_NAME}"))


def settle(community: Community) -> None:
    """What follows from any change of a space: what is folded, and what processes remember."""
    fold_spaces(Community.objects.get(pk=community.pk))
    transaction.on_commit(forget_all)
