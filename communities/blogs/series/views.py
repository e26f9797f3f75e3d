"""Series: one of them, those of a blog, and their order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.blogs import presenting
from communities.blogs.models import ArticleSeries
from communities.blogs.queries import readable_blogs
from communities.blogs.series import services
from communities.blogs.series.forms import PartForm, SeriesForm
from communities.blogs.series.permissions import can_edit_series, can_end_series, can_start_series
from communities.blogs.series.queries import all_parts, find_series, list_series, parts_of, titles_to_add
from communities.blogs.views import get_blog
from communities.content.addresses import absolute_address
from communities.content.models import Space, Thread
from communities.content.showing.sharing import share_address
from communities.content.viewers import public_viewer, viewer_of
from communities.exceptions import ChangedMeanwhile, DomainError, NotAllowed
from communities.launch.features import feature_required, is_open
from communities.limits import refused
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page


def get_series(request: CommunityRequest, slug: str) -> ArticleSeries:
    """A series in a blog that this person may read; raises Http404."""
    series = find_series(readable_blogs(request.community, viewer_of(request)), slug)
    if series is None:
        raise Http404
    return series


@public_page
@feature_required("blogs")
@require_safe
def show_series(request: CommunityRequest, series: str) -> HttpResponse:
    """Its articles in their order; one without any to read is there for those alone who order it."""
    found = get_series(request, series)
    rows = list(parts_of(viewer_of(request), found))
    may_edit, may_end = can_edit_series(request.membership, found), can_end_series(request.membership, found)
    if not rows and not (may_edit or may_end):
        raise Http404
    for thread in rows:
        thread.space = found.space
    is_public = found.space_id in public_viewer(request.community).space_ids
    has_feed = is_public and bool(rows) and is_open(request.community, None, "blogs")
    context = {
        "series": found,
        "blog": found.space,
        "cards": [presenting.card_of(thread) for thread in rows],
        "total": len(rows),
        "may_edit": may_edit or may_end,
        "feed_url": reverse("blogs:show-series-feed", kwargs={"series": series, "suffix": "xml"})
        if has_feed
        else "",
        "page_title": found.title,
        "share_image": share_address(request.community),
        "canonical_url": absolute_address(request.community, found.get_absolute_url()),
        "robots": "" if is_public and rows else "noindex",
    }
    return render(request, "blogs/series/show_series.html", context)


@public_page
@feature_required("blogs")
@require_safe
def list_of_blog(request: CommunityRequest, blog: str) -> HttpResponse:
    """The series of a blog, and where one begins another."""
    return _listed(request, get_blog(request, blog), SeriesForm())


@feature_required("blogs")
@require_POST
def start_series(request: MemberRequest, blog: str) -> HttpResponse:
    """A series without articles; what cannot be taken is said on the page that it was sent from."""
    space, me = get_blog(request, blog), member_of(request)
    if not can_start_series(me, space):
        raise NotAllowed
    form = SeriesForm(request.POST)
    if not form.is_valid():
        return _listed(request, space, form, status=422)
    try:
        title = form.cleaned_data["title"]
        made = services.start_series(space, by=me, community=request.community, title=title)
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error(getattr(refusal, "field", "") or None, str(refusal))
        return refused(_listed(request, space, form, status=422), refusal)
    messages.success(request, _("The series has been created. Now add its articles."))
    return redirect("blogs:edit-series", made.slug)


def _listed(request: CommunityRequest, space: Space, form: SeriesForm, status: int = 200) -> HttpResponse:
    after = request.GET.get("after", "")
    page = list_series(space, viewer_of(request), after=after)
    address = reverse("blogs:list-series", args=[space.slug])
    context = {
        "blog": space,
        "rows": page.rows,
        "older_url": f"?after={page.older}" if page.older else "",
        "is_first_page": not after,
        "form": form,
        "may_start": can_start_series(request.membership, space),
        "canonical_url": absolute_address(request.community, address),
        "robots": "noindex, follow" if after or not page.rows else "",
    }
    return render(request, "blogs/series/list_series.html", context, status=status)


@feature_required("blogs")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_series(request: MemberRequest, series: str) -> HttpResponse:
    """Its title, which articles stand in it and in which order, and its end."""
    found, me = get_series(request, series), member_of(request)
    if not can_end_series(me, found):
        raise NotAllowed
    if request.method != "POST":
        return _page(request, found)
    acts = {"rename": _rename, "add": _add, "end": _end, "up": _move, "down": _move, "out": _take_out}
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise NotAllowed
    return act(request, found)


def _rename(request: MemberRequest, series: ArticleSeries) -> HttpResponse:
    form = SeriesForm(request.POST)
    if not form.is_valid():
        return _page(request, series, form=form, status=422)
    said = form.cleaned_data
    try:
        services.rename_series(series, by=member_of(request), title=said["title"], version=said["version"])
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error(getattr(refusal, "field", "") or None, str(refusal))
        status = 409 if isinstance(refusal, ChangedMeanwhile) else 422
        return refused(_page(request, series, form=form, status=status), refusal)
    messages.success(request, _("Saved."))
    return redirect("blogs:edit-series", series.slug)


def _add(request: MemberRequest, series: ArticleSeries) -> HttpResponse:
    if not can_edit_series(request.membership, series):
        raise NotAllowed
    form = PartForm(request.POST, titles=titles_to_add(series, member_of(request)))
    if not form.is_valid():
        return _page(request, series, part=form, status=422)
    thread = Thread.objects.select_related("space").get(pk=form.cleaned_data["article"])
    try:
        services.add_part(series, by=member_of(request), thread=thread)
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error(getattr(refusal, "field", "") or None, str(refusal))
        return refused(_page(request, series, part=form, status=422), refusal)
    messages.success(request, _("“%(title)s” is now in the series.") % {"title": thread.title})
    return redirect("blogs:edit-series", series.slug)


def _move(request: MemberRequest, series: ArticleSeries) -> HttpResponse:
    is_up = request.POST["act"] == "up"
    if services.move_part(series, by=member_of(request), thread=_part(request), up=is_up):
        messages.success(request, _("The order is changed."))
    return redirect("blogs:edit-series", series.slug)


def _take_out(request: MemberRequest, series: ArticleSeries) -> HttpResponse:
    if services.take_out_part(series, by=member_of(request), thread=_part(request)):
        messages.success(request, _("Taken out of the series; it stays in the blog."))
    return redirect("blogs:edit-series", series.slug)


def _end(request: MemberRequest, series: ArticleSeries) -> HttpResponse:
    if "sure" not in request.POST:
        messages.error(request, _("Tick the box to end the series. Nothing was changed."))
        return redirect("blogs:edit-series", series.slug)
    services.end_series(series, by=member_of(request))
    messages.success(request, _("The series is ended. Its articles stay in the blog."))
    return redirect(series.space)


def _part(request: MemberRequest) -> int:
    """The article that a button names; 0 for none."""
    said = request.POST.get("part", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0


def _page(
    request: MemberRequest,
    series: ArticleSeries,
    *,
    form: SeriesForm | None = None,
    part: PartForm | None = None,
    status: int = 200,
) -> HttpResponse:
    me, may_edit = member_of(request), can_edit_series(request.membership, series)
    titles = titles_to_add(series, me) if may_edit else []
    context: dict[str, Any] = {
        "series": series,
        "blog": series.space,
        "may_edit": may_edit,
        "form": form or SeriesForm(initial={"title": series.title, "version": series.version}),
        "part_form": part or PartForm(titles=titles),
        "may_add": bool(titles),
        "parts": all_parts(series) if may_edit else [],
        "robots": "noindex",
    }
    return render(request, "blogs/series/edit_series.html", context, status=status)
