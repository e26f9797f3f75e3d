"""Ownership changes hands when both have confirmed it; a role can be laid down."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.console.people.forms import OfferForm
from communities.exceptions import DomainError
from communities.middleware import MemberRequest
from communities.people import entrusting
from communities.people.exceptions import OfferEnded
from communities.people.models import OwnershipOffer
from communities.people.permissions import can_hand_over
from communities.permissions import team_page
from communities.roles import is_last_owner


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_hand_over)
def offer_ownership(request: MemberRequest) -> HttpResponse:
    """To whom, and what becomes of me? The other person has two weeks to accept."""
    form = OfferForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            entrusting.offer_ownership(said["person"], by=request.membership, by_becomes=said["by_becomes"])
        except DomainError:
            form.add_error("person", _("This person is an owner already, or cannot become one."))
        else:
            name = said["person"].display_name
            messages.success(request, _("%(name)s has two weeks to accept.") % {"name": name})
            return redirect("console:show-team")
    context = {"form": form, "robots": "noindex"}
    return render(request, "console/people/offer_ownership.html", context, status=422 if form.errors else 200)


@require_safe
def show_offer(request: MemberRequest, pk: int) -> HttpResponse:
    """What is offered to me; other people’s offers do not exist."""
    offer = _own_offer(request, pk)
    context = {"offer": offer, "robots": "noindex"}
    response = render(
        request, "console/people/show_offer.html", context, status=200 if offer.is_open else 410
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def accept_offer(request: MemberRequest, pk: int) -> HttpResponse:
    try:
        entrusting.accept_ownership(_own_offer(request, pk), by=request.membership)
    except OfferEnded as refusal:
        messages.error(request, str(refusal))
        return redirect("console:show-offer", pk)
    messages.success(request, _("This place is yours now."))
    return redirect("console:show-team")


@require_POST
def refuse_offer(request: MemberRequest, pk: int) -> HttpResponse:
    """Decline it, or take one’s own back."""
    offer = _own_offer(request, pk)
    if entrusting.refuse_ownership(offer, by=request.membership):
        messages.success(request, _("The offer is withdrawn. Nothing has changed."))
    own = offer.by_id == request.membership.pk
    return redirect(reverse("console:show-team") if own else reverse("people:show-me"))


def _own_offer(request: MemberRequest, pk: int) -> OwnershipOffer:
    offer: OwnershipOffer | None = OwnershipOffer.objects.select_related("by", "to").filter(pk=pk).first()
    if offer is None or request.membership.pk not in (offer.to_id, offer.by_id):
        raise Http404
    return offer


@require_http_methods(["GET", "HEAD", "POST"])
def lay_down_role(request: MemberRequest) -> HttpResponse:
    """Be a member as all are."""
    me = request.membership
    if request.method == "POST":
        try:
            entrusting.lay_down_role(me, by=me)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("console:lay-down-role")
        messages.success(
            request, _("You take part as all members do. Thank you for what you did for this place.")
        )
        return redirect("people:show-me")
    context = {"stuck": is_last_owner(me), "robots": "noindex"}
    return render(request, "console/people/lay_down_role.html", context)
