"""Writing articles: drafts, previews, publication. Apart from views.py, which is for readers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.blogs import presenting
from communities.blogs.forms import (
    BEST_EXCERPT,
    BEST_TITLE,
    ArticleForm,
    ScheduleForm,
    blank_values,
    values_of,
    values_of_edit,
)
from communities.blogs.models import article_of
from communities.blogs.own.permissions import holds_own
from communities.blogs.own.queries import blog_of
from communities.blogs.permissions import (
    can_edit_article,
    can_preview_article,
    can_publish_article,
    is_invited_to_sign,
    sees_review,
)
from communities.blogs.queries import find_article, signers_of
from communities.blogs.review.permissions import is_reviewed, publishes
from communities.blogs.services import (
    edit_article as save_article,
)
from communities.blogs.services import (
    goes_out_at,
    publish_article,
    schedule_article,
    set_cover,
    unpublish_article,
)
from communities.blogs.services import write_article as start_article
from communities.blogs.views import get_article, get_blog
from communities.content.begun import begun_with
from communities.content.exceptions import (
    BlankText,
    ContentError,
    EditConflict,
    StillOutline,
    TagRequired,
    TextTooLong,
    UploadRefused,
)
from communities.content.forms import mark_sent, suit_space
from communities.content.insets import ways_to_add
from communities.content.models import Space, Thread
from communities.content.permissions import WITHDRAWN, can_retire_thread, can_start_thread
from communities.content.services import waiting_edit
from communities.content.unsent import forget_unsent, unsent_fields
from communities.content.viewers import viewer_of
from communities.content.views.posts import tell_if_unscheduled
from communities.exceptions import DomainError, NotAllowed
from communities.launch.features import feature_required, is_open
from communities.limits import refused
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.templatetags.parvis import exact


@feature_required("blogs")
@require_http_methods(["GET", "HEAD", "POST"])
def write_article(request: MemberRequest, blog: str) -> HttpResponse:
    space = get_blog(request, blog)
    if not can_start_thread(request.membership, space):
        raise NotAllowed
    if holds_own(space) and blog_of(request.membership, [space]) is None:
        return redirect(f"{reverse('blogs:start-blog')}?{urlencode({'space': space.slug})}")
    if request.method != "POST":
        typed = begun_with(request.GET) | unsent_fields(request, request.path, begins=True)
        initial = blank_values(request.community, space.language) | typed
        return _form_page(request, _form(request, initial=initial), space)
    form = _form(request, request.POST, request.FILES)
    return _saved(request, form, space, None)


@feature_required("blogs")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_article(request: MemberRequest, blog: str, article: str) -> HttpResponse:
    thread = get_article(request, blog, article)
    if not can_edit_article(request.membership, thread):
        raise NotAllowed
    if request.method != "POST":
        initial = _values(thread) | unsent_fields(request, request.path, about=_key(thread))
        form = _form(request, key=_key(thread), initial=initial)
        return _form_page(request, form, thread.space, thread)
    form = _form(request, request.POST, request.FILES, key=_key(thread))
    return _saved(request, form, thread.space, thread)


def _form(request: CommunityRequest, *sent: Any, **options: Any) -> ArticleForm:
    tagged = is_open(request.community, request.membership, "tags")
    return ArticleForm(*sent, community=request.community, tagged=tagged, **options)


def _key(thread: Thread) -> str:
    """What the editor's script keeps in the browser while a connection is lost."""
    return f"article:{thread.pk}"


def _saved(request: CommunityRequest, form: ArticleForm, space: Space, thread: Thread | None) -> HttpResponse:
    """Save what was sent and do what its button says, or show the form again without losing anything typed."""
    stopped: DomainError | None = None
    if form.is_valid():
        try:
            before, thread = thread, _save(request, form, space, thread)
            forget_unsent(request)
            if before is not None:
                tell_if_unscheduled(request, before)
            return mark_sent(_went_on(request, form, thread), form.cleaned_data["submission"])
        except EditConflict:
            return _conflict(request, form, thread)
        except NotAllowed:
            raise
        except DomainError as refusal:
            stopped = refusal
            form.add_error(_field_of(refusal), str(refusal))
    return refused(_form_page(request, form, space, thread, status=422), stopped)


