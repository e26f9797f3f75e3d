"""Lists of albums, one album, starting and changing one, following it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.albums import services
from communities.albums.album_page import album_page
from communities.albums.exceptions import NoGathering
from communities.albums.forms import AlbumFields, StartAlbumForm
from communities.albums.gatherings import gathering_said, offered_gatherings
from communities.albums.models import ALBUM, PHOTOS, album_of
from communities.albums.permissions import FEATURE, can_edit_album
from communities.albums.queries import album_for_page, gathering_of, list_of_albums, readable_walls
from communities.content import services as content_services
from communities.content.addresses import absolute_address
from communities.content.begun import begun_with
from communities.content.circles import who_starts
from communities.content.exceptions import ContentError, TagRequired, TitleNotOpen
from communities.content.forms import mark_sent, suit_space
from communities.content.kinds import KINDS
from communities.content.models import Space, State, Thread
from communities.content.permissions import can_edit_post, can_start_thread, spaces_offered_to, spaces_open_to
from communities.content.post_forms import tell_of_text
from communities.content.queries import follow
from communities.content.services.following import refollow_thread
from communities.content.showing.reading import page_number
from communities.content.showing.sharing import share_address
from communities.content.showing.syndication import public_feed
from communities.content.unsent import ask_to_sign_in, forget_unsent, unsent_fields
from communities.content.viewers import unfolded, viewer_of
from communities.content.views.posts import answer_gone
from communities.exceptions import NotAllowed
from communities.in_place import answer_in_place
from communities.launch.features import feature_required, is_open
from communities.limits import TooFast, refused, told_in_place
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page
from communities.responses import permanently


def get_wall(request: CommunityRequest, slug: str) -> Space:
    """A space of photographs this person may read; raises Http404."""
    for space in readable_walls(request.community, viewer_of(request)):
        if space.slug == slug:
            return space
    raise Http404


def get_album(request: CommunityRequest, slug: str) -> Thread:
    """An album whose page this person may open; raises Http404."""
    thread = album_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        raise Http404
    return thread


@public_page
@feature_required(FEATURE)
@require_safe
def list_albums(request: CommunityRequest) -> HttpResponse:
    """The latest albums of all spaces of photographs."""
    walls = readable_walls(request.community, viewer_of(request))
    shown = unfolded(walls, request.membership)
    return _list(request, walls, {"walls": shown if len(shown) > 1 else [], "heading": _("Photographs")})


@public_page
@feature_required(FEATURE)
@require_safe
def show_wall(request: CommunityRequest, space: str) -> HttpResponse:
    """The albums of one space."""
    here = get_wall(request, space)
    crumbs = [{"label": _("Photographs"), "url": reverse("photos:list-albums")}, {"label": here.name}]
    return _list(request, [here], {"here": here, "heading": here.name, "crumbs": crumbs})


def _list(request: CommunityRequest, spaces: list[Space], context: dict[str, Any]) -> HttpResponse:
    after = request.GET.get("after", "")
    page = list_of_albums(viewer_of(request), spaces, after=after)
    here = context.get("here")
    url = here.get_absolute_url() if here else reverse("photos:list-albums")
    writable = spaces_open_to(request.membership, spaces) if request.membership else []
    context |= {
        "page": page,
        "older_url": f"?after={page.older}" if page.older else "",
        "start_url": _start_url(here, writable),
        "page_title": context["heading"],
        "feed_url": public_feed(request.community, KINDS[PHOTOS], here),
        "canonical_url": absolute_address(request.community, url),
        "share_image": share_address(request.community),
        "robots": "noindex, follow" if after or not page.threads else "",
    }
    return render(request, "photos/list_albums.html", context)


def _start_url(here: Space | None, writable: list[Space]) -> str:
    if not writable:
        return ""
    return KINDS[PHOTOS].start_url(here) if here is not None else reverse("photos:choose-wall")


@public_page
@feature_required(FEATURE)
@require_safe
def show_album(request: CommunityRequest, slug: str) -> HttpResponse:
    """An album, twenty places of it at a time; a renamed one answers 301 from its former address."""
    thread = album_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        target = follow([request.path_info[:400]], viewer_of(request))
        if not target:
            return answer_gone(request, slug, kinds=(ALBUM,))
        return permanently(request, f"{get_script_prefix().rstrip('/')}{target}")
    number = page_number(request.GET.get("page"))
    if number > max(thread.last_page, 1):
        raise Http404
    context = album_page(request, thread, number)
    response = render(request, "photos/show_album.html", context)
    if context.get("robots"):
        response.headers["X-Robots-Tag"] = context["robots"]
    return response


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD"])
def choose_wall(request: MemberRequest) -> HttpResponse:
    """In which space: where there is one, it is chosen. `?of=` goes along: what the album is of."""
    offered = spaces_offered_to(request.membership, readable_walls(request.community, viewer_of(request)))
    of = request.GET.get("of", "")
    query = f"?of={of}" if of.isascii() and of.isdecimal() and len(of) < 19 else ""
    ways = [(space, f"{KINDS[PHOTOS].start_url(space)}{query}") for space in offered]
    if len(ways) == 1:
        return redirect(ways[0][1])
    return render(request, "photos/choose_wall.html", {"ways": ways})


@public_page
@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def start_album(request: CommunityRequest, space: str) -> HttpResponse:
    here, by = get_wall(request, space), request.membership
    if by is None:
        return ask_to_sign_in(request, request.path)
    if not can_start_thread(by, here):
        raise NotAllowed(who_starts(here))
    tagged = is_open(request.community, by, "tags")
    viewer = viewer_of(request)
    said = request.POST.get("gathering", "") if request.method == "POST" else request.GET.get("of", "")
    about: dict[str, Any] = {"tagged": tagged, "key": f"start:{here.slug}"}
    about["gatherings"] = offered_gatherings(viewer, request.community)
    about["chosen"] = gathering_said(viewer, said)
    if request.method != "POST":
        initial = {**begun_with(request.GET), **unsent_fields(request, request.path, begins=True)}
        initial.setdefault("gathering", request.GET.get("of", ""))
        return _starting(request, here, StartAlbumForm(initial=initial, **about))
    form = StartAlbumForm(request.POST, **about)
    if not form.is_valid():
        return _starting(request, here, form, status=422)
    try:
        thread = services.start_album(
            here, by=by, community=request.community, text=form.written(), wishes=form.wishes()
        )
    except (ContentError, TooFast) as refusal:
        form.add_error(_field_of(refusal) or "body", str(refusal))
        return refused(_starting(request, here, form, status=422), refusal)
    forget_unsent(request)
    tell_of_text(request, form)
    if thread.state == State.PENDING:
        messages.info(request, _("Sent. A person reads it first."))
        return mark_sent(redirect(thread), form.cleaned_data["submission"])
    to = redirect("photos:send-photographs", thread.slug)
    return mark_sent(to, form.cleaned_data["submission"])


def _starting(
    request: CommunityRequest, space: Space, form: StartAlbumForm, status: int = 200
) -> HttpResponse:
    suit_space(form, space)
    context = {
        "space": space,
        "form": form,
        "crumbs": [
            {"label": _("Photographs"), "url": reverse("photos:list-albums")},
            {"label": space.name, "url": space.get_absolute_url()},
            {"label": _("Start an album")},
        ],
    }
    return render(request, "photos/start_album.html", context, status=status)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_album(request: MemberRequest, slug: str) -> HttpResponse:
    """All of an album but its text; the address follows the title and the former one leads here."""
    thread, by = get_album(request, slug), member_of(request)
    if not can_edit_album(by, thread):
        raise NotAllowed
    album, viewer = album_of(thread) or services.settle_album(thread), viewer_of(request)
    tagged = is_open(request.community, by, "tags")
    about: dict[str, Any] = {"tagged": tagged, "kept": album.gathering_id}
    about["gatherings"] = offered_gatherings(viewer, request.community)
    about["chosen"] = gathering_of(thread, viewer)
    if request.method != "POST":
        names = ", ".join(name for name, _slug in getattr(thread, "tag_pairs", []))
        initial = {"title": thread.title, "tags": names, "adds": album.adds, "gathering": album.gathering_id}
        return _changing(request, thread, AlbumFields(initial=initial, **about))
    form = AlbumFields(request.POST, **about)
    if not form.is_valid():
        return _changing(request, thread, form)
    data = form.cleaned_data
    try:
        is_shown = services.change_album(
            thread, by=by, title=data["title"], tags=data["tags"] if tagged else None, wishes=form.wishes()
        )
    except (ContentError, TooFast) as refusal:
        form.add_error(_field_of(refusal), str(refusal))
        return refused(_changing(request, thread, form), refusal)
    if is_shown:
        messages.success(request, _("Saved."))
    else:
        said = _("Your change awaits a moderator; until then readers see the previous text.")
        messages.info(request, said)
    return redirect(Thread.objects.select_related("space").get(pk=thread.pk))


def _field_of(refusal: Exception) -> str | None:
    if isinstance(refusal, TagRequired):
        return "tags"
    if isinstance(refusal, NoGathering):
        return "gathering"
    return "title" if isinstance(refusal, TitleNotOpen) else None


def _changing(request: MemberRequest, thread: Thread, form: AlbumFields) -> HttpResponse:
    text = thread.opening()
    # Who looks after a space changes what an album is of, never its author’s words.
    writes = can_edit_post(request.membership, text)
    context = {
        "thread": thread,
        "form": form,
        "text_url": reverse("content:edit-post", args=[text.public_id]) if writes else "",
    }
    return render(request, "photos/edit_album.html", context, status=422 if form.errors else 200)


@feature_required(FEATURE)
@require_POST
def follow_album(request: MemberRequest, slug: str) -> HttpResponse:
    thread = get_album(request, slug)
    try:
        refollow_thread(thread, by=member_of(request))
    except TooFast as refusal:
        return told_in_place(request, refusal, back=thread.get_absolute_url())
    return _follows(request, thread, True)


@feature_required(FEATURE)
@require_POST
def unfollow_album(request: MemberRequest, slug: str) -> HttpResponse:
    thread = get_album(request, slug)
    content_services.unfollow_thread(thread, by=member_of(request))
    return _follows(request, thread, False)


def _follows(request: MemberRequest, thread: Thread, follows: bool) -> HttpResponse:
    context = {"thread": {"slug": thread.slug, "follows": follows}}
    return answer_in_place(
        request,
        thread,
        block=lambda: render_to_string("photos/follow_album.html", context, request),
        target="closest form",
    )
