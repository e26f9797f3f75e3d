"""Writing articles: a thread of kind article, and its fields beside the text."""

from __future__ import annotations

import datetime
import math
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.blogs.exceptions import UnknownAuthor
from communities.blogs.models import ARTICLE, WORDS, Article, CoAuthor
from communities.blogs.own.services import refuse_without_blog
from communities.blogs.permissions import can_edit_article, can_publish_article
from communities.blogs.review.deciding import mark_approved
from communities.content.addresses import to_stored
from communities.content.exceptions import EditConflict
from communities.content.images import StoredPicture, store_picture
from communities.content.insets import turn_inset
from communities.content.models import Attachment, Post, Space, State, Thread, ThreadTitle
from communities.content.permissions import can_upload_file
from communities.content.services import (
    beside_of,
    edit_post,
    hold_beside,
    mark_changed,
    publish_thread,
    rename_thread,
    save_draft,
    schedule_thread,
    set_tags,
    settle_address,
    settle_outline,
    start_thread,
    unpublish_thread,
    waiting_beside,
    waiting_edit,
)
from communities.content.text.extracts import plain_text
from communities.content.text.rendering import with_anchors
from communities.exceptions import NotAllowed
from communities.limits import Limited, count_act
from communities.models import Community, Membership
from communities.signals import thread_edited

# Words a minute of quiet reading on a screen, as measured for English and French adults.
READING_SPEED = 230


@dataclass(frozen=True)
class About:
    """What an article says of itself beside its text; the fields of Article of the same names."""

    excerpt: str = ""
    cover_drawing: str = ""
    cover_alt: str = ""
    focal_x: int = 50
    focal_y: int = 50
    seo_title: str = ""
    seo_description: str = ""
    comments_open: bool = True


@dataclass(frozen=True)
class Draft:
    """An article as the writing page sends it."""

    title: str
    body: str
    body_format: str = "html"
    tags: Sequence[str] = ()
    language: str = ""
    about: About = field(default_factory=About)


@transaction.atomic
def write_article(
    space: Space, *, by: Membership, community: Community, draft: Draft, submission: uuid.UUID | None = None
) -> Thread:
    """Start an article as a draft. The same `submission` twice returns the first one.

    Raises NotAllowed, OwnBlogNeeded, BlankText, TextTooLong, TooFast, ContentError for too many tags.
    """
    refuse_without_blog(space, by=by)
    thread = start_thread(
        space,
        by=by,
        community=community,
        kind=ARTICLE,
        title=draft.title,
        body=draft.body,
        body_format=draft.body_format,
        tags=list(draft.tags),
        language=draft.language,
        state=State.DRAFT,
        submission=submission,
    )
    _article, is_new = Article.objects.get_or_create(thread=thread, defaults=asdict(draft.about))
    if is_new:
        describe_text(thread.opening())
    return thread


@transaction.atomic
def edit_article(thread: Thread, *, by: Membership, draft: Draft, version: int | None = None) -> Thread:
    """Save an article. A published one keeps its former text as a revision and its former address.

    `version` is the one its editor started from. Raises NotAllowed, BlankText, TextTooLong, TooFast,
    EditConflict (with what is stored now) when somebody saved meanwhile.
    """
    thread = Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=thread.pk)
    if not can_edit_article(by, thread):
        raise NotAllowed
    if version is not None and version != thread.version:
        raise EditConflict(thread)
    if thread.state in (State.DRAFT, State.SCHEDULED):
        thread = save_draft(thread, by=by, title=draft.title, body=draft.body, body_format=draft.body_format)
        about = asdict(draft.about)
        set_tags(thread, by=by, names=list(draft.tags))
    else:
        about = _edit_public_text(thread, by=by, draft=draft)
    if draft.language and draft.language != thread.language:
        _set_language(thread, draft.language)
    Article.objects.update_or_create(thread=thread, defaults=about)
    return thread


def _edit_public_text(thread: Thread, *, by: Membership, draft: Draft) -> dict[str, Any]:
    """Save the text, or keep it for a moderator to read; returns the article's own fields from now on."""
    body, about = thread.opening(), asdict(draft.about)
    beside = beside_of(thread, by=by, title=draft.title, tags=list(draft.tags))
    said = _changed_words(thread, about)
    if said:
        beside["about"] = said
    thread.version += 1
    thread.save(update_fields=["version"])
    # Stored HTML has anchors that the editor never sees, so sources are compared.
    same_text = (to_stored(draft.body), draft.body_format) == (body.body_source, body.body_format)
    if same_text and waiting_edit(body) is None:
        count_act(by, Limited.EDIT)
        waits = hold_beside(thread, by=by, beside=beside)
    else:
        waits = edit_post(
            body, by=by, body=draft.body, body_format=draft.body_format, beside=beside
        ).edit_waits
    if waits:
        return {name: value for name, value in about.items() if name not in WORDS}
    rename_thread(thread, by=by, title=draft.title)
    set_tags(thread, by=by, names=list(draft.tags))
    if beside:
        mark_changed(thread)
        thread_edited.send(sender=Thread, thread=thread, by=by)
    return about


def _changed_words(thread: Thread, about: dict[str, Any]) -> dict[str, str]:
    """The texts about the article itself that would change."""
    article = Article.objects.filter(thread=thread).first() or Article()
    waits = waiting_beside(thread).get("about", {})
    return {name: about[name] for name in WORDS if about[name] != getattr(article, name) or name in waits}


