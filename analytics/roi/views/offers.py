"""Offers: the team’s list and form, the page visitors see, the link that counts."""

from __future__ import annotations

import datetime
import uuid
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from analytics.capture.models import Kind
from analytics.capture.queries import machine_clicks
from analytics.capture.recording import record_event
from analytics.roi import services
from analytics.roi.counting_clicks import count_later, is_click, number_for
from analytics.roi.exceptions import NameTaken
from analytics.roi.forms import ContactForm, OfferForm, first_of_month
from analytics.roi.models import Offer
from analytics.roi.permissions import can_edit_results
from analytics.roi.seams import offer_pages
from communities.calendar import today
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Community
from communities.permissions import public_page, team_page
from members.limits import limited

DAYS = 30  # of the figure for programs under the list


@require_safe
@team_page(can_edit_results)
def list_offers(request: MemberRequest) -> HttpResponse:
    counted = Offer.objects.for_anybody().newest().with_counts()
    now = today(request.community)
    by_machines = machine_clicks(now - datetime.timedelta(days=DAYS - 1), now)
    context = {"offers": counted[:100], "machine_clicks": by_machines, "days": DAYS}
    return render(request, "roi/list_offers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def add_offer(request: MemberRequest) -> HttpResponse:
    return _edit(request, Offer(starts_on=first_of_month(request.community)))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def edit_offer(request: MemberRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Offer.objects.for_anybody(), pk=pk))


@public_page
@limited("contact")
@require_http_methods(["GET", "HEAD", "POST"])
def show_offer(request: CommunityRequest, slug: str) -> HttpResponse:
    """What is proposed, and the way there: a counted link, or a form."""
    offer = _at(slug)
    page = offer_pages.get(offer.kind)
    if page is not None:
        return page.show(request, offer)
    _refuse_not_running(offer, request.community)
    receiver = offer.partner or request.community.name
    form = ContactForm(request.POST or None, receiver=receiver)
    if request.method == "POST" and offer.kind == Offer.Kind.CONTACT and form.is_valid():
        data = {
            name: form.cleaned_data[name] for name in ("name", "email", "phone", "message", "orders_linked")
        }
        services.leave_contact(offer, consent_text=form.consent_text, membership=request.membership, **data)
        record_event(request, Kind.LEAD, object_id=offer.pk)
        messages.success(request, _("Thank you. You will be contacted soon."))
        return redirect("roi:show-offer", slug=offer.slug)
    status = 422 if form.is_bound else 200
    return render(request, "roi/show_offer.html", {"offer": offer, "form": form}, status=status)


@public_page
@require_safe
def follow_link(request: CommunityRequest, slug: str) -> HttpResponse:
    """On to the shop. With `?linked=1` the visitor agreed that an order may be linked: a number goes along.

    Consent counts only if the link was pressed here: the same address elsewhere, in a picture or a mail, gives none.
    """
    offer = _at(slug)
    page = offer_pages.get(offer.kind)
    if page is None:
        _refuse_not_running(offer, request.community)
    elif not page.may_follow(request, offer):
        raise Http404
    target = offer.address
    if not target:
        return redirect("roi:show-offer", slug=offer.slug)
    agreed = request.GET.get("linked") == "1" and _pressed_here(request)
    number = number_for(request, offer) if agreed else None
    if number is not None:
        target = _with_number(target, number)
    member = request.membership.pk if number is not None and request.membership else None
    if is_click(request, offer, number):
        record_event(request, Kind.OFFER_CLICK, object_id=offer.pk)
        count_later(request.community, offer, number=number, membership_id=member)
    response = HttpResponseRedirect(target)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _pressed_here(request: CommunityRequest) -> bool:
    """Whether a page of this host led here: browsers say so by themselves, older ones by the referrer."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Referer", "").startswith(f"{request.scheme}://{request.get_host()}/")


def _at(slug: str) -> Offer:
    offer: Offer = get_object_or_404(Offer.objects.all(), slug=slug)
    return offer


def _refuse_not_running(offer: Offer, community: Community) -> None:
    if not offer.runs_on(today(community)):
        raise Http404


def _with_number(address: str, number: uuid.UUID) -> str:
    parts = urlsplit(address)
    query = f"{parts.query}&cid={number}" if parts.query else f"cid={number}"
    return urlunsplit(parts._replace(query=query))


def _edit(request: MemberRequest, offer: Offer) -> HttpResponse:
    form = OfferForm(request.POST or None, instance=offer)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_offer(form.instance, by=request.membership)
        except NameTaken as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Offer saved."))
            return redirect("roi:list-offers")
    status = 422 if form.is_bound else 200
    return render(request, "roi/edit_offer.html", {"form": form, "offer": offer}, status=status)
