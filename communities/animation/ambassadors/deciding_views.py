"""One person’s term, as the team sees it: the application, perimeter and rights, thanks, the end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.ambassadors import terms
from communities.animation.ambassadors.forms import TermForm, ThanksForm, WordForm
from communities.animation.ambassadors.models import Term, Thanks
from communities.animation.ambassadors.permissions import FEATURE, can_run_programme
from communities.animation.ambassadors.queries import rows_of
from communities.animation.ambassadors.views import found_programme
from communities.exceptions import ChangedMeanwhile, DomainError, FieldError, NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private

SHOWN_THANKS = 10


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_run_programme)
def appoint_ambassador(request: MemberRequest, pk: int) -> HttpResponse:
    """Offer a term to somebody who has not applied."""
    programme = found_programme(pk)
    form = TermForm(
        request.POST if request.method == "POST" else None, community=request.community, programme=programme
    )
    status = 422 if request.method == "POST" else 200
    if form.is_valid():
        try:
            term = terms.appoint(programme, form.cleaned_data["handle"], form.wishes(), by=request.membership)
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.add_error(getattr(refusal, "field", None) or None, str(refusal))
        else:
            messages.success(request, _("The offer is sent. The term begins when they accept the charter."))
            return HttpResponseRedirect(_address(term))
    context = {"programme": programme, "form": form}
    return private(render(request, "ambassadors/appoint_ambassador.html", context, status=status))


@require_safe
@feature_required(FEATURE)
@team_page(can_run_programme)
def show_term(request: MemberRequest, pk: int) -> HttpResponse:
    return _page(request, _term(pk))


@require_POST
@feature_required(FEATURE)
@team_page(can_run_programme)
def offer_term(request: MemberRequest, pk: int) -> HttpResponse:
    """Accept an application."""
    said = _("The offer is sent. The term begins when they accept the charter.")
    return _decided(request, pk, said, changes=False)


@require_POST
@feature_required(FEATURE)
@team_page(can_run_programme)
def change_term(request: MemberRequest, pk: int) -> HttpResponse:
    """Another perimeter, other rights, another end."""
    return _decided(request, pk, _("Saved. They have been told."), changes=True)


@require_POST
@feature_required(FEATURE)
@team_page(can_run_programme)
def decline_term(request: MemberRequest, pk: int) -> HttpResponse:
    term = _term(pk)
    form = WordForm(request.POST, prefix="no")
    if not form.is_valid():
        return _page(request, term, 422, no_form=form)
    return _done(
        request,
        term,
        lambda: terms.decline_term(term, form.cleaned_data["word"], by=request.membership),
        _("The application is declined. They have been told."),
    )


@require_POST
@feature_required(FEATURE)
@team_page(can_run_programme)
def renew_term(request: MemberRequest, pk: int) -> HttpResponse:
    """One press."""
    term = _term(pk)
    return _done(
        request,
        term,
        lambda: terms.renew_term(term, by=request.membership, community=request.community),
        _("The term is renewed. They have been told."),
    )


@require_POST
@feature_required(FEATURE)
@team_page(can_run_programme)
def thank_ambassador(request: MemberRequest, pk: int) -> HttpResponse:
    term = _term(pk)
    form = ThanksForm(request.POST, prefix="thanks")
    if not form.is_valid():
        return _page(request, term, 422, thanks_form=form)
    return _done(
        request,
        term,
        lambda: terms.thank(term, form.cleaned_data["words"], by=request.membership),
        _("Your thanks are sent."),
    )


@require_POST
@feature_required(FEATURE)
@team_page(can_run_programme)
def end_term(request: MemberRequest, pk: int) -> HttpResponse:
    """End a term, or take an offer back."""
    term = _term(pk)
    form = WordForm(request.POST, prefix="no")
    if not form.is_valid():
        return _page(request, term, 422, no_form=form)
    said = _("The offer is taken back.") if term.is_offered else _("The term has ended. They have been told.")
    return _done(
        request, term, lambda: terms.end_term(term, form.cleaned_data["word"], by=request.membership), said
    )


def _decided(request: MemberRequest, pk: int, said: str, *, changes: bool) -> HttpResponse:
    term = _term(pk)
    form = TermForm(request.POST, community=request.community, programme=term.programme, term=term)
    if not form.is_valid():
        return _page(request, term, 422, form=form)
    try:
        if changes:
            version = form.cleaned_data["version"]
            terms.change_term(term, form.wishes(), by=request.membership, version=version)
        else:
            terms.offer_term(term, form.wishes(), by=request.membership)
    except NotAllowed:
        raise
    except FieldError as refusal:
        form.add_error(refusal.field, str(refusal))
        return _page(request, term, 422, form=form)
    except ChangedMeanwhile as refusal:
        return _page(request, _term(pk), 409, form=form, conflict=str(refusal))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(_address(term))
    messages.success(request, said)
    return HttpResponseRedirect(_address(term))


def _done(request: MemberRequest, term: Term, act: Any, said: str) -> HttpResponse:
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(_address(term))


def _page(request: MemberRequest, term: Term, status: int = 200, **context: Any) -> HttpResponse:
    [row] = rows_of([term], request.community)
    is_own = term.membership_id == request.membership.pk
    can_change = not is_own and (term.is_applied or term.is_offered or term.is_running)
    form = TermForm(community=request.community, programme=term.programme, term=term) if can_change else None
    context = {
        "term": term,
        "programme": term.programme,
        "row": row,
        "form": form,
        "no_form": WordForm(prefix="no"),
        "thanks_form": ThanksForm(prefix="thanks"),
        "is_own": is_own,
        "thanks": list(Thanks.objects.to(term.membership_id).select_related("by")[:SHOWN_THANKS]),
        "is_over": not term.is_applied and not term.is_offered and not term.is_running,
        "now": timezone.now(),
    } | context
    return private(render(request, "ambassadors/show_term.html", context, status=status))


def _term(pk: int) -> Term:
    rows = Term.objects.filter(pk=pk).select_related("programme", "membership", "decided_by")
    found: Term | None = rows.first()
    if found is None:
        raise Http404
    return found


def _address(term: Term) -> str:
    return reverse("animation:show-term", args=[term.pk])
