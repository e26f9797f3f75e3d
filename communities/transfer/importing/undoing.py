"""Taking an import back: what it made and nobody has touched since goes; the rest stays, and is counted.

A part at a time, by what is remembered: an item goes with its thing, so that what is left to do is what is left, and
importing the same file again brings it again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communities.content.exceptions import SpaceError
from communities.content.models import Redirect, Space, Tag, TaggedThread, TagWord, Thread
from communities.content.services.shelving import delete_space
from communities.content.services.unfiling import unfile_pictures, unfile_replies, unfile_threads
from communities.models import Membership
from communities.queries import local_path
from communities.transfer.course import Course
from communities.transfer.importing.staying import untouched_replies, untouched_threads
from communities.transfer.models import Import, ImportedItem

AT_ONCE = 50
ROWS_AT_ONCE = 500

_Kind = ImportedItem.Kind
# What was an answer there is a reply here.
SAID_AS: dict[str, str] = {_Kind.ANSWER: _Kind.REPLY}
# Removes what it may of these things of ours, and says which are gone.
Remove = Callable[[list[str]], Collection[str]]


def take_back(course: Course) -> None:
    """All that an import brought and made, children first. What it left is counted in the report as `known`."""
    with course.part():
        course.expect(_("Things"), course.done + _items(course).count())
    _part_by_part(course, [_Kind.THREAD], AT_ONCE, lambda ids: _threads(course.run, ids))
    _part_by_part(course, [_Kind.REPLY, _Kind.ANSWER], ROWS_AT_ONCE, lambda ids: _replies(course.run, ids))
    _part_by_part(course, [_Kind.PICTURE], ROWS_AT_ONCE, _pictures)
    standing = _standing_addresses(course)
    _part_by_part(course, [_Kind.REDIRECT], ROWS_AT_ONCE, lambda ids: _redirects(ids, standing))
    _part_by_part(course, [_Kind.AUTHOR, _Kind.COMMENTER], AT_ONCE, _people)
    _part_by_part(course, [_Kind.TAG, _Kind.CATEGORY], ROWS_AT_ONCE, _tags)
    _part_by_part(course, [_Kind.SPACE], AT_ONCE, lambda ids: _spaces(course, ids))
    with course.part():
        course.report.known.clear()
        for kind in _items(course).values_list("kind", flat=True).iterator(chunk_size=2000):
            course.report.known[SAID_AS.get(kind, kind)] += 1
        # What was only found here is nobody’s to take back; another import may look for it anew.
        ImportedItem.objects.filter(run=course.run, made=False).delete()
    course.finish()


def _items(course: Course) -> Any:
    return ImportedItem.objects.filter(run=course.run, made=True)


def _part_by_part(course: Course, kinds: Sequence[str], size: int, remove: Remove) -> None:
    last = 0
    while True:
        with course.part():
            of_kinds = _items(course).filter(kind__in=kinds, pk__gt=last).order_by("pk")
            items = list(of_kinds.values_list("pk", "kind", "object_id")[:size])
        if not items:
            return
        with course.part(len(items)):
            gone = set(_removed(remove, [object_id for _pk, _kind, object_id in items]))
            going = [(pk, kind) for pk, kind, object_id in items if object_id in gone]
            ImportedItem.objects.filter(pk__in=[pk for pk, _kind in going]).delete()
            course.report.made.update(SAID_AS.get(kind, kind) for _pk, kind in going)
        last = items[-1][0]


def _removed(remove: Remove, ids: list[str]) -> Collection[str]:
    """Which of them are gone. What something else refers to that must not change stays: each is then tried alone."""
    try:
        with transaction.atomic():
            return remove(ids)
    except IntegrityError:
        return list(_one_by_one(remove, ids))


def _one_by_one(remove: Remove, ids: list[str]) -> Iterator[str]:
    for one in ids:
        try:
            with transaction.atomic():
                yield from remove([one])
        except IntegrityError:
            continue


def _threads(run: Import | None, ids: list[str]) -> Collection[str]:
    wanted = {int(one) for one in ids}
    standing = set(Thread.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    going = untouched_threads(run, standing)
    unfile_threads(going)
    return [str(pk) for pk in wanted - (standing - going)]


def _replies(run: Import | None, ids: list[str]) -> Collection[str]:
    """Those in threads that another import brought, or that went with theirs."""
    standing, going = untouched_replies(run, {int(one) for one in ids})
    unfile_replies(going)
    return [one for one in ids if int(one) not in standing - going]


def _pictures(ids: list[str]) -> Collection[str]:
    """What no text shows any more."""
    shown = unfile_pictures(ids)
    return [one for one in ids if one not in shown]


def _standing_addresses(course: Course) -> set[str]:
    """Where what stays can be read: threads, tags and spaces of this import."""
    with course.part():
        ids = _items(course).filter(kind=_Kind.THREAD).values_list("object_id", flat=True)
        kept = Thread.objects.filter(pk__in=[int(one) for one in ids]).select_related("space")
        tagged = TaggedThread.objects.values_list("tag_id", flat=True)
        tags = Tag.objects.filter(pk__in=tagged)
        return {local_path(thing.get_absolute_url()) for thing in [*kept, *tags]}


def _redirects(ids: list[str], standing: set[str]) -> Collection[str]:
    rows = Redirect.objects.filter(pk__in=ids, by_hand=False).values_list("pk", "target")
    leading = {pk for pk, target in rows if target.partition("#")[0].partition("?")[0] in standing}
    Redirect.objects.filter(pk__in=ids, by_hand=False).exclude(pk__in=leading).delete()
    kept = set(Redirect.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return [one for one in ids if int(one) not in kept]


def _people(ids: list[str]) -> Collection[str]:
    """Those who have not come for their membership, and of whom nothing is left."""
    people = Membership.objects.filter(pk__in=ids)
    people.filter(unclaimed=True, member__isnull=True, posts__isnull=True, threads__isnull=True).delete()
    kept = set(Membership.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return [one for one in ids if int(one) not in kept]


def _tags(ids: list[str]) -> Collection[str]:
    """Those that file nothing any more, and that nobody has put into a group or given other words."""
    used = TaggedThread.objects.filter(tag_id__in=ids).values("tag_id")
    worded = TagWord.objects.filter(tag_id__in=ids).values("tag_id")
    Tag.objects.filter(pk__in=ids, group="").exclude(pk__in=used).exclude(pk__in=worded).delete()
    kept = set(Tag.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return [one for one in ids if int(one) not in kept]


def _spaces(course: Course, ids: list[str]) -> Collection[str]:
    """Those that hold nothing any more, and that nobody has changed."""
    if course.by is None:
        return []
    for space in Space.objects.filter(pk__in=ids, version=1):
        with suppress(SpaceError):
            delete_space(space, by=course.by, community=course.community)
    kept = set(Space.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return [one for one in ids if int(one) not in kept]
