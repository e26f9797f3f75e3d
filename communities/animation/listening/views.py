"""The mentions: the list, one of them, and what is done with it; how much is said and of whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.listening import answering
from communities.animation.listening.forms import AssignForm, FilterForm, ReplyForm
from communities.animation.listening.models import Mention, MentionSource, TrackedName
from communities.animation.listening.permissions import FEATURE, can_delete_mentions, can_listen
from communities.animation.listening.showing import ADVICE, curves_of, voices_page
from communities.calendar import today
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.keysets import MOMENT, NUMBER, Keyset
from communities.launch.features import feature_required
from communities.middleware import MemberRequest
from communities.models import Membership
from communities.permissions import team_page
from communities.responses import private
from members.adapter import is_own_path

KEYSET = Keyset(("said_at", MOMENT), ("pk", NUMBER), size=30)


@require_safe
@feature_required(FEATURE)
@team_page(can_listen)
def list_mentions(request: MemberRequest) -> HttpResponse:
    """What was found, the newest first; narrowed by name, source, state and whose it is."""
    names = list(TrackedName.objects.living())
    sources = list(MentionSource.objects.living())
    form = FilterForm(request.GET, names=names, sources=sources)
    rows = form.narrowed(request.membership).select_related("source", "assignee")
    page = KEYSET.page_after(rows.prefetch_related("matches__name"), request.GET.get("after", ""))
    hidden = request.GET.get("undo", "")
    undo = Mention.objects.filter(pk=int(hidden), state="hidden").first() if _is_number(hidden) else None
    context = {
        "page": page,
        "filters": form,
        "undo": undo,
        "advice": ADVICE["names" if not names else "sources" if not sources else "nothing"],
        "has_names": bool(names),
        "back": request.get_full_path(),
    }
    return private(render(request, "animation/listening/list_mentions.html", context))


@require_safe
@feature_required(FEATURE)
@team_page(can_listen)
def show_mention(request: MemberRequest, pk: int) -> HttpResponse:
    """What was said, where, and what can be done about it."""
    return _mention_page(request, _mention(pk))


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def mark_mention_seen(request: MemberRequest, pk: int) -> HttpResponse:
    answering.mark_seen(_mention(pk), by=request.membership)
    return HttpResponseRedirect(_back(request, reverse("animation:list-mentions")))


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def hide_mention(request: MemberRequest, pk: int) -> HttpResponse:
    """Back to the list, which offers to take it back."""
    answering.hide(_mention(pk), by=request.membership)
    return HttpResponseRedirect(f"{reverse('animation:list-mentions')}?undo={pk}")


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def show_mention_again(request: MemberRequest, pk: int) -> HttpResponse:
    return _done(request, pk, answering.show_again, _("It is shown again, and counts."))


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_delete_mentions)
def delete_mention(request: MemberRequest, pk: int) -> HttpResponse:
    """Asks first: it does not come back."""
    mention = _mention(pk)
    if request.method != "POST":
        return private(render(request, "animation/listening/delete_mention.html", {"mention": mention}))
    answering.delete_mention(mention, by=request.membership, community=request.community)
    messages.success(request, _("The mention is deleted."))
    return HttpResponseRedirect(reverse("animation:list-mentions"))


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def assign_mention(request: MemberRequest, pk: int) -> HttpResponse:
    mention = _mention(pk)
    form = AssignForm(request.POST, people=answering.colleagues())
    if form.is_valid():
        to = _person(form.cleaned_data["to"])
        answering.assign(mention, to, by=request.membership)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(_address(pk))
    return _mention_page(request, mention, assign=form, status=422)


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def plan_reply(request: MemberRequest, pk: int) -> HttpResponse:
    """On a day, by somebody; Today says so."""
    mention = _mention(pk)
    form = ReplyForm(request.POST, people=answering.colleagues())
    if form.is_valid():
        said, by = form.cleaned_data, request.membership
        try:
            answering.plan_reply(
                mention, said["day"], to=_person(said["to"]), by=by, community=request.community
            )
        except FieldError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The reply is planned: Today says so on that day."))
            return HttpResponseRedirect(_address(pk))
    return _mention_page(request, mention, reply=form, status=422)


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def call_reply_off(request: MemberRequest, pk: int) -> HttpResponse:
    return _done(request, pk, answering.call_reply_off, _("A reply is no longer planned."))


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def mark_mention_replied(request: MemberRequest, pk: int) -> HttpResponse:
    return _done(request, pk, answering.mark_replied, _("Marked as replied."))


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def open_reply_again(request: MemberRequest, pk: int) -> HttpResponse:
    return _done(request, pk, answering.open_again, _("The reply is planned again."))


@require_safe
@feature_required(FEATURE)
@team_page(can_listen)
def show_voices(request: MemberRequest) -> HttpResponse:
    """Volume by day and week, days on which more was said than usual, and the share of each among brand and rivals."""
    context = voices_page(request.community) | {"curves": []}
    context["curves"] = curves_of(context)
    return private(render(request, "animation/listening/show_voices.html", context))


def _mention(pk: int) -> Mention:
    rows = Mention.objects.kept().select_related("source", "assignee").prefetch_related("matches__name")
    found: Mention = get_object_or_404(rows, pk=pk)
    return found


def _mention_page(
    request: MemberRequest,
    mention: Mention,
    *,
    reply: ReplyForm | None = None,
    assign: AssignForm | None = None,
    status: int = 200,
) -> HttpResponse:
    people = answering.colleagues()
    whose = str(mention.assignee_id or "")
    first = {"day": mention.reply_on or today(request.community), "to": whose or str(request.membership.pk)}
    context = {
        "mention": mention,
        "can_delete": can_delete_mentions(request.membership),
        "reply": reply or ReplyForm(people=people, initial=first, auto_id="id_reply_%s"),
        "assign": assign or AssignForm(people=people, initial={"to": whose}, auto_id="id_assign_%s"),
    }
    return private(render(request, "animation/listening/show_mention.html", context, status=status))


def _done(request: MemberRequest, pk: int, act: Callable[..., Any], words: str) -> HttpResponse:
    try:
        act(_mention(pk), by=request.membership)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return HttpResponseRedirect(_address(pk))


def _person(pk: int | None) -> Membership | None:
    """Whom a form chose, of those that it offered."""
    return Membership.objects.active().filter(pk=pk).first() if pk else None


def _address(pk: int) -> str:
    return reverse("animation:show-mention", args=[pk])


def _back(request: MemberRequest, otherwise: str) -> str:
    back = request.POST.get("back", "")
    return back if is_own_path(back) else otherwise


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