def _save(request: CommunityRequest, form: ArticleForm, space: Space, thread: Thread | None) -> Thread:
    by: Any = request.membership
    data = form.cleaned_data
    if thread is None:
        saved = start_article(
            space, by=by, community=request.community, draft=form.draft(), submission=data["submission"]
        )
    else:
        saved = save_article(thread, by=by, draft=form.draft(), version=data["version"])
    if data["cover"]:
        set_cover(saved, by=by, picture=data["cover"])
    elif data["remove_cover"]:
        set_cover(saved, by=by, picture=None)
    return saved


def _went_on(request: CommunityRequest, form: ArticleForm, thread: Thread) -> HttpResponse:
    by: Any = request.membership
    then = form.cleaned_data["then"]
    if then == "publish":
        publish_article(thread, by=by)
        return _after_publishing(request, thread)
    if then == "schedule":
        schedule_article(thread, by=by, at=form.goes_out())
        return _after_scheduling(request, thread)
    if thread.was_shown and then != "preview":
        if waiting_edit(thread.opening()) is not None:
            messages.info(
                request, _("Your change awaits a moderator; until then readers see the previous text.")
            )
        else:
            messages.success(request, _("Saved."))
        return redirect(thread)
    if then == "submit":
        return redirect("blogs:review-article", thread.space.slug, thread.slug)
    if then == "authors":
        return redirect("blogs:show-authors", thread.space.slug, thread.slug)
    if then == "preview":
        return redirect("blogs:preview-article", thread.space.slug, thread.slug)
    messages.success(request, _("Draft saved."))
    return redirect("blogs:edit-article", thread.space.slug, thread.slug)


def _field_of(refusal: DomainError) -> str | None:
    if isinstance(refusal, UploadRefused):
        return "cover"
    if isinstance(refusal, TagRequired):
        return "tags"
    return "body" if isinstance(refusal, (BlankText, TextTooLong)) else None


def _values(thread: Thread) -> dict[str, Any]:
    body = thread.opening()
    values = values_of(thread, article_of(thread), body)
    edit = waiting_edit(body)
    return values | values_of_edit(edit) if edit is not None else values


def _form_page(
    request: CommunityRequest,
    form: ArticleForm,
    space: Space,
    thread: Thread | None = None,
    status: int = 200,
) -> HttpResponse:
    suit_space(form, space)
    context = {
        "form": form,
        "blog": space,
        "thread": thread,
        "cover": presenting.cover_of(article_of(thread)) if thread else presenting.Cover(),
        "is_draft": thread is None or not thread.was_shown,
        "can_publish": can_publish_article(request.membership, thread)
        if thread
        else publishes(request.membership, space),
        "is_reviewed": is_reviewed(space),
        "signers": signers_of(thread) if thread else [],
        "ways": ways_to_add(thread.opening(), request.membership) if thread else [],
        "best_title": BEST_TITLE,
        "best_excerpt": BEST_EXCERPT,
        "robots": "noindex",
    }
    template = "blogs/edit_article.html" if thread else "blogs/write_article.html"
    return render(request, template, context, status=status)


def _conflict(request: CommunityRequest, form: ArticleForm, thread: Thread | None) -> HttpResponse:
    """Both texts on one page: what is stored now, and what was typed, still editable."""
    current = find_article(viewer_of(request), thread.slug) if thread else None
    if current is None:
        raise NotAllowed
    shown = {"title", "excerpt", "body", "body_format", "version", "then", "csrfmiddlewaretoken"}
    context = {
        "form": form,
        "thread": current,
        "current": _values(current),
        "body": current.opening(),
        # The other fields travel along unseen, so that saving again loses none of them.
        "carried": [(name, value) for name, value in request.POST.items() if name not in shown],
        "robots": "noindex",
    }
    return render(request, "blogs/edit_conflict.html", context, status=409)


