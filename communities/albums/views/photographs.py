"""One photograph: looking at it, whose it is, taking it along, letting it stand for its album."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.albums import services
from communities.albums.album_page import LONGEST_DESCRIPTION
from communities.albums.forms import OneRightsForm, PersonForm
from communities.albums.models import Likeness, Photo
from communities.albums.permissions import (
    FEATURE,
    can_ask_person,
    can_download,
    can_edit_album,
    can_edit_photo,
    can_take_name_away,
)
from communities.albums.queries import neighbours_of, people_in, photo_for_page
from communities.albums.showing import caption_of
from communities.content.addresses import absolute_address
from communities.content.models import Reaction
from communities.content.showing.readings import Reading
from communities.content.text.extracts import excerpt
from communities.content.viewers import public_viewer, viewer_of
from communities.content.views.thread_pages import reading_of
from communities.delivery import FOR_NOBODY_ELSE, stored_file
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page


def get_photo(request: CommunityRequest, public_id: uuid.UUID) -> Photo:
    """A photograph that this person may see; raises Http404."""
    photo = photo_for_page(viewer_of(request), public_id)
    if photo is None:
        raise Http404
    return photo


def photo_url(photo: Photo) -> str:
    return reverse("photos:show-photo", args=[photo.post.public_id])


@public_page
@feature_required(FEATURE)
@require_safe
def show_photo(request: CommunityRequest, public_id: uuid.UUID) -> HttpResponse:
    return render_photo(request, get_photo(request, public_id))


def render_photo(
    request: CommunityRequest, photo: Photo, *, form: PersonForm | None = None, status: int = 200
) -> HttpResponse:
    """Its page, also as the answer to a name that nobody could be asked for."""
    post, by = photo.post, request.membership
    if by is not None:
        mine = Reaction.objects.filter(post=post.pk, membership=by)
        post.mine = list(mine.values_list("kind", flat=True))  # type: ignore[attr-defined]
    before, after = neighbours_of(post)
    caption = caption_of(post)
    context: dict[str, Any] = {
        "photo": photo,
        "thread": post.thread,
        "posts": [post],
        "waiting": [],
        "reading": reading_of_photo(request, photo),
        "form": form or PersonForm(),
        "before_url": _url(before),
        "after_url": _url(after),
        "page_title": caption or post.thread.title,
        "page_description": excerpt(post.body_html, LONGEST_DESCRIPTION),
        "canonical_url": absolute_address(request.community, photo_url(photo)),
        # Its album is what search engines list: a page of its own says hardly a word.
        "robots": "noindex, follow" if _is_public(request, photo) else "noindex",
        "crumbs": _crumbs(photo),
        **_acts(request, photo),
    }
    response = render(request, "photos/show_photo.html", context, status=status)
    response.headers["X-Robots-Tag"] = context["robots"]
    return response


def _is_public(request: CommunityRequest, photo: Photo) -> bool:
    thread = photo.post.thread
    shown = thread.is_published and photo.post.is_published
    return shown and thread.space_id in public_viewer(request.community).space_ids


def _acts(request: CommunityRequest, photo: Photo) -> dict[str, Any]:
    """What this reader may do with it, and whose names they read: visitors none."""
    post, by = photo.post, request.membership
    owns = can_take_name_away(by, post)
    return {
        "asks": can_ask_person(by, post),
        "owns": owns,
        "people": people_in(photo, all_of_them=owns) if by is not None else [],
        "mine": _mine(request, photo),
        "may_download": can_download(by, photo, post),
        "may_edit": can_edit_photo(by, post),
        "may_choose": post.is_published and can_edit_album(by, post.thread),
    }


def reading_of_photo(request: CommunityRequest, photo: Photo) -> Reading:
    """Links on this page lead to it, wherever it is drawn from."""
    return replace(reading_of(request, photo.post.thread, 1), own_address=f"{photo_url(photo)}?")


def _mine(request: CommunityRequest, photo: Photo) -> Likeness | None:
    """What the reader was asked about this photograph, and has answered."""
    if request.membership is None:
        return None
    found: Likeness | None = Likeness.objects.of(request.membership.pk).filter(photo=photo.pk).first()
    return found


def _url(post: Any) -> str:
    return reverse("photos:show-photo", args=[post.public_id]) if post is not None else ""


def _crumbs(photo: Photo) -> list[dict[str, str]]:
    thread = photo.post.thread
    return [
        {"label": _("Photographs"), "url": reverse("photos:list-albums")},
        {"label": thread.space.name, "url": thread.space.get_absolute_url()},
        {"label": thread.title, "url": _album_url(photo)},
        {"label": _("Photograph")},
    ]


def _album_url(photo: Photo) -> str:
    """The page of the album that shows it."""
    post = photo.post
    return post.thread.url_of(post.position) if post.position else post.thread.get_absolute_url()


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_rights(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """Whose it is, and what others may do with it."""
    photo, by = get_photo(request, public_id), member_of(request)
    if not can_edit_photo(by, photo.post):
        raise NotAllowed
    if request.method != "POST":
        names = ("photographer", "licence", "may_download")
        return _editing(request, photo, OneRightsForm(initial={name: getattr(photo, name) for name in names}))
    form = OneRightsForm(request.POST)
    if not form.is_valid():
        return _editing(request, photo, form)
    try:
        services.change_rights(photo.post, by=by, rights=form.rights())
    except TooFast as refusal:
        form.add_error(None, str(refusal))
        return refused(_editing(request, photo, form), refusal)
    messages.success(request, _("Saved."))
    return redirect(photo_url(photo))


def _editing(request: MemberRequest, photo: Photo, form: OneRightsForm) -> HttpResponse:
    context = {"photo": photo, "thread": photo.post.thread, "form": form, "back": photo_url(photo)}
    return render(request, "photos/edit_rights.html", context, status=422 if form.errors else 200)


@feature_required(FEATURE)
@require_POST
def choose_cover(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let it stand for its album in lists."""
    photo = get_photo(request, public_id)
    services.choose_cover(photo.post, by=member_of(request))
    messages.success(request, _("This photograph is now the album cover."))
    return redirect(photo_url(photo))


@feature_required(FEATURE)
@require_safe
def download_photo(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """The largest file there is, where its owner permits it. Nothing of where it was taken is in it: every picture was
    drawn anew when it came."""
    photo = get_photo(request, public_id)
    if not can_download(request.membership, photo, photo.post):
        raise NotAllowed
    picture = photo.picture
    name = f"{slugify(caption_of(photo.post))[:60] or photo.post.thread.slug}.webp"
    return stored_file(
        request, picture.path, content_type=picture.content_type, cache=FOR_NOBODY_ELSE, save_as=name
    )
