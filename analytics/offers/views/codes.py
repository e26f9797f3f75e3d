"""The team’s pages of an offer’s codes: who has one and what came of it, and the list that they are given from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.offers import claiming, stock
from analytics.offers.forms import CodeListForm, CodesMadeForm
from analytics.offers.models import CodeOffer, OfferCode
from analytics.offers.permissions import FEATURE, can_run_offers
from analytics.offers.queries import all_claims, all_codes, claims_before
from analytics.offers.using import total_of
from analytics.offers.views.running import terms_at
from analytics.roi.models import Click
from analytics.roi.money import shown, to_major
from analytics.roi.permissions import can_read_results
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private
from communities.tables import csv_response


@require_safe
@feature_required(FEATURE)
@team_page(can_run_offers)
def show_claims(request: MemberRequest, pk: int) -> HttpResponse:
    """What came of an offer, and who has a code, the newest first."""
    terms, currency = terms_at(pk), request.community.currency
    after = request.GET.get("after", "")
    rows, older = claims_before(terms, after)
    total = total_of(terms, request.community)
    context = {
        "terms": terms,
        "stage": terms.stage.value,
        "lines": [(row, shown(row.used_minor, currency) if row.used_at else "") for row in rows],
        "older": older,
        "is_first": not after,
        "total": total,
        "worth": shown(total.net_minor, currency),
        "clicks": Click.objects.filter(offer=terms.offer_id).count(),
        "reads_results": can_read_results(request.membership),
    }
    return private(render(request, "offers/show_claims.html", context))


@require_safe
@feature_required(FEATURE)
@team_page(can_run_offers)
def export_claims(request: MemberRequest, pk: int) -> HttpResponse:
    """Who has a code, and what came of it, as a table."""
    terms, currency = terms_at(pk), request.community.currency
    header = [
        _("Name"), _("Handle"), _("Code"), _("Given"), pgettext("code", "Taken back"), _("Used"),
        _("Net amount"), _("Currency"),
    ]  # fmt: skip
    return csv_response(f"{terms.offer.slug}.csv", header, _lines(terms, currency))


def _lines(terms: CodeOffer, currency: str) -> Iterator[list[Any]]:
    for row in all_claims(terms):
        moments = [localtime(at).isoformat(" ", "minutes") if at else "" for at in _moments(row)]
        who = [row.holder.display_name, row.holder.handle] if row.holder is not None else ["", ""]
        worth = to_major(row.used_minor, currency) if row.used_at else ""
        yield [*who, row.code or terms.offer.code, *moments, worth, currency if row.used_at else ""]


def _moments(row: OfferCode) -> list[Any]:
    return [row.claimed_at, row.taken_back_at, row.used_at]


@require_safe
@feature_required(FEATURE)
@team_page(can_run_offers)
def export_codes(request: MemberRequest, pk: int) -> HttpResponse:
    """All codes of the list, for the shop to take over."""
    terms = _with_list(pk)
    rows = ([code, _("yes") if given else _("no")] for code, given in all_codes(terms))
    return csv_response(f"{terms.offer.slug}-codes.csv", [_("Code"), _("Given")], rows)


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_run_offers)
def add_codes(request: MemberRequest, pk: int) -> HttpResponse:
    """Codes that the shop knows, brought as a list, or such as are made here; what was refused stays on the page."""
    terms = _with_list(pk)
    makes = "make" in request.POST
    sent = request.method == "POST"
    listed = CodeListForm(request.POST, request.FILES) if sent and not makes else CodeListForm()
    made = CodesMadeForm(request.POST) if sent and makes else CodesMadeForm()
    form = made if makes else listed
    report = None
    if sent and form.is_valid():
        try:
            if makes:
                return _made(request, terms, made)
            report = stock.add_codes(terms, listed.cleaned_data["text"], by=request.membership)
        except NotAllowed:
            raise
        except DomainError as refusal:
            name = refusal.field if isinstance(refusal, FieldError) else ""
            form.add_error(name if name in form.fields else None, str(refusal))
    if report is not None and not report.refused_in_all:
        return _counted(request, terms, report.added)
    if report is not None:
        # What was refused stands beside an empty field: the rest is kept.
        listed = CodeListForm()
    context = {"terms": terms_at(pk), "listed": listed, "made": made, "report": report}
    status = 422 if form.errors else 200
    return private(render(request, "offers/add_codes.html", context, status=status))


def _made(request: MemberRequest, terms: CodeOffer, form: CodesMadeForm) -> HttpResponse:
    data = form.cleaned_data
    return _counted(
        request, terms, stock.make_codes(terms, data["number"], prefix=data["begins"], by=request.membership)
    )


def _counted(request: MemberRequest, terms: CodeOffer, added: int) -> HttpResponse:
    said = ngettext("%(n)s code is new.", "%(n)s codes are new.", added)
    messages.success(request, said % {"n": number_format(added, use_l10n=True, force_grouping=True)})
    return HttpResponseRedirect(reverse("offers:add-codes", args=[terms.pk]))


@require_POST
@feature_required(FEATURE)
@team_page(can_run_offers)
def clear_codes(request: MemberRequest, pk: int) -> HttpResponse:
    """Take away the codes that nobody has got."""
    terms = _with_list(pk)
    try:
        gone = stock.clear_codes(terms, by=request.membership)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("%(n)s code removed.", "%(n)s codes removed.", gone)
        messages.success(request, said % {"n": number_format(gone, use_l10n=True, force_grouping=True)})
    return HttpResponseRedirect(reverse("offers:add-codes", args=[pk]))


@require_POST
@feature_required(FEATURE)
@team_page(can_run_offers)
def take_back_code(request: MemberRequest, pk: int, code: int) -> HttpResponse:
    row = _code(pk, code)
    try:
        claiming.take_back_code(row, by=request.membership)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. “Give it back” undoes that."))
    return HttpResponseRedirect(reverse("offers:show-claims", args=[pk]))


@require_POST
@feature_required(FEATURE)
@team_page(can_run_offers)
def give_back_code(request: MemberRequest, pk: int, code: int) -> HttpResponse:
    claiming.give_back_code(_code(pk, code), by=request.membership)
    messages.success(request, _("Given back."))
    return HttpResponseRedirect(reverse("offers:show-claims", args=[pk]))


def _code(pk: int, code: int) -> OfferCode:
    found: OfferCode | None = OfferCode.objects.given().filter(terms=pk, pk=code).first()
    if found is None:
        raise Http404
    return found


def _with_list(pk: int) -> CodeOffer:
    """An offer whose members get codes of their own."""
    terms = terms_at(pk)
    if terms.is_shared:
        raise Http404
    return terms
