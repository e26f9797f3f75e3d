"""Customers whom the brand presents: the page, one’s own answer, and the team’s list."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.content.addresses import absolute_address
from communities.content.viewers import viewer_of
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page, team_page
from communities.promotions.customers import services
from communities.promotions.customers.exceptions import CustomerError, HasDeclined
from communities.promotions.customers.forms import CustomerForm
from communities.promotions.customers.models import CustomerStory
from communities.promotions.customers.showing import cards_of, shown_stories
from communities.promotions.permissions import can_edit_placement

YES = "yes"


@public_page
@require_safe
def show_customers(request: CommunityRequest) -> HttpResponse:
    """All who are presented; where nobody is, there is no such page."""
    stories = shown_stories(request.community)
    if not stories:
        raise Http404
    by = request.membership
    context = {
        "cards": cards_of(stories, request.community, by, viewer_of(request)),
        # Whoever was asked finds the way back to their answer, whichever it was.
        "asked": by is not None and CustomerStory.objects.filter(person=by).exists(),
        "page_title": _("Customers"),
        "canonical_url": absolute_address(request.community, request.path),
    }
    return render(request, "promotions/customers/show_customers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_as_customer(request: MemberRequest) -> HttpResponse:
    """What would be shown of oneself, and both answers."""
    by = member_of(request)
    story = CustomerStory.objects.in_order().filter(person=by).first()
    if story is None:
        raise Http404
    if request.method == "POST":
        agrees = request.POST.get("answer") == YES
        services.answer_as_customer(by=by, agrees=agrees)
        if agrees:
            messages.success(request, _("You are featured with these words."))
        else:
            messages.success(request, _("You are not featured, and nobody will ask you again."))
        return redirect("promotions:answer-as-customer")
    [card] = cards_of([story], request.community, by, viewer_of(request))
    context = {"story": story, "card": card, "robots": "noindex"}
    return render(request, "promotions/customers/answer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_placement)
def list_customers(request: MemberRequest) -> HttpResponse:
    """In their order, with what each has answered; and the form that asks another one."""
    form = CustomerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_customer(form.cleaned_data["handle"], by=request.membership, **form.said)
        except CustomerError as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, _("They have been asked. Their words appear once they agree."))
            return redirect("promotions:list-customers")
    context = {"form": form, "stories": CustomerStory.objects.in_order()}
    status = 422 if form.is_bound else 200
    return render(request, "promotions/customers/list_customers.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_placement)
def edit_customer(request: MemberRequest, id: int) -> HttpResponse:
    """Other words, which need another consent."""
    story = _story(id)
    form = CustomerForm(request.POST or None, instance=story)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_customer(story, by=request.membership, **form.said)
        except HasDeclined as refusal:
            form.add_error(None, str(refusal))
        else:
            if changed:
                messages.success(request, _("They have been asked. Their words appear once they agree."))
            return redirect("promotions:list-customers")
    status = 422 if form.is_bound else 200
    context = {"form": form, "story": _story(id)}
    return render(request, "promotions/customers/edit_customer.html", context, status=status)


@require_POST
@team_page(can_edit_placement)
def move_customer(request: MemberRequest, id: int) -> HttpResponse:
    services.move_customer(_story(id), by=request.membership, up=request.POST.get("to") != "down")
    return redirect("promotions:list-customers")


@require_POST
@team_page(can_edit_placement)
def remove_customer(request: MemberRequest, id: int) -> HttpResponse:
    try:
        services.remove_customer(_story(id), by=request.membership)
    except HasDeclined as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Removed."))
    return redirect("promotions:list-customers")


def _story(id: int) -> CustomerStory:
    story: CustomerStory = get_object_or_404(CustomerStory.objects.in_order(), pk=id)
    return story
