"""Writing pages: a thread of kind page, where it stands, and how it is shown."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from communities.content.addresses import to_stored
from communities.content.exceptions import EditConflict
from communities.content.managers import WAITING
from communities.content.models import Post, Space, State, Thread
from communities.content.services import (
    beside_of,
    edit_post,
    hold_beside,
    mark_changed,
    publish_thread,
    rename_thread,
    save_draft,
    settle_address,
    settle_outline,
    start_thread,
    unpublish_thread,
    waiting_edit,
)
from communities.exceptions import NotAllowed
from communities.guides.exceptions import MenuFull, TooManyPages
from communities.guides.models import GUIDE, GUIDES, MOST_LISTED, MOST_PAGES, Guide
from communities.guides.permissions import can_arrange_pages, can_edit_page, can_publish_page
from communities.guides.text import described
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.queries import hold_member
from communities.signals import thread_edited


@dataclass(frozen=True)
class Draft:
    """A page as the writing page sends it; `in_menu` None leaves the menu as it is."""

    title: str
    body: str
    body_format: str = "html"
    language: str = ""
    folds: bool = False
    in_menu: bool | None = None


@transaction.atomic
def write_page(
    space: Space, *, by: Membership, community: Community, draft: Draft, submission: uuid.UUID | None = None
) -> Thread:
    """Begin a page as a draft, the last of its space. The same `submission` twice returns the first one.

    Raises NotAllowed, BlankText, TextTooLong, TooFast, TooManyPages, MenuFull.
    """
    refuse_closed(by, GUIDES)
    hold_member(by)
    last = _last_place(space)
    thread = start_thread(
        space,
        by=by,
        community=community,
        kind=GUIDE,
        title=draft.title,
        body=draft.body,
        body_format=draft.body_format,
        language=draft.language,
        state=State.DRAFT,
        submission=submission,
    )
    page, is_new = Guide.objects.get_or_create(
        thread=thread, defaults={"place": last + 1, "folds": draft.folds}
    )
    if is_new:
        _put_into_menu(page, space, draft.in_menu, by=by)
        describe_text(thread.opening())
    return thread


def _last_place(space: Space) -> int:
    """The last place of a space that has room for one more. Raises TooManyPages."""
    # Whoever writes or moves one here at the same time waits; what is started in the space does not.
    Space.objects.select_for_update(no_key=True, of=("self",)).get(pk=space.pk)
    here = Guide.objects.filter(thread__space=space)
    if here.count() >= MOST_PAGES:
        raise TooManyPages
    return here.aggregate(last=Max("place"))["last"] or 0


def _put_into_menu(page: Guide, space: Space, in_menu: bool | None, *, by: Membership) -> None:
    """Put a page into the menu, or take it out, for those who may. Raises MenuFull."""
    if in_menu is None or in_menu == page.in_menu or not can_arrange_pages(by, space):
        return
    # Drafts have their place kept: once they are out, the menu still holds them all.
    listed = Guide.objects.filter(in_menu=True, thread__state__in=[State.PUBLISHED, *WAITING])
    if in_menu and listed.count() >= MOST_LISTED:
        raise MenuFull
    page.in_menu = in_menu
    page.save(update_fields=["in_menu"])
    transaction.on_commit(forget_all)


@transaction.atomic
def edit_page(thread: Thread, *, by: Membership, draft: Draft, version: int | None = None) -> Thread:
    """Save a page. A published one keeps its former text as a version and its former address.

    `version` is the one its editor started from. Raises NotAllowed, BlankText, TextTooLong, TooFast, MenuFull,
    EditConflict (with what is stored now) when somebody saved meanwhile.
    """
    thread = Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=thread.pk)
    if not can_edit_page(by, thread):
        raise NotAllowed
    refuse_closed(by, GUIDES)
    if version is not None and version != thread.version:
        raise EditConflict(thread)
    page, _is_new = Guide.objects.get_or_create(thread=thread)
    if page.folds != draft.folds:
        page.folds = draft.folds
        page.save(update_fields=["folds"])
    _put_into_menu(page, thread.space, draft.in_menu, by=by)
    if thread.state in (State.DRAFT, State.SCHEDULED):
        return save_draft(thread, by=by, title=draft.title, body=draft.body, body_format=draft.body_format)
    _edit_public_text(thread, by=by, draft=draft)
    transaction.on_commit(forget_all)
    return thread


def _edit_public_text(thread: Thread, *, by: Membership, draft: Draft) -> None:
    """Save title and text, or keep both for a moderator to read."""
    body = thread.opening()
    tags = list(thread.tags.names())
    beside = beside_of(thread, by=by, title=draft.title, tags=tags)
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
        return
    rename_thread(thread, by=by, title=draft.title)
    if beside:
        mark_changed(thread)
        thread_edited.send(sender=Thread, thread=thread, by=by)


@transaction.atomic
def publish_page(thread: Thread, *, by: Membership, sure: bool = False) -> bool:
    """Publish now; False when it already was, or a person reads it first. Raises NotAllowed, and StillOutline unless
    one is sure that an outline may go out as it stands."""
    if not can_publish_page(by, thread):
        raise NotAllowed
    settle_outline(thread, sure=sure)
    settle_address(thread)
    transaction.on_commit(forget_all)
    return publish_thread(thread, by=by)


@transaction.atomic
def unpublish_page(thread: Thread, *, by: Membership) -> bool:
    """Turn back into a draft, out of every list and menu; False if it was one. Raises NotAllowed."""
    if not can_publish_page(by, thread):
        raise NotAllowed
    transaction.on_commit(forget_all)
    return unpublish_thread(thread, by=by)


@transaction.atomic
def move_page(thread: Thread, *, by: Membership, up: bool) -> bool:
    """Change places with the page above or below it; False where there is none. Raises NotAllowed.

    All pages of the space are counted anew, so that drafts and what is out of sight keep a place between them.
    """
    if thread.kind != GUIDE or not can_arrange_pages(by, thread.space):
        raise NotAllowed
    Space.objects.select_for_update(no_key=True, of=("self",)).get(pk=thread.space_id)
    pages = list(Guide.objects.filter(thread__space_id=thread.space_id).order_by("place", "thread_id"))
    shown = list(_shown(thread.space_id))
    if thread.pk not in shown:
        return False
    here = shown.index(thread.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(shown):
        return False
    order = [page.pk for page in pages]
    order.remove(thread.pk)
    order.insert(order.index(shown[there]) + (0 if up else 1), thread.pk)
    _store_order(pages, order)
    transaction.on_commit(forget_all)
    return True


def _shown(space_id: int) -> Any:
    """The numbers of the pages that readers see, in their order."""
    published = Guide.objects.filter(thread__space_id=space_id, thread__state=State.PUBLISHED)
    return published.order_by("place", "thread_id").values_list("pk", flat=True)


def _store_order(pages: list[Guide], order: list[int]) -> None:
    places = {pk: place for place, pk in enumerate(order, 1)}
    changed = [page for page in pages if page.place != places[page.pk]]
    for page in changed:
        page.place = places[page.pk]
    Guide.objects.bulk_update(changed, ["place"])


def describe_text(body: Post) -> None:
    """Put addresses on the headings of a page, and keep its table of contents."""
    html, contents = described(body.body_html)
    if html != body.body_html:
        body.body_html = html
        Post.objects.filter(pk=body.pk).update(body_html=html)
    Guide.objects.filter(thread_id=body.thread_id).update(contents=contents)
