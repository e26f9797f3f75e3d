"""The welcome desk, and what a newcomer reads of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.exceptions import GreetedMeanwhile
from communities.animation.models import Introduction, Welcome
from communities.animation.newcomers import services
from communities.animation.newcomers.drafting import can_be_replied_to, draft_for
from communities.animation.newcomers.forms import GreetingForm, NudgeForm
from communities.animation.newcomers.meeting import suggest_people
from communities.animation.newcomers.queries import (
    SHOWN,
    VIEWS,
    Arrival,
    arrivals_of,
    arrivals_page,
    measure_promise,
    newcomers,
    seen_by,
)
from communities.animation.permissions import can_assign_newcomers, can_greet_newcomers
from communities.content.viewers import viewer_of
from communities.exceptions import ChangedMeanwhile, DomainError, NotAllowed
from communities.launch.features import is_open
from communities.middleware import MemberRequest
from communities.models import Membership
from communities.permissions import team_page
from communities.responses import private
from communities.texts.permissions import can_edit_texts
from communities.texts.rendering import trusted
from communities.wording import WELCOME, words_in_force

MOST_NAMED = 60


@require_safe
@team_page(can_greet_newcomers)
def list_newcomers(request: MemberRequest) -> HttpResponse:
    """Who arrived in four weeks, how they were received, and whether the promise is kept."""
    me, viewer = request.membership, viewer_of(request)
    view = request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    page = arrivals_page(request.community, me, viewer, view=view, after=request.GET.get("after", ""))
    assigns = can_assign_newcomers(me)
    context = {
        "page": page,
        "view": view,
        "promise": measure_promise(viewer) if assigns else None,
        "assigns": assigns,
        "carers": _carers() if assigns else [],
        "welcome_words": trusted(words_in_force(request.community, WELCOME)[0]),
        "edits_words": can_edit_texts(me),
    }
    return private(render(request, "animation/list_newcomers.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_greet_newcomers)
def greet_newcomer(request: MemberRequest, pk: int) -> HttpResponse:
    """A draft from their own answers, to make one’s own and send; and whom they may like to meet."""
    arrival = _arrival(request, pk)
    form = _greeting_form(request, arrival)
    conflict, status = "", 422 if request.method == "POST" else 200
    if form.is_valid():
        try:
            services.greet(arrival.person, form.wishes(), by=request.membership, community=request.community)
        except NotAllowed:
            raise
        except GreetedMeanwhile as refusal:
            conflict, status = str(refusal), 409
            arrival = _arrival(request, pk)
        except DomainError as refusal:
            form.add_error("words", str(refusal))
        else:
            messages.success(request, _("Your greeting to %(name)s is sent.") % {"name": arrival.person})
            return _back(form)
    context = {
        "arrival": arrival,
        "form": form,
        "conflict": conflict,
        # Somebody was first: what is written now is a second voice, and what stops it must not lose it.
        "second": arrival.is_greeted and form.is_bound,
        "can_reply": can_be_replied_to(arrival),
    }
    return private(render(request, "animation/greet_newcomer.html", context, status=status))


def _greeting_form(request: MemberRequest, arrival: Arrival) -> GreetingForm:
    me = request.membership
    suggestions = suggest_people(arrival, community=request.community, viewer=viewer_of(request), but=[me.pk])
    draft = draft_for(arrival, by=me, community=request.community)
    form = GreetingForm(
        request.POST if request.method == "POST" else None,
        suggestions=suggestions,
        can_reply=can_be_replied_to(arrival),
        initial={"words": draft.words, "back": request.GET.get("back", "")},
    )
    form.made_of = draft.made_of
    return form


@require_POST
@team_page(can_greet_newcomers)
def introduce_newcomer(request: MemberRequest, pk: int) -> HttpResponse:
    """Introduce somebody who was greeted before."""
    arrival = _arrival(request, pk)
    offered = suggest_people(
        arrival, community=request.community, viewer=viewer_of(request), but=[request.membership.pk]
    )
    reasons = {one.number: one.reason for one in offered}
    meet = {int(key): reasons[key] for key in request.POST.getlist("meet") if key in reasons}
    try:
        made = services.introduce(arrival.person, meet, by=request.membership)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("animation:greet-newcomer", args=[pk]))
    told = _("They are introduced, and told of each other.") if made else _("Nobody was chosen.")
    messages.success(request, told)
    return HttpResponseRedirect(reverse("animation:greet-newcomer", args=[pk]))


@require_POST
@team_page(can_assign_newcomers)
def assign_newcomer(request: MemberRequest, pk: int) -> HttpResponse:
    """Say who looks after them."""
    person = _arrival(request, pk).person
    said = {name: _number(request.POST.get(name, "")) for name in ("to", "was")}
    to = Membership.objects.active().filter(pk=said["to"]).first() if said["to"] else None
    try:
        services.look_after(person, to, by=request.membership, was=said["was"])
    except ChangedMeanwhile:
        messages.error(request, _("Somebody else has just reassigned them. Look again."))
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("%(name)s looks after them now.") % {"name": to} if to else _("Nobody looks after them now.")
        messages.success(request, done)
    return HttpResponseRedirect(f"{reverse('animation:list-newcomers')}#n-{pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_greet_newcomers)
def nudge_newcomer(request: MemberRequest, pk: int) -> HttpResponse:
    """Write once more to somebody who has gone quiet."""
    arrival = _arrival(request, pk)
    form = NudgeForm(
        request.POST if request.method == "POST" else None, initial={"back": request.GET.get("back", "")}
    )
    status = 422 if request.method == "POST" else 200
    if form.is_valid():
        try:
            services.nudge(arrival.person, form.cleaned_data["words"], by=request.membership)
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.add_error("words", str(refusal))
            status = 409
        else:
            messages.success(request, _("Your words to %(name)s are sent.") % {"name": arrival.person})
            return _back(form)
    context = {"arrival": arrival, "form": form}
    return private(render(request, "animation/nudge_newcomer.html", context, status=status))


@require_safe
def show_greeting(request: MemberRequest) -> HttpResponse:
    """What the team has written to a member as a newcomer, and whom they were introduced to."""
    me = request.membership
    rows = Welcome.objects.of([me.pk]).select_related("greeted_by", "nudged_by")
    welcome = rows.first()
    if welcome is None:
        raise Http404
    context = {
        "received": welcome,
        "met": list(Introduction.objects.of([me.pk])),
        "has_pages": is_open(request.community, me, "member_pages"),
        "robots": "noindex",
    }
    return private(render(request, "animation/show_greeting.html", context))


def _arrival(request: MemberRequest, pk: int) -> Arrival:
    """A newcomer whom this person may receive; 404 for all others."""
    me = request.membership
    people = seen_by(me, newcomers(timezone.now() - SHOWN))
    person = people.filter(pk=pk).first() or _given(me, pk)
    if person is None:
        raise Http404
    [arrival] = arrivals_of([person], request.community, me, viewer_of(request))
    return arrival


def _given(me: Membership, pk: int) -> Membership | None:
    """Whose matter was given to an ambassador on Today."""
    person = newcomers(timezone.now() - SHOWN).filter(pk=pk).first()
    found: Membership | None = person if person is not None and services.may_receive(me, person) else None
    return found


def _carers() -> list[Membership]:
    people = Membership.objects.team().order_by("display_name", "pk")[:MOST_NAMED]
    return [person for person in people if can_greet_newcomers(person)]


def _back(form: Any) -> HttpResponse:
    name = "show-today" if form.cleaned_data.get("back") == "today" else "list-newcomers"
    return HttpResponseRedirect(reverse(f"animation:{name}"))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None
