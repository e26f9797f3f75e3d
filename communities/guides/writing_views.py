"""Writing pages: drafts, publication, changes. Apart from views.py, which is for readers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.content.begun import begun_with
from communities.content.exceptions import BlankText, ContentError, EditConflict, TextTooLong
from communities.content.forms import mark_sent, suit_space
from communities.content.insets import ways_to_add
from communities.content.models import Space, Thread
from communities.content.permissions import can_start_thread
from communities.content.post_forms import tell_of_text
from communities.content.services import waiting_edit
from communities.content.unsent import forget_unsent, unsent_fields
from communities.content.views.posts import tell_that_it_waits
from communities.exceptions import DomainError, NotAllowed
from communities.guides import services
from communities.guides.exceptions import MenuFull
from communities.guides.forms import PageForm, blank_values, values_of
from communities.guides.permissions import can_arrange_pages, can_edit_page, can_publish_page
from communities.guides.views import page_named, space_named
from communities.launch.features import feature_required
from communities.limits import refused
from communities.middleware import CommunityRequest, MemberRequest, member_of


@feature_required("guides")
@require_http_methods(["GET", "HEAD", "POST"])
def write_page(request: MemberRequest, space: str) -> HttpResponse:
    here = space_named(request, space)
    if not can_start_thread(request.membership, here):
        raise NotAllowed
    if request.method != "POST":
        typed = begun_with(request.GET) | unsent_fields(request, request.path, begins=True)
        initial = blank_values(request.community, here.language) | typed
        return _form_page(request, _form(request, here, initial=initial), here)
    return _saved(request, _form(request, here, request.POST, request.FILES), here, None)


@feature_required("guides")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_page(request: MemberRequest, page: str) -> HttpResponse:
    """Go on with a draft, or change what readers see; when somebody saved meanwhile, both texts are shown (409)."""
    thread = page_named(request, page)
    if not can_edit_page(request.membership, thread):
        raise NotAllowed
    here, key = thread.space, f"page:{thread.pk}"
    about: dict[str, Any] = {"key": key, "is_new": False}
    if request.method != "POST":
        initial = _values(thread) | unsent_fields(request, request.path, about=key)
        return _form_page(request, _form(request, here, initial=initial, **about), here, thread)
    return _saved(request, _form(request, here, request.POST, request.FILES, **about), here, thread)


def _form(request: CommunityRequest, space: Space, *sent: Any, **options: Any) -> PageForm:
    arranges = can_arrange_pages(request.membership, space)
    return PageForm(*sent, community=request.community, arranges=arranges, **options)


def _values(thread: Thread) -> dict[str, Any]:
    body = thread.opening()
    return values_of(thread, body, waiting_edit(body))


def _saved(request: CommunityRequest, form: PageForm, space: Space, thread: Thread | None) -> HttpResponse:
    """Save what was sent and do what its button says, or show the form again without losing anything typed."""
    stopped: DomainError | None = None
    if form.is_valid():
        try:
            thread = _save(request, form, space, thread)
            forget_unsent(request)
            tell_of_text(request, form)
            return mark_sent(_went_on(request, form, thread), form.cleaned_data["submission"])
        except EditConflict:
            return _conflict(request, form, thread)
        except NotAllowed:
            raise
        except DomainError as refusal:
            stopped = refusal
            form.add_error(_field_of(refusal), str(refusal))
    return refused(_form_page(request, form, space, thread, status=422), stopped)


def _save(request: CommunityRequest, form: PageForm, space: Space, thread: Thread | None) -> Thread:
    by: Any = request.membership
    data = form.cleaned_data
    if thread is not None:
        return services.edit_page(thread, by=by, draft=form.draft(), version=data["version"])
    return services.write_page(
        space, by=by, community=request.community, draft=form.draft(), submission=data["submission"]
    )


def _went_on(request: CommunityRequest, form: PageForm, thread: Thread) -> HttpResponse:
    if form.cleaned_data["then"] == "publish":
        # Whoever presses it has the text before them.
        services.publish_page(thread, by=member_of(request), sure=True)
        return _after_publishing(request, thread)
    if not thread.was_shown:
        messages.success(request, _("Draft saved."))
        return redirect("guides:show-page", thread.slug)
    if waiting_edit(thread.opening()) is not None:
        tell_that_it_waits(request)
    else:
        messages.success(request, _("Saved."))
    return redirect("guides:show-page", thread.slug)


def _after_publishing(request: CommunityRequest, thread: Thread) -> HttpResponse:
    fresh = Thread.objects.select_related("space").get(pk=thread.pk)
    if fresh.is_published:
        messages.success(request, _("Published."))
    else:
        messages.info(request, _("Sent. A person reads it first."))
    return redirect(fresh)


def _field_of(refusal: DomainError) -> str | None:
    if isinstance(refusal, MenuFull):
        return "in_menu"
    return "body" if isinstance(refusal, (BlankText, TextTooLong)) else None


def _form_page(
    request: CommunityRequest, form: PageForm, space: Space, thread: Thread | None = None, status: int = 200
) -> HttpResponse:
    suit_space(form, space)
    context = {
        "form": form,
        "space": space,
        "thread": thread,
        "is_draft": thread is None or not thread.was_shown,
        "can_publish": can_publish_page(request.membership, thread) if thread else True,
        "ways": ways_to_add(thread.opening(), request.membership) if thread else [],
        "robots": "noindex",
    }
    return render(request, "guides/write_page.html", context, status=status)


def _conflict(request: CommunityRequest, form: PageForm, thread: Thread | None) -> HttpResponse:
    """Both texts on one page: what is stored now, and what was typed, still editable."""
    if thread is None:
        raise NotAllowed
    current = page_named(request, Thread.objects.get(pk=thread.pk).slug)
    shown = {"title", "body", "body_format", "version", "then", "csrfmiddlewaretoken"}
    context = {
        "form": form,
        "thread": current,
        "body": current.opening(),
        # The other fields travel along unseen, so that saving again loses none of them.
        "carried": [(name, value) for name, value in request.POST.items() if name not in shown],
        "robots": "noindex",
    }
    return render(request, "guides/edit_conflict.html", context, status=409)


@feature_required("guides")
@require_POST
def publish(request: MemberRequest, page: str) -> HttpResponse:
    thread = page_named(request, page)
    try:
        services.publish_page(thread, by=member_of(request), sure=True)
    except ContentError as refusal:
        messages.error(request, str(refusal))
        return redirect("guides:edit-page", thread.slug)
    return _after_publishing(request, thread)


@feature_required("guides")
@require_POST
def unpublish(request: MemberRequest, page: str) -> HttpResponse:
    thread = page_named(request, page)
    try:
        services.unpublish_page(thread, by=member_of(request))
    except ContentError as refusal:
        messages.error(request, str(refusal))
        return redirect(thread)
    messages.success(request, _("It is a draft again: only its authors see it."))
    return redirect(thread)
