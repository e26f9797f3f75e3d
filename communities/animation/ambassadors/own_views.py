"""The call, as members see it, and one’s own part in a programme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.ambassadors import joining
from communities.animation.ambassadors.exceptions import AppliedLately
from communities.animation.ambassadors.forms import ApplyForm
from communities.animation.ambassadors.models import Charter, Programme, Term, Thanks
from communities.animation.ambassadors.permissions import FEATURE, can_apply
from communities.animation.ambassadors.programmes import charter_of
from communities.animation.ambassadors.queries import own_term, perimeter_of
from communities.exceptions import DomainError, NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest
from communities.responses import private

SHOWN_THANKS = 5


@require_safe
@feature_required(FEATURE)
def show_own_term(request: MemberRequest) -> HttpResponse:
    return _page(request)


@require_POST
@feature_required(FEATURE)
def apply_for_programme(request: MemberRequest, pk: int) -> HttpResponse:
    programme = Programme.objects.filter(pk=pk).first()
    if programme is None:
        raise Http404
    form = ApplyForm(request.POST, auto_id=f"call{pk}_%s")
    if not form.is_valid():
        return _page(request, 422, sent=form, asked=pk)
    try:
        joining.apply(programme, form.cleaned_data["words"], by=request.membership)
    except AppliedLately as refusal:
        form.add_error("words", str(refusal))
        return _page(request, 422, sent=form, asked=pk)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Your application has been sent. You will get the answer here and by e-mail.")
        )
    return HttpResponseRedirect(reverse("animation:show-own-term"))


@require_POST
@feature_required(FEATURE)
def withdraw_application(request: MemberRequest) -> HttpResponse:
    """Of an application, or of an offer that one does not want."""
    return _done(
        request, lambda: joining.withdraw(by=request.membership), _("Your application has been withdrawn.")
    )


@require_POST
@feature_required(FEATURE)
def accept_charter(request: MemberRequest) -> HttpResponse:
    term = own_term(request.membership)
    if term is None or not (term.is_offered or term.is_running):
        raise Http404
    said = request.POST.get("charter", "")
    number = int(said) if said.isdecimal() and len(said) < 9 else 0
    return _done(
        request,
        lambda: joining.accept_charter(number, by=request.membership),
        _("The charter is accepted. Thank you."),
    )


@require_POST
@feature_required(FEATURE)
def ask_to_go_on(request: MemberRequest) -> HttpResponse:
    return _done(request, lambda: joining.ask_to_go_on(by=request.membership), _("The team is told."))


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
def leave_programme(request: MemberRequest) -> HttpResponse:
    """Asks first: a term that was laid down is not there again, one applies anew."""
    term = own_term(request.membership)
    if term is None or not term.is_running:
        raise Http404
    if request.method != "POST":
        context = {"term": term, "robots": "noindex"}
        return private(render(request, "ambassadors/leave_programme.html", context))
    return _done(
        request,
        lambda: joining.leave(by=request.membership),
        _("You have stepped down. Thank you for all you have done."),
    )


def _done(request: MemberRequest, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(reverse("animation:show-own-term"))


def _page(
    request: MemberRequest, status: int = 200, sent: ApplyForm | None = None, asked: int = 0
) -> HttpResponse:
    me = request.membership
    term = own_term(me)
    is_open = term is not None and (term.is_applied or term.is_offered or term.is_running)
    calls = [] if is_open else list(Programme.objects.filter(is_open=True).in_order())
    shown = term.programme if is_open and term is not None else None
    context: dict[str, Any] = {
        "term": term,
        "is_open": is_open,
        "perimeter": perimeter_of(term, request.community) if term is not None else "",
        "calls": _calls(calls, sent, asked),
        "asked": asked,
        "charter": charter_of(shown) if shown is not None else None,
        "accepted": _accepted(term) if is_open and term is not None else None,
        "may_apply": can_apply(me),
        "thanks": list(Thanks.objects.to(me.pk).select_related("by")[:SHOWN_THANKS]),
        "robots": "noindex",
    }
    return private(render(request, "ambassadors/show_own_term.html", context, status=status))


@dataclass(frozen=True)
class Call:
    """A programme that takes applications, with the charter in force."""

    programme: Programme
    charter: str
    form: ApplyForm


def _calls(programmes: list[Programme], sent: ApplyForm | None, asked: int) -> list[Call]:
    """At most one of each kind, so a query for each. `sent` is the refused form of the one that was asked."""
    return [
        Call(
            one,
            charter_of(one).text,
            sent if sent is not None and one.pk == asked else ApplyForm(auto_id=f"call{one.pk}_%s"),
        )
        for one in programmes
    ]


def _accepted(term: Term) -> Charter | None:
    """The version that they accepted, where it is another one than the one in force."""
    if term.charter is None or term.charter == term.programme.charter:
        return None
    return charter_of(term.programme, term.charter)