@feature_required("blogs")
@require_safe
def preview_article(request: MemberRequest, blog: str, article: str) -> HttpResponse:
    """The article as readers will see it, with what is left to do."""
    thread = get_article(request, blog, article)
    if not can_preview_article(request.membership, thread):
        raise NotAllowed
    at = timezone.localtime(thread.scheduled_for) if thread.scheduled_for else None
    return _previewed(request, thread, ScheduleForm(initial={"day": at, "hour": at and at.time()}))


def _previewed(request: MemberRequest, thread: Thread, form: ScheduleForm) -> HttpResponse:
    context = presenting.described(request, thread, thread.opening(), signers_of(thread), 1) | {
        "is_preview": True,
        "is_withdrawn": thread.state in WITHDRAWN,
        "robots": "noindex",
        "number": 1,
        "can_edit": can_edit_article(request.membership, thread),
        "is_invited": is_invited_to_sign(member_of(request), thread),
        "can_publish": can_publish_article(request.membership, thread),
        "is_reviewed": is_reviewed(thread.space) and sees_review(request.membership, thread),
        "schedule_form": form,
        "can_retire": can_retire_thread(request.membership, thread),
        "goes_out_on": timezone.localtime(thread.scheduled_for) if thread.scheduled_for else None,
    }
    return render(request, "blogs/preview_article.html", context, status=422 if form.errors else 200)


@feature_required("blogs")
@require_POST
def publish(request: MemberRequest, blog: str, article: str) -> HttpResponse:
    thread = get_article(request, blog, article)
    try:
        publish_article(thread, by=member_of(request), sure="sure" in request.POST)
    except StillOutline as refusal:
        messages.error(request, str(refusal))
        return redirect("blogs:preview-article", blog, article)
    except ContentError as refusal:
        messages.error(request, str(refusal))
        return redirect("blogs:edit-article", blog, article)
    return _after_publishing(request, thread)


@feature_required("blogs")
@require_POST
def unpublish(request: MemberRequest, blog: str, article: str) -> HttpResponse:
    thread = get_article(request, blog, article)
    try:
        unpublish_article(thread, by=member_of(request))
    except ContentError as refusal:
        messages.error(request, str(refusal))
        return redirect(thread)
    messages.success(request, _("It is a draft again: only its authors see it."))
    return redirect("blogs:edit-article", blog, article)


@feature_required("blogs")
@require_POST
def schedule(request: MemberRequest, blog: str, article: str) -> HttpResponse:
    thread = get_article(request, blog, article)
    form = ScheduleForm(request.POST)
    if not can_publish_article(request.membership, thread):
        raise NotAllowed
    if not form.is_valid():
        return _previewed(request, thread, form)
    try:
        at = goes_out_at(form.cleaned_data["day"], form.cleaned_data["hour"], request.community.zone)
        schedule_article(thread, by=member_of(request), at=at)
    except ContentError as refusal:
        messages.error(request, str(refusal))
        form.add_error(None, str(refusal))
        return _previewed(request, thread, form)
    return _after_scheduling(request, thread)


def _after_publishing(request: CommunityRequest, thread: Thread) -> HttpResponse:
    fresh = Thread.objects.select_related("space").get(pk=thread.pk)
    if fresh.is_published:
        messages.success(request, _("Published."))
    else:
        messages.info(request, _("Sent. A person reads it first."))
    return redirect(fresh)


def _after_scheduling(request: CommunityRequest, thread: Thread) -> HttpResponse:
    fresh = Thread.objects.select_related("space").get(pk=thread.pk)
    local = timezone.localtime(fresh.scheduled_for)
    messages.success(request, _("Scheduled for %(date)s.") % {"date": exact(local)})
    return redirect("blogs:preview-article", fresh.space.slug, fresh.slug)
