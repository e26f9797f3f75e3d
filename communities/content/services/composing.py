"""From what somebody typed to what is stored: rendering, slugs, mentions, pictures. Used by the acts only."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import connection

from communities.content.addresses import MEDIA, local_path, member_address, to_stored
from communities.content.attachments import usable_for
from communities.content.audiences import spaces_of
from communities.content.exceptions import BlankText, PictureWaits
from communities.content.kinds import THREAD_KINDS
from communities.content.models import (
    Attachment,
    Mention,
    Post,
    Redirect,
    Space,
    Thread,
    ThreadTitle,
)
from communities.content.services.forwarding import asked_as
from communities.content.text.cards import carded, cards_in
from communities.content.text.extracts import plain_text
from communities.content.text.formulas import left_in, typeset, with_dollars
from communities.content.text.rendering import Format, is_blank, references, render
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.letters import plain, slug_of
from communities.models import Community, Membership

# The key of a community’s settings.
CARDS, FORMULAS = "cards", "formulas"
# How the editor names a picture that waits for the network (static/js/editor/waiting.mjs).
_WAITING = re.compile(r"src=\"[^\">]*/waiting/[0-9a-f-]{36}\"")
# More people in one text are spam, not mentions.
MOST_MENTIONS = 50
# « l’avant-dernier » is two words in an address; "don't" stays one.
ELISION = re.compile(r"\b(jusqu|lorsqu|puisqu|qu|[cdjlmnst])'")
RESERVED_SLUGS = frozenset(
    [
        "new",
        "feed-xml",
        "feed-rss",
        "tags",
        "drafts",
        "f",
        "t",
        "in",
        "i",
        "e",
        "b",
        "settings",
        "edit",
        "follow",
        "unfollow",
        "checklist",
        "series",
        "results",
    ]
)


@dataclass(frozen=True)
class Composed:
    """A text ready to be stored, with whom it names and which pictures and files it holds."""

    html: str
    text: str
    source: str
    format: str
    # Whom it names, by their addresses; True where only what it quotes does.
    named: Mapping[str, tuple[int, bool]]
    attachment_ids: tuple[str, ...]


def compose(
    source: str, *, fmt: str, by: Membership, post: Post | None = None, for_readers: bool = True
) -> Composed:
    """Render and sanitise a text; `post` is the one being edited, and `for_readers` false for the editor, which opens
    formulas and addresses as they were typed. Raises BlankText, TextTooLong, PictureWaits."""
    if for_readers and fmt == Post.Format.HTML and _WAITING.search(source):
        raise PictureWaits
    source = to_stored(source)
    named = references(source)
    people = _people(named.handle_keys)
    with_formulas = "$" in source and has_formulas(by.community)
    usable = usable_for(named.attachment_ids, uploader_id=by.pk, post_id=post.pk if post else None)
    rendered = render(
        source,
        fmt="markdown" if fmt == Post.Format.MARKDOWN else "html",
        mentions={key: url for key, (_pk, url) in people.items()},
        media_prefixes=[MEDIA],
        pictures=usable.pictures,
        files=usable.files,
        formulas=with_formulas,
    )
    if is_blank(rendered.html):
        raise BlankText
    keys = [(key, False) for key in rendered.mentions] + [(key, True) for key in rendered.quoted]
    mentioned = {people[key][1]: (people[key][0], quoted) for key, quoted in keys if key in people}
    html, text = rendered.html, rendered.text
    if with_formulas and "\\$" in html:
        text = plain_text(with_dollars(html))
    if for_readers:
        html = with_dollars(typeset(html)) if with_formulas else html
        # What is known of its addresses stays with a text that is changed.
        if has_cards(by.community):
            html = carded(html, cards_in(post.body_html) if post else {})
    return Composed(html, text, source, fmt, mentioned, tuple(rendered.attachment_ids))


def has_cards(community: Community) -> bool:
    """Whether addresses that stand alone become cards here."""
    return bool(community.settings.get(CARDS, True))


def has_formulas(community: Community) -> bool:
    """Whether what stands between dollar signs is a formula here."""
    return bool(community.settings.get(FORMULAS))


def unread_formulas(source: str, *, fmt: str, community: Community) -> list[str]:
    """Those of a text that cannot be shown to readers, who see them as they were typed. Raises TextTooLong."""
    if "$" not in source or not has_formulas(community):
        return []
    written: Format = "markdown" if fmt == Post.Format.MARKDOWN else "html"
    return left_in(typeset(render(source, fmt=written, mentions={}, formulas=True).html))


def _people(keys: frozenset[str]) -> dict[str, tuple[int, str]]:
    if not keys:
        return {}
    rows = Membership.objects.active().filter(handle_key__in=sorted(keys)[:MOST_MENTIONS])
    return {
        key: (pk, member_address(handle))
        for pk, key, handle in rows.values_list("pk", "handle_key", "handle")
    }


def attach(post: Post, composed: Composed, *, by: Membership, former: str = "") -> None:
    """Store mentions and attach the text's pictures to the post. Only the author's own uploads are taken.

    `former` is the text before an edit: who stood in it already is not told for having been imported with it.
    """
    mentions = [
        Mention(
            post=post, membership_id=pk, quoted=quoted, told=f'href="{address}" class="mention"' in former
        )
        for address, (pk, quoted) in composed.named.items()
        if pk != by.pk
    ]
    if mentions:
        Mention.objects.bulk_create(mentions, ignore_conflicts=True)
        # Named by a text that only quoted them before.
        spoken_to = [one.membership_id for one in mentions if not one.quoted]
        Mention.objects.filter(post=post, membership__in=spoken_to, quoted=True).update(
            quoted=False, told=False
        )
    if composed.attachment_ids:
        Attachment.objects.filter(pk__in=composed.attachment_ids, uploader=by, post__isnull=True).update(
            post=post
        )


def free_slug(title: str, thread: Thread, *, keep: str = "") -> str:
    """An address for a thread of this title that no other one has or had; `keep` is its present one, if it fits."""
    base = slug_of(ELISION.sub(r"\1 ", plain(title)), 70) or "thread"
    if base in RESERVED_SLUGS:
        base = f"{base}-1"
    if keep and re.fullmatch(rf"{re.escape(base)}(-\d+)?", keep):
        return keep
    taken = set(Thread.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return first_free(base, lambda slug: slug not in taken and not leads_away(thread, slug))


def leads_away(thread: Thread, slug: str) -> bool:
    """Whether a thread of this slug would stand where links lead to another one, in any space: threads are moved."""
    kind = THREAD_KINDS[thread.kind].kind
    spaces = {space.pk: space for space in (thread.space, *spaces_of(thread.space.community_id))}
    places = (
        Thread(space=space, kind=thread.kind, slug=slug)
        for space in spaces.values()
        if space.kind == kind.name
    )
    paths = {asked_as(local_path(place.get_absolute_url())) for place in places}
    own = asked_as(local_path(thread.get_absolute_url())) if thread.slug else ""
    targets = Redirect.objects.filter(path__in=paths).values_list("target", flat=True)
    return any(asked_as(target).partition("#")[0] != own for target in targets)


def first_free(base: str, is_free: Callable[[str], bool]) -> str:
    """The first that is free of an address and those made of it with a number: rope, rope-2, rope-3 …"""
    slug, number = base, 2
    while not is_free(slug):
        slug, number = f"{base}-{number}", number + 1
    return slug


def language_of(space: Space, community: Community) -> str:
    return space.language or community.language


def mode_of(space: Space, community: Community) -> str:
    """The moderation mode in force, kept on each post."""
    return space.mode or community.moderation_mode


def new_thread(
    space: Space,
    community: Community,
    *,
    author_id: int | None,
    kind: str,
    slug: str,
    title: str,
    language: str = "",
) -> Thread:
    """A draft, not saved; `new_title` and `new_post` go with it."""
    return Thread(
        space=space,
        author_id=author_id,
        kind=kind,
        asks=THREAD_KINDS[kind].asks,
        slug=slug,
        language=language or language_of(space, community),
        title=one_line(title),
    )


def new_title(thread: Thread) -> ThreadTitle:
    return ThreadTitle(thread=thread, language=thread.language, title=thread.title)


def new_post(
    thread: Thread,
    community: Community,
    *,
    author_id: int | None,
    html: str,
    source: str,
    source_format: str,
    submission: uuid.UUID | None = None,
) -> Post:
    """A text of a thread, not saved, without a place, under the moderation that is in force now."""
    return Post(
        community_id=community.pk,
        thread=thread,
        author_id=author_id,
        language=thread.language,
        mode=mode_of(thread.space, community),
        body_html=html,
        body_source=source,
        body_format=source_format,
        submission=submission,
    )


def hold_space(space: Space) -> None:
    """Keep a space from being deleted or emptied until the transaction ends, and others from nothing.

    Raises NotAllowed where it was put away or deleted meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select archived from content_space where community_id = %s and id = %s for key share",
            [space.community_id, space.pk],
        )
        row = cursor.fetchone()
    if row is None or row[0]:
        raise NotAllowed
