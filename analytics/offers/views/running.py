"""The team’s pages of offers: the list, the form, pausing, ending and deleting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.offers import services
from analytics.offers.exceptions import OfferChanged, OfferGone
from analytics.offers.forms import CodeOfferForm, first_values, values_of
from analytics.offers.models import CodeOffer
from analytics.offers.permissions import FEATURE, can_run_offers
from analytics.offers.queries import OFFERS, used_of
from communities.animation.newsletters.permissions import can_write_newsletter
from communities.content.exceptions import UploadRefused
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private


@require_safe
@feature_required(FEATURE)
@team_page(can_run_offers)
def list_made(request: MemberRequest) -> HttpResponse:
    """All offers with codes, the newest first."""
    page = OFFERS.newest_after(CodeOffer.objects.with_offer(), request.GET.get("after", ""))
    used = used_of(page.rows)
    lines = [(one, used.get(one.pk, 0)) for one in page.rows]
    return private(render(request, "offers/list_made.html", {"lines": lines, "older": page.older}))


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_run_offers)
def make_offer(request: MemberRequest) -> HttpResponse:
    return _edited(request, _form(request, first_values()), None)


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_run_offers)
def edit_offer(request: MemberRequest, pk: int) -> HttpResponse:
    """Where somebody else was faster, what was typed stays (409)."""
    terms = terms_at(pk)
    return _edited(request, _form(request, values_of(terms)), terms)


@require_POST
@feature_required(FEATURE)
@team_page(can_run_offers)
def pause_offer(request: MemberRequest, pk: int) -> HttpResponse:
    said = _("Paused: nobody gets a code until you resume it. Codes already issued stay valid.")
    return done(request, pk, services.pause_offer, said)


@require_POST
@feature_required(FEATURE)
@team_page(can_run_offers)
def resume_offer(request: MemberRequest, pk: int) -> HttpResponse:
    return done(request, pk, services.resume_offer, _("Offer resumed."))


@require_POST
@feature_required(FEATURE)
@team_page(can_run_offers)
def end_offer(request: MemberRequest, pk: int) -> HttpResponse:
    said = _("Ended. To keep it running, set a new end date in its form.")
    return done(request, pk, services.end_offer, said)


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_run_offers)
def delete_offer(request: MemberRequest, pk: int) -> HttpResponse:
    """One of which nobody has a code, after a question."""
    terms = terms_at(pk)
    if request.method != "POST":
        return private(render(request, "offers/delete_offer.html", {"terms": terms}))
    try:
        services.delete_offer(terms, by=request.membership)
    except NotAllowed:
        raise
    except OfferGone as refusal:
        messages.info(request, str(refusal))
        return HttpResponseRedirect(reverse("offers:list-made"))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("offers:show-claims", args=[pk]))
    messages.success(request, _("Offer deleted."))
    return HttpResponseRedirect(reverse("offers:list-made"))


def done(request: MemberRequest, pk: int, act: Callable[..., object], said: str) -> HttpResponse:
    """Back to the page of the offer, with what was done or why not."""
    terms = terms_at(pk)
    try:
        act(terms, by=request.membership)
    except NotAllowed:
        raise
    except OfferGone as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("offers:list-made"))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(reverse("offers:show-claims", args=[pk]))


def terms_at(pk: int) -> CodeOffer:
    found: CodeOffer | None = CodeOffer.objects.with_offer().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _form(request: MemberRequest, initial: dict[str, Any]) -> CodeOfferForm:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return CodeOfferForm(*sent, segments=can_write_newsletter(request.membership), initial=initial)


def _edited(request: MemberRequest, form: CodeOfferForm, terms: CodeOffer | None) -> HttpResponse:
    if request.method != "POST":
        return _form_page(request, form, terms, 200)
    if not form.is_valid():
        return _form_page(request, form, terms, 422)
    try:
        return _saved(request, form, terms)
    except NotAllowed:
        raise
    except OfferChanged as refusal:
        return _form_page(request, form, terms, 409, conflict=str(refusal))
    except UploadRefused as refusal:
        form.add_error("file", str(refusal))
    except FieldError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    except DomainError as refusal:
        form.add_error(None, str(refusal))
    return _form_page(request, form, terms, 422)


def _saved(request: MemberRequest, form: CodeOfferForm, terms: CodeOffer | None) -> HttpResponse:
    me, wishes = request.membership, form.wishes()
    if terms is None:
        saved = services.make_offer(wishes, by=me)
    else:
        saved = services.edit_offer(terms, wishes, by=me, version=form.cleaned_data["version"])
    if not saved.is_shared and not saved.quota:
        messages.success(request, _("Saved. Now add its codes."))
        return HttpResponseRedirect(reverse("offers:add-codes", args=[saved.pk]))
    messages.success(request, _("Offer saved."))
    return HttpResponseRedirect(reverse("offers:show-claims", args=[saved.pk]))


def _form_page(
    request: MemberRequest, form: CodeOfferForm, terms: CodeOffer | None, status: int, *, conflict: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "terms": terms,
        "conflict": conflict,
        "makes_segments": can_write_newsletter(request.membership),
    }
    return private(render(request, "offers/edit_offer.html", context, status=status))