def _set_language(thread: Thread, language: str) -> None:
    thread.language = language
    thread.save(update_fields=["language"])
    ThreadTitle.objects.filter(thread=thread).update(language=language)
    Post.objects.filter(pk=thread.opening().pk).update(language=language)
    turn_inset(thread)


def sign_with(thread: Thread, handles: Sequence[str]) -> None:
    """Let members sign an article beside its author, in this order. Asks nobody: for texts that come in a whole.

    Raises UnknownAuthor.
    """
    people = [_member_named(handle) for handle in dict.fromkeys(handles)]
    CoAuthor.objects.bulk_create(
        [
            CoAuthor(article_id=thread.pk, membership=person, place=place)
            for place, person in enumerate(people)
            if person.pk != thread.author_id
        ],
        ignore_conflicts=True,
    )


def _member_named(handle: str) -> Membership:
    person = Membership.objects.active().with_handle(handle).first()
    if person is None:
        raise UnknownAuthor(_("Nobody here has the handle @%(handle)s.") % {"handle": handle})
    return person


@transaction.atomic
def set_cover(thread: Thread, *, by: Membership, picture: File[Any] | None) -> Attachment | None:
    """Set an article's cover, redrawn in several widths; None removes it. A new one waits for a moderator
    where a new text would.

    Raises NotAllowed, TooFast, UploadRefused with a sentence that says what is wrong.
    """
    if not can_edit_article(by, thread) or not can_upload_file(by):
        raise NotAllowed
    cover = _keep_cover(thread, by, picture) if picture is not None else None
    if cover is not None and hold_beside(thread, by=by, beside={"about": {"cover_id": str(cover.pk)}}):
        return cover
    Article.objects.update_or_create(thread=thread, defaults={"cover": cover})
    return cover


def put_cover(thread: Thread, *, by: Membership, stored: StoredPicture) -> None:
    """Give an article a cover that is kept already. Asks nobody: for texts that come in a whole."""
    Article.objects.filter(thread=thread).update(cover=_cover_of(thread, by, stored))


def _keep_cover(thread: Thread, by: Membership, picture: File[Any]) -> Attachment:
    count_act(by, Limited.UPLOAD)
    return _cover_of(thread, by, store_picture(picture, folder=f"uploads/{thread.community_id}", avif=True))


def _cover_of(thread: Thread, by: Membership, stored: StoredPicture) -> Attachment:
    return Attachment.objects.create(
        # The cover is seen by whoever sees the text.
        post=thread.opening(),
        uploader=by,
        **stored.columns(),
    )


def describe_text(body: Post) -> None:
    """Put addresses on the headings of an article's text, and keep its table of contents and reading time."""
    html, about_text = described(body.body_html)
    if html != body.body_html:
        body.body_html = html
        Post.objects.filter(pk=body.pk).update(body_html=html)
    Article.objects.filter(thread_id=body.thread_id).update(**about_text)


def stored_html(html: str) -> str:
    """An article's text as it is kept: with addresses on its headings."""
    return with_anchors(html)[0]


def described(html: str) -> tuple[str, dict[str, Any]]:
    """A text as it is kept, and what an article keeps about it."""
    html, headings = with_anchors(html)
    return html, {
        "contents": [{"level": one.level, "title": one.title, "anchor": one.anchor} for one in headings],
        "reading_minutes": max(1, math.ceil(len(plain_text(html).split()) / READING_SPEED)),
    }


@transaction.atomic
def publish_article(thread: Thread, *, by: Membership, sure: bool = False) -> bool:
    """Publish now; False when it already was, or a person reads it first. Raises NotAllowed, OwnBlogNeeded, and
    StillOutline unless one is sure that an outline may go out as it stands."""
    if not can_publish_article(by, thread):
        raise NotAllowed
    _refuse_without_blog(thread)
    settle_outline(thread, sure=sure)
    settle_address(thread)
    mark_approved(thread, by=by)
    return publish_thread(thread, by=by)


@transaction.atomic
def schedule_article(thread: Thread, *, by: Membership, at: datetime.datetime) -> None:
    """Publish at a date to come. Raises NotAllowed, OwnBlogNeeded, ContentError for a date that has passed."""
    if not can_publish_article(by, thread):
        raise NotAllowed
    _refuse_without_blog(thread)
    settle_address(thread)
    mark_approved(thread, by=by)
    schedule_thread(thread, by=by, at=at)


@transaction.atomic
def unpublish_article(thread: Thread, *, by: Membership) -> bool:
    """Turn back into a draft; False if it was one. Raises NotAllowed, ContentError when it has replies."""
    if not can_publish_article(by, thread):
        raise NotAllowed
    return unpublish_thread(thread, by=by)


def _refuse_without_blog(thread: Thread) -> None:
    """Its first author may have ended the blog since the draft was begun."""
    if thread.author is not None:
        refuse_without_blog(thread.space, by=thread.author)


def goes_out_at(day: datetime.date, hour: datetime.time, zone: datetime.tzinfo) -> datetime.datetime:
    """A day and an hour as the community's clocks show them."""
    return timezone.make_aware(datetime.datetime.combine(day, hour), zone)
