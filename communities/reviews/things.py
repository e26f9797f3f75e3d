"""What is reviewed: made, changed and taken away by those who manage the place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction

from communities.content.images import delete_picture, store_picture
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.launch.features import refuse_closed
from communities.letters import slug_of
from communities.models import Membership
from communities.reviews.exceptions import HasReviews, NameTaken
from communities.reviews.models import Review, Thing
from communities.reviews.permissions import FEATURE, can_edit_things

ADD, EDIT, REMOVE = "add_thing", "edit_thing", "remove_thing"
_MOST_TRIES = 50


@dataclass(frozen=True)
class Wishes:
    """A thing as its form says it; the fields of Thing of the same names."""

    name: str
    kind: str = Thing.Kind.PRODUCT.value
    about: str = ""
    address: str = ""
    offer: str = ""
    own: bool = True
    picture_alt: str = ""
    closed: bool = False


@transaction.atomic
def save_thing(
    thing: Thing,
    wishes: Wishes,
    *,
    by: Membership,
    picture: File[Any] | None = None,
    remove_picture: bool = False,
) -> Thing:
    """Keep a new thing of a space, or what was changed of one. Its address stays when its name changes.

    Raises NotAllowed, NameTaken, UploadRefused for a file that is no picture.
    """
    refuse_closed(by, FEATURE)
    if not can_edit_things(by):
        raise NotAllowed
    before = _told(thing) if thing.pk else {}
    for name, value in asdict(wishes).items():
        setattr(thing, name, value)
    if not thing.is_place:
        thing.address = ""
    if picture is not None or remove_picture:
        former = thing.picture_paths
        if former:
            transaction.on_commit(lambda: delete_picture(former))
        _take_picture(thing, picture)
    is_new = thing.pk is None
    if is_new:
        thing.slug = _free_slug(thing.name)
    try:
        with transaction.atomic():
            thing.save()
    except IntegrityError as error:
        raise NameTaken from error
    record(by, ADD if is_new else EDIT, what=thing.name, about=thing.pk, before=before, after=_told(thing))
    return thing


def _take_picture(thing: Thing, picture: File[Any] | None) -> None:
    if picture is None:
        thing.picture, thing.picture_renditions = "", []
        thing.picture_width = thing.picture_height = 0
        return
    stored = store_picture(picture, folder="public/reviewed")
    thing.picture, thing.picture_renditions = stored.path, [list(pair) for pair in stored.renditions]
    thing.picture_width, thing.picture_height = stored.width, stored.height


def _free_slug(name: str) -> str:
    """From its name, with a number where that is taken. Raises NameTaken where all of them are."""
    base = slug_of(name)[:70].strip("-") or "thing"
    taken = set(Thing.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    tries = [base, *(f"{base}-{number}" for number in range(2, _MOST_TRIES))]
    free = next((one for one in tries if one not in taken), None)
    if free is None:
        raise NameTaken
    return free


@transaction.atomic
def remove_thing(thing: Thing, *, by: Membership) -> None:
    """Take away one that nobody has reviewed. Raises NotAllowed, HasReviews."""
    refuse_closed(by, FEATURE)
    if not can_edit_things(by):
        raise NotAllowed
    # Whoever reviews it at this moment refers to its row, and is waited for.
    held: Thing = Thing.objects.select_for_update(of=("self",)).get(pk=thing.pk)
    if Review.objects.filter(thing=held).exists():
        raise HasReviews
    former = held.picture_paths
    record(by, REMOVE, what=held.name, about=held.pk, before=_told(held), after={})
    held.delete()
    if former:
        transaction.on_commit(lambda: delete_picture(former))


def _told(thing: Thing) -> dict[str, Any]:
    """As the journal keeps it."""
    return {name: getattr(thing, name) for name in Wishes.__dataclass_fields__}
