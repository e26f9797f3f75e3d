"""Writing a newsletter: its languages, its blocks, for whom it is. One function for each act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from communities.animation.newsletters.exceptions import (
    AlreadyLeaving,
    NoPictures,
    NoWords,
    TooManyBlocks,
    WrittenMeanwhile,
)
from communities.animation.newsletters.models import Newsletter, NewsletterVersion, Segment
from communities.animation.newsletters.permissions import can_write_newsletter
from communities.animation.newsletters.proposing import Pick
from communities.content.text.extracts import plain_text
from communities.content.text.rendering import Format, render, to_html
from communities.content.text.spoilers import covered
from communities.content.text.ticking import with_signs
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.journal.services import record
from communities.models import Community, Membership

MOST_BLOCKS = 30
TEXT, PICK, BUTTON = "text", "pick", "button"

Blocks = list[dict[str, Any]]


@transaction.atomic
def start_newsletter(community: Community, *, by: Membership, subject: str) -> Newsletter:
    """An empty one in the community’s own language. Raises NotAllowed."""
    if not can_write_newsletter(by):
        raise NotAllowed
    newsletter = Newsletter.objects.create(language=community.language, created_by=by)
    NewsletterVersion.objects.create(
        newsletter=newsletter, language=newsletter.language, subject=one_line(subject)
    )
    return newsletter


@transaction.atomic
def edit_newsletter(
    newsletter: Newsletter, *, by: Membership, version: int, segment: Segment | None, is_public: bool
) -> Newsletter:
    """For whom it is, and whether it stands in the archive. What begins to go to some only is not for everybody to
    read, unless that is said anew. Raises NotAllowed, AlreadyLeaving, WrittenMeanwhile.
    """
    row = locked_draft(newsletter, by, version)
    narrowed = segment is not None and row.segment_id is None and row.is_public
    row.segment, row.is_public = segment, is_public and not narrowed
    _save(row)
    return row


@transaction.atomic
def set_in_archive(newsletter: Newsletter, *, by: Membership, is_public: bool) -> None:
    """Take it out of the archive, or put it back, whatever its state: what it says stays. Raises NotAllowed,
    WrittenMeanwhile where it has gone."""
    if not can_write_newsletter(by):
        raise NotAllowed
    row: Newsletter | None = Newsletter.objects.select_for_update().filter(pk=newsletter.pk).first()
    if row is None:
        raise WrittenMeanwhile
    if row.is_public != is_public:
        row.is_public = is_public
        row.version += 1
        row.save()
        said = NewsletterVersion.objects.filter(newsletter=row, language=row.language).first()
        act = "newsletter_archived" if is_public else "newsletter_unarchived"
        record(by, act, what=said.subject if said is not None else "", about=row.pk)


@transaction.atomic
def delete_newsletter(newsletter: Newsletter, *, by: Membership) -> None:
    """A draft, with all that it says. Raises NotAllowed, AlreadyLeaving."""
    row = locked_draft(newsletter, by)
    said = NewsletterVersion.objects.filter(newsletter=row, language=row.language).first()
    record(by, "newsletter_deleted", what=said.subject if said is not None else "")
    row.delete()


@transaction.atomic
def set_subject(
    newsletter: Newsletter,
    language: str,
    *,
    by: Membership,
    subject: str,
    other: str = "",
    seen: int | None = None,
) -> NewsletterVersion:
    """In one language; the first subject begins that language’s version, with the blocks of the main one to translate.
    `other` is a second one, which every second person gets; `seen` the newsletter’s version that was seen.

    Raises NotAllowed, AlreadyLeaving, WrittenMeanwhile.
    """
    row = locked_draft(newsletter, by, seen)
    said = {one.language: one for one in NewsletterVersion.objects.filter(newsletter=row)}
    version = said.get(language)
    if version is None:
        main = said[row.language]
        version = NewsletterVersion(
            newsletter=row, language=language, blocks=main.blocks, blocks_made=main.blocks_made
        )
    version.subject, version.other_subject = one_line(subject), one_line(other)
    version.tested_at = None
    version.save()
    _save(row)
    return version


@transaction.atomic
def drop_language(newsletter: Newsletter, language: str, *, by: Membership) -> None:
    """Its readers get the main language again, which stays. Raises NotAllowed, AlreadyLeaving."""
    row = locked_draft(newsletter, by)
    if language != row.language:
        NewsletterVersion.objects.filter(newsletter=row, language=language).delete()
        _save(row)


def add_text(
    newsletter: Newsletter,
    language: str,
    *,
    by: Membership,
    source: str,
    fmt: Format = "markdown",
    after: int | None = None,
) -> None:
    """Words of one’s own, as the editor wrote them or in Markdown; below the block `after`, else at the end.

    Raises NotAllowed, AlreadyLeaving, TooManyBlocks, TextTooLong, NoPictures, NoWords.
    """
    _change(newsletter, language, by, lambda version: _append(version, kept_text(source, fmt), after))


def add_pick(newsletter: Newsletter, language: str, *, by: Membership, pick: Pick) -> None:
    """A text of the place. One that stands there already is not added again. Raises as `add_text`."""

    def add(version: NewsletterVersion) -> None:
        if not any(one.get("thread") == pick.thread for one in version.blocks):
            _append(version, {"kind": PICK, **pick.as_block()})

    _change(newsletter, language, by, add)


def add_button(newsletter: Newsletter, language: str, *, by: Membership, label: str, url: str) -> None:
    """One act for its readers. Raises as `add_text`."""
    block = {"kind": BUTTON, "label": one_line(label), "url": url}
    _change(newsletter, language, by, lambda version: _append(version, block))


def edit_block(
    newsletter: Newsletter,
    language: str,
    number: int,
    *,
    by: Membership,
    said: dict[str, str],
    seen: int | None = None,
) -> None:
    """Change what a block says. `seen` is the newsletter’s version that its form was opened with.

    Raises as `add_text`, and WrittenMeanwhile where somebody has changed it since, or taken the block out.
    """

    def edit(version: NewsletterVersion) -> None:
        block = version.block(number)
        if block is None:
            raise WrittenMeanwhile
        block.update(kept_text(said["source"], format_of(said)) if block["kind"] == TEXT else said)

    _change(newsletter, language, by, edit, seen)


def move_block(newsletter: Newsletter, language: str, number: int, *, by: Membership, up: bool) -> None:
    """One place up or down; at the end of the list nothing happens. Raises NotAllowed, AlreadyLeaving."""

    def move(version: NewsletterVersion) -> None:
        blocks: Blocks = version.blocks
        at = next((place for place, one in enumerate(blocks) if one["id"] == number), None)
        to = None if at is None else at + (-1 if up else 1)
        if at is not None and to is not None and 0 <= to < len(blocks):
            blocks[at], blocks[to] = blocks[to], blocks[at]

    _change(newsletter, language, by, move)


def remove_block(newsletter: Newsletter, language: str, number: int, *, by: Membership) -> None:
    """Take a block out. Raises NotAllowed, AlreadyLeaving."""

    def remove(version: NewsletterVersion) -> None:
        version.blocks = [one for one in version.blocks if one["id"] != number]

    _change(newsletter, language, by, remove)


def locked_draft(newsletter: Newsletter, by: Membership, version: int | None = None) -> Newsletter:
    """Raises NotAllowed, AlreadyLeaving, WrittenMeanwhile where another one was seen, or it has gone."""
    if not can_write_newsletter(by):
        raise NotAllowed
    row: Newsletter | None = Newsletter.objects.select_for_update().filter(pk=newsletter.pk).first()
    if row is None or (version is not None and version != row.version):
        raise WrittenMeanwhile
    if not row.is_draft:
        raise AlreadyLeaving
    return row


@transaction.atomic
def _change(
    newsletter: Newsletter,
    language: str,
    by: Membership,
    change: Callable[[NewsletterVersion], None],
    seen: int | None = None,
) -> None:
    row = locked_draft(newsletter, by, seen)
    version = NewsletterVersion.objects.filter(newsletter=row, language=language).first()
    if version is None:
        raise WrittenMeanwhile
    change(version)
    # What was tried out is not what would be sent any more.
    version.tested_at = None
    version.save()
    _save(row)


def _append(version: NewsletterVersion, block: dict[str, Any], after: int | None = None) -> None:
    """Below the block with this number; where it has gone meanwhile, and without one, at the end."""
    if len(version.blocks) >= MOST_BLOCKS:
        raise TooManyBlocks
    version.blocks_made += 1
    blocks: Blocks = version.blocks
    at = next((place for place, one in enumerate(blocks, 1) if one["id"] == after), len(blocks))
    blocks.insert(at, {"id": version.blocks_made, **block})


def format_of(block: Mapping[str, Any]) -> Format:
    """How the words of a block were written; those from before there was a choice are Markdown."""
    return "html" if block.get("format") == "html" else "markdown"


def kept_text(source: str, fmt: Format) -> dict[str, Any]:
    """Sanitised when it is kept. Mentions are none of a mail’s, and pictures are refused rather than lost.

    Raises TextTooLong, NoPictures, NoWords.
    """
    if "<img" in to_html(source, fmt):
        raise NoPictures(field="body")
    html = with_signs(covered(render(source, fmt=fmt, mentions={}, pictures={}).html))
    text = plain_text(html)
    if not text.strip():
        raise NoWords(field="body")
    return {"kind": TEXT, "source": source, "format": fmt, "html": html, "text": text}


def _save(row: Newsletter) -> None:
    row.version += 1
    row.save()
