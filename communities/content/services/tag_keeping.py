"""Keeping the words that file threads: rename, group, merge, other words for one, words that are not used.

Each act writes its line of the journal, with what it takes to put it back (`communities/content/tag_acts.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.content.exceptions import ContentError
from communities.content.models import Redirect, Tag, TaggedThread, TagWord, Thread
from communities.content.permissions import can_keep_tags
from communities.content.services.forwarding import asked_as, forward
from communities.content.services.tag_moving import is_large, was_refiled
from communities.content.services.tagging import new_link, recount_tags
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.journal.services import record
from communities.letters import slug_of
from communities.models import Membership
from members.signs import cut


class TagTaken(ContentError):
    """Another tag has this name; `tag` can be merged with it."""

    def __init__(self, tag: Tag) -> None:
        self.tag = tag
        super().__init__(
            _("There is a tag “%(name)s” already. Merge the two if they mean the same.") % {"name": tag.name}
        )


class WordTaken(ContentError):
    """A word that stands for something else by now."""


class TooManyThreads(ContentError):
    """More than change in one act: `tag_moving.refile_some` takes the others first, part by part."""

    message = gettext_lazy("It is on too many threads to change them all at once.")


@transaction.atomic
def rename_tag(tag: Tag, *, by: Membership, name: str, keeps_word: bool = True) -> Tag:
    """Call a tag otherwise. The former address leads to the new one; the former word still means this tag, unless it
    never should have (`keeps_word`).

    Raises NotAllowed, TagTaken, WordTaken, ContentError for a name of which no address can be made.
    """
    tag = _locked(tag, by)
    name, former, slug = cut(one_line(name), 60), tag.name, tag.slug
    new_slug = _slug_for(name)
    if new_slug != slug:
        _refuse_taken(new_slug, but=tag)
    tag.name, tag.slug = name, new_slug
    try:
        with transaction.atomic():
            tag.save(update_fields=["name", "slug"])
    except IntegrityError as error:
        other = Tag.objects.filter(name__iexact=name).exclude(pk=tag.pk).first()
        raise (TagTaken(other) if other else ContentError()) from error
    before: dict[str, Any] = {"name": former}
    if new_slug != slug:
        if TagWord.objects.filter(slug=new_slug).delete()[0]:
            before["words"] = [new_slug]
        if keeps_word:
            TagWord.objects.get_or_create(slug=slug, defaults={"name": former, "tag": tag})
        _lead_on(slug, new_slug)
    record(by, "tag_renamed", what=name, about=tag.pk, before=before, after={"name": name})
    return tag


@transaction.atomic
def group_tag(tag: Tag, *, by: Membership, group: str) -> Tag:
    """Say which tags belong together: they stand under this heading in the list. Raises NotAllowed."""
    tag = _locked(tag, by)
    former, tag.group = tag.group, one_line(group)[:40]
    tag.save(update_fields=["group"])
    record(
        by, "tag_grouped", what=tag.name, about=tag.pk, before={"group": former}, after={"group": tag.group}
    )
    return tag


@transaction.atomic
def add_tag_word(*, by: Membership, word: str, tag: Tag | None) -> TagWord:
    """Another word for a tag; without a tag, a word that nobody can use as one.

    Raises NotAllowed, TagTaken where it is a tag itself, WordTaken where it means something already.
    """
    if not can_keep_tags(by):
        raise NotAllowed
    name = cut(one_line(word), 60)
    slug = _slug_for(name)
    _refuse_taken(slug, but=None)
    if TagWord.objects.filter(slug=slug).exists():
        raise WordTaken(_in_the_list(name))
    try:
        with transaction.atomic():
            added: TagWord = TagWord.objects.create(slug=slug, name=name, tag=tag)
    except IntegrityError as error:
        raise WordTaken(_in_the_list(name)) from error
    record(by, "tag_word_added", what=name, about=added.pk, after={"tag": tag.name if tag else ""})
    return added


@transaction.atomic
def remove_tag_word(word: TagWord, *, by: Membership) -> None:
    """From now on the word is a word like others. Raises NotAllowed."""
    if not can_keep_tags(by):
        raise NotAllowed
    record(
        by,
        "tag_word_removed",
        what=word.name,
        about=word.tag_id or "",
        before={"tag": word.tag.name if word.tag else ""},
    )
    word.delete()


@transaction.atomic
def merge_tags(tag: Tag, *, into: Tag, by: Membership) -> Tag:
    """File what is under `tag` under `into`; the word and the address of the first lead to the second.

    Raises NotAllowed, TooManyThreads, ContentError for merging a tag with itself.
    """
    if tag.pk == into.pk:
        raise ContentError(_("Choose another tag to merge it with."))
    _refuse_many(tag)
    # In the order of their numbers: whoever merges the second with the first does not wait for us.
    locked = {one.pk: _locked(one, by) for one in sorted((tag, into), key=lambda one: one.pk)}
    tag, into = locked[tag.pk], locked[into.pk]
    kept = _taken_apart(tag)
    shared = set(
        TaggedThread.objects.filter(tag=into, content_object__in=kept["threads"]).values_list(
            "content_object_id", flat=True
        )
    )
    TaggedThread.objects.filter(tag=tag).exclude(content_object__in=shared).update(tag=into)
    TagWord.objects.filter(tag=tag).update(tag=into)
    record(
        by,
        "tags_merged",
        what=tag.name,
        about=into.pk,
        before=kept | {"shared": sorted(shared)},
        after={"into": into.name},
    )
    tag.delete()
    TagWord.objects.create(slug=kept["slug"], name=kept["name"], tag=into)
    _lead_on(kept["slug"], into.slug)
    recount_tags(into.community_id, {into.pk})
    return into


@transaction.atomic
def forbid_tag(tag: Tag, *, by: Membership) -> None:
    """Take a tag from all threads; nobody can use its word, nor the other words for it.

    Raises NotAllowed, TooManyThreads.
    """
    tag = _locked(tag, by)
    _refuse_many(tag)
    kept = _taken_apart(tag)
    TagWord.objects.filter(tag=tag).update(tag=None)
    record(by, "tag_forbidden", what=tag.name, before=kept, after={"unused": True})
    tag.delete()
    TagWord.objects.create(slug=kept["slug"], name=kept["name"], tag=None)


@transaction.atomic
def bring_tag_back(kept: Mapping[str, Any], *, by: Membership, into: Tag | None = None) -> Tag:
    """Make a tag again that was merged or forbidden, on the threads that still are there.

    `kept` is what the journal holds of it; `into` loses those threads that it got by the merging.
    Raises NotAllowed, TagTaken where its name is in use by now.
    """
    if not can_keep_tags(by):
        raise NotAllowed
    _refuse_taken(kept["slug"], but=None)
    taken = Tag.objects.filter(name__iexact=kept["name"]).first()
    if taken is not None:
        raise TagTaken(taken)
    tag: Tag = Tag.objects.create(name=kept["name"], slug=kept["slug"], group=kept["group"])
    TagWord.objects.filter(slug=kept["slug"]).delete()
    Redirect.objects.filter(path__in=[asked_as(path) for path in paths_of(kept["slug"])]).delete()
    threads = list(Thread.objects.filter(pk__in=kept["threads"]))
    TaggedThread.objects.bulk_create([new_link(thread, tag) for thread in threads])
    TagWord.objects.filter(slug__in=kept["words"]).update(tag=tag)
    if into is not None:
        alone = set(kept["threads"]) - set(kept["shared"])
        TaggedThread.objects.filter(tag=into, content_object__in=alone).delete()
    recount_tags(tag.community_id, {tag.pk, *([into.pk] if into else [])})
    record(by, "tag_brought_back", what=tag.name, about=tag.pk)
    return tag


def paths_of(slug: str) -> tuple[str, str]:
    """The page of a tag, and its feed."""
    page = f"/tags/{quote(slug)}/"
    return page, f"{page}feed.xml"


def _lead_on(former: str, slug: str) -> None:
    for path, target in zip(paths_of(former), paths_of(slug), strict=True):
        forward(path, target)


def _locked(tag: Tag, by: Membership) -> Tag:
    if not can_keep_tags(by):
        raise NotAllowed
    found: Tag = Tag.objects.select_for_update().get(pk=tag.pk)
    return found


def _taken_apart(tag: Tag) -> dict[str, Any]:
    """What it takes to make the tag again."""
    links = TaggedThread.objects.filter(tag=tag).order_by("content_object_id")
    return {
        "name": tag.name,
        "slug": tag.slug,
        "group": tag.group,
        "threads": list(links.values_list("content_object_id", flat=True)),
        "words": list(TagWord.objects.filter(tag=tag).order_by("slug").values_list("slug", flat=True)),
        "refiled": was_refiled(tag),
    }


def _refuse_many(tag: Tag) -> None:
    if is_large(tag):
        raise TooManyThreads


def _in_the_list(word: str) -> str:
    return _("“%(word)s” is in the list already.") % {"word": word}


def _slug_for(name: str) -> str:
    slug = slug_of(name, 80)
    if not slug:
        raise ContentError(_("Write a word with letters or digits."))
    return slug


def _refuse_taken(slug: str, *, but: Tag | None) -> None:
    other = Tag.objects.filter(slug=slug).exclude(pk=but.pk if but else 0).first()
    if other is not None:
        raise TagTaken(other)
    word = TagWord.objects.filter(slug=slug).exclude(tag=but).first() if but else None
    if word is not None:
        raise WordTaken(
            _("“%(word)s” means something else here: take it from the list of words first.")
            % {"word": word.name}
        )
