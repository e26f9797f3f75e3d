"""Following a banner, reporting impressions; and the team's pages for banners."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.content.exceptions import UploadRefused
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import public_page, team_page
from communities.promotions import services
from communities.promotions.counting import count, count_click
from communities.promotions.exceptions import BannerArchived
from communities.promotions.forms import BannerForm, seen_on_page
from communities.promotions.models import Banner
from communities.promotions.permissions import can_edit_placement
from communities.promotions.queries import list_with_impressions
from communities.promotions.showing import answering_banner
from communities.promotions.targets import full_target
from members.limits import network_address
from members.origins import without_token

# The figures beside the list are those of this many days.
DAYS = 30
# A page has a handful of banners; whatever is longer than this was not written by our script.
LONGEST_BEACON = 512


@without_token
@public_page
@require_POST
def count_impressions(request: CommunityRequest) -> HttpResponse:
    """What a page says of its banners when it is left. Counted or not, the answer is the same and empty.

    Exempt from the token: the page is the same for everybody, and nothing is done in anybody's name.
    """
    if _is_from_our_page(request):
        seen = seen_on_page(request.POST, request.community)
        if any(seen.values()):
            count(request.community.pk, seen, address=network_address(request))
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})


def _is_from_our_page(request: CommunityRequest) -> bool:
    length = request.headers.get("Content-Length", "")
    short = length.isdecimal() and int(length) <= LONGEST_BEACON
    form = request.content_type == "application/x-www-form-urlencoded"
    return short and form and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


@public_page
@require_safe
def follow_banner(request: CommunityRequest, id: int) -> HttpResponse:
    """Where the banner leads, counted on the way."""
    banner = answering_banner(request.community, id)
    if banner is None:
        raise Http404
    is_preview = getattr(request, "preview", None) is not None
    prefetched = "prefetch" in request.headers.get("Sec-Purpose", "")
    if request.method == "GET" and not prefetched and not is_preview:
        agent = request.headers.get("User-Agent", "")
        count_click(request.community.pk, banner.pk, address=network_address(request), agent=agent)
    response = HttpResponseRedirect(full_target(banner.target))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
@team_page(can_edit_placement)
def list_banners(request: MemberRequest) -> HttpResponse:
    archived = request.GET.get("show") == "archived"
    now = timezone.now()
    since = (now - datetime.timedelta(days=DAYS)).replace(minute=0, second=0, microsecond=0)
    rows = list_with_impressions(request.community, archived=archived, start=since, end=now)
    address = reverse("promotions:list-banners")
    tabs = [
        {"label": _("In use"), "url": address, "current": not archived},
        {"label": _("Archived"), "url": f"{address}?show=archived", "current": archived},
    ]
    return render(
        request,
        "promotions/list_banners.html",
        {"rows": rows, "tabs": tabs, "archived": archived, "days": DAYS},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_placement)
def add_banner(request: MemberRequest) -> HttpResponse:
    return _edit(request, Banner(), _("Banner saved."))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_placement)
def edit_banner(request: MemberRequest, id: int) -> HttpResponse:
    banner = _banner(id)
    if banner.archived_at is not None:
        messages.info(request, str(BannerArchived()))
        return redirect(f"{reverse('promotions:list-banners')}?show=archived")
    return _edit(request, banner, _("Saved."))


def _edit(request: MemberRequest, banner: Banner, done: str) -> HttpResponse:
    """The form with its preview. A preview is an address with the values in its query: it needs no scripts."""
    if request.method != "POST":
        form = BannerForm(instance=banner, community=request.community, shown=request.GET)
        return _show_form(request, form)
    form = BannerForm(request.POST, request.FILES, instance=banner, community=request.community)
    if form.is_valid():
        if "preview" in request.POST:
            return HttpResponseRedirect(f"{request.path}?{form.preview_query}")
        if _saved(request, form):
            messages.success(request, done)
            return redirect("promotions:list-banners")
    return _show_form(request, form, 422)


def _saved(request: MemberRequest, form: BannerForm) -> bool:
    try:
        services.save_banner(
            form.instance,
            by=request.membership,
            picture=form.cleaned_data["file"],
            remove_picture=form.cleaned_data["remove_picture"],
        )
    except UploadRefused as refused:
        form.add_error("file", str(refused))
        return False
    return True


def _show_form(request: MemberRequest, form: BannerForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "banner": form.instance, "sample": form.preview}
    return render(request, "promotions/edit_banner.html", context, status=status)


@require_POST
@team_page(can_edit_placement)
def pause_banner(request: MemberRequest, id: int) -> HttpResponse:
    services.pause_banner(_standing_banner(id), by=request.membership)
    messages.success(request, _("Paused: nobody sees this banner until you resume it."))
    return redirect("promotions:list-banners")


@require_POST
@team_page(can_edit_placement)
def resume_banner(request: MemberRequest, id: int) -> HttpResponse:
    services.resume_banner(_standing_banner(id), by=request.membership)
    messages.success(request, _("Banner resumed."))
    return redirect("promotions:list-banners")


@require_POST
@team_page(can_edit_placement)
def archive_banner(request: MemberRequest, id: int) -> HttpResponse:
    services.archive_banner(_banner(id), by=request.membership)
    messages.success(request, _("Archived. Its figures are kept."))
    return redirect("promotions:list-banners")


@require_POST
@team_page(can_edit_placement)
def restore_banner(request: MemberRequest, id: int) -> HttpResponse:
    services.restore_banner(_banner(id), by=request.membership)
    messages.success(request, _("Restored, and paused: resume it when it is ready."))
    return redirect("promotions:list-banners")


def _banner(id: int) -> Banner:
    banner: Banner | None = Banner.objects.filter(pk=id).first()
    if banner is None:
        raise Http404
    return banner


def _standing_banner(id: int) -> Banner:
    """One that can be paused and resumed; an archived one is restored first."""
    banner: Banner | None = Banner.objects.kept().filter(pk=id).first()
    if banner is None:
        raise Http404
    return banner
