"""What is listened for, and where: names, feeds, addresses for other tools."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.listening import services
from communities.animation.listening.forms import FeedForm, HookForm, NameForm
from communities.animation.listening.models import MentionSource, TrackedName
from communities.animation.listening.permissions import FEATURE, can_listen
from communities.content.addresses import absolute_address
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_listen)
def list_tracked_names(request: MemberRequest) -> HttpResponse:
    """The names that are listened for, those that were dropped, and a form for another one."""
    form = NameForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _kept(request, form, None):
        return HttpResponseRedirect(reverse("animation:list-tracked-names"))
    context = {
        "names": TrackedName.objects.living(),
        "dropped": TrackedName.objects.removed(),
        "form": form,
    }
    return _page(request, "list_names", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_listen)
def edit_tracked_name(request: MemberRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(TrackedName.objects.living(), pk=pk)
    form = NameForm(request.POST if request.method == "POST" else None, initial=NameForm.values_of(row))
    if form.is_valid() and _kept(request, form, row):
        return HttpResponseRedirect(reverse("animation:list-tracked-names"))
    return _page(request, "edit_name", {"row": row, "form": form}, form)


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def drop_tracked_name(request: MemberRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(TrackedName.objects.all(), pk=pk)
    return _done(request, "list-tracked-names", services.drop_name, row, _("No longer listened for."))


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def take_name_back(request: MemberRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(TrackedName.objects.all(), pk=pk)
    return _done(request, "list-tracked-names", services.take_name_back, row, _("It is listened for again."))


@require_safe
@feature_required(FEATURE)
@team_page(can_listen)
def list_mention_sources(request: MemberRequest) -> HttpResponse:
    """Feeds with when they were read and what stood in the way, addresses for other tools, and what was removed."""
    return _sources_page(request)


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def add_feed(request: MemberRequest) -> HttpResponse:
    form = FeedForm(request.POST)
    if form.is_valid():
        try:
            services.add_feed(**form.cleaned_data, by=request.membership)
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.add_error(refusal.field if isinstance(refusal, FieldError) else None, str(refusal))
        else:
            messages.success(request, _("The feed is read within minutes."))
            return HttpResponseRedirect(reverse("animation:list-mention-sources"))
    return _sources_page(request, feed=form, status=422)


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def open_hook(request: MemberRequest) -> HttpResponse:
    """The address and its secret, which no page shows again."""
    form = HookForm(request.POST)
    if form.is_valid():
        try:
            source, secret = services.open_hook(**form.cleaned_data, by=request.membership)
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return _secret_page(request, source, secret)
    return _sources_page(request, hook=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_listen)
def change_mention_secret(request: MemberRequest, pk: int) -> HttpResponse:
    """Asks first; then another secret, shown once, with the former one good for a day more."""
    source = get_object_or_404(MentionSource.objects.living(), pk=pk, kind=MentionSource.Kind.HOOK)
    if request.method == "POST":
        return _secret_page(request, source, services.change_secret(source, by=request.membership))
    return private(render(request, "animation/listening/change_secret.html", {"source": source}))


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def read_feed_now(request: MemberRequest, pk: int) -> HttpResponse:
    source = get_object_or_404(MentionSource.objects.living(), pk=pk, kind=MentionSource.Kind.FEED)
    words = _("The feed is read within minutes.")
    return _done(request, "list-mention-sources", services.read_now, source, words)


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def remove_mention_source(request: MemberRequest, pk: int) -> HttpResponse:
    source = get_object_or_404(MentionSource.objects.all(), pk=pk)
    words = _("It is no longer read. Its mentions stay.")
    return _done(request, "list-mention-sources", services.remove_source, source, words)


@require_POST
@feature_required(FEATURE)
@team_page(can_listen)
def take_source_back(request: MemberRequest, pk: int) -> HttpResponse:
    source = get_object_or_404(MentionSource.objects.all(), pk=pk)
    words = _("It is back among the sources.")
    return _done(request, "list-mention-sources", services.take_source_back, source, words)


def _kept(request: MemberRequest, form: NameForm, row: TrackedName | None) -> bool:
    said = form.cleaned_data
    try:
        services.track_name(said["name"], said["words"], rival=said["rival"], by=request.membership, row=row)
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error(refusal.field if isinstance(refusal, FieldError) else None, str(refusal))
        return False
    messages.success(request, _("Saved. Stored mentions are searched again within a minute."))
    return True


def _page(request: MemberRequest, name: str, context: dict[str, Any], form: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return private(render(request, f"animation/listening/{name}.html", context, status=status))


def _sources_page(
    request: MemberRequest, *, feed: FeedForm | None = None, hook: HookForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "sources": [(one, _hook_address(request, one)) for one in MentionSource.objects.living()],
        "removed": MentionSource.objects.removed(),
        "feed": feed or FeedForm(auto_id="id_feed_%s"),
        "hook": hook or HookForm(auto_id="id_hook_%s"),
    }
    return private(render(request, "animation/listening/list_sources.html", context, status=status))


def _hook_address(request: MemberRequest, source: MentionSource) -> str:
    path = reverse("animation:receive-mentions", args=[source.token])
    return "" if source.is_feed else absolute_address(request.community, path)


def _secret_page(request: MemberRequest, source: MentionSource, secret: str) -> HttpResponse:
    context = {"source": source, "secret": secret, "address": _hook_address(request, source)}
    answer = private(render(request, "animation/listening/show_secret.html", context))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _done(
    request: MemberRequest, page: str, act: Callable[..., object], row: object, words: str
) -> HttpResponse:
    try:
        act(row, by=request.membership)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return HttpResponseRedirect(reverse(f"animation:{page}"))
