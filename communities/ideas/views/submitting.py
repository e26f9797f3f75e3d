"""Submitting an idea, with those that are like it first; changing its title and tags."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.content import services as content_services
from communities.content.addresses import to_shown
from communities.content.begun import begun_with
from communities.content.circles import who_starts
from communities.content.exceptions import ContentError, TagRequired
from communities.content.finding.searching import similar_threads
from communities.content.forms import mark_sent
from communities.content.models import Space, Thread
from communities.content.permissions import can_edit_thread, can_start_thread
from communities.content.post_forms import tell_of_text, with_picture_in, with_picture_of
from communities.content.showing.home import only
from communities.content.unsent import ask_to_sign_in, forget_unsent, unsent_fields
from communities.content.viewers import viewer_of
from communities.content.views.posts import tell_of_new
from communities.exceptions import NotAllowed
from communities.ideas.forms import EditIdeaForm, SubmitIdeaForm
from communities.ideas.models import BoxPaper, Idea
from communities.ideas.permissions import FEATURE
from communities.ideas.queries import box_of
from communities.ideas.services import submit_idea as submit
from communities.ideas.services import when_ideas
from communities.ideas.views.boxes import readable_box
from communities.ideas.views.reading import reachable_idea
from communities.launch.features import feature_required, is_open
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import public_page


@public_page
@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def submit_idea(request: CommunityRequest, space: str) -> HttpResponse:
    """Has it been said before? Ideas like it are shown first; who sees none of them as theirs submits it."""
    here = readable_box(request, space)
    if request.membership is None:
        return ask_to_sign_in(request, request.path)
    tagged = is_open(request.community, request.membership, "tags")
    if request.method != "POST":
        _refuse_outside(request, here)
        start = {**begun_with(request.GET), **unsent_fields(request, request.path, begins=True)}
        return _page(request, here, SubmitIdeaForm(initial=start, space=here, tagged=tagged))
    form = SubmitIdeaForm(request.POST, request.FILES, space=here, tagged=tagged)
    if not form.is_valid():
        return _page(request, here, form, status=422)
    like_it = [] if form.cleaned_data["different"] else _like(request, here, form.cleaned_data["title"])
    if like_it:
        return _shown_before(request, here, form, like_it)
    return _submitted(request, here, form)


def _shown_before(
    request: CommunityRequest, space: Space, form: SubmitIdeaForm, like_it: list[Thread]
) -> HttpResponse:
    """Those that are like it, above the form as it was typed. A file that came with it is in the text from here on: the
    browser would not send it again."""
    by = request.membership
    file = form.cleaned_data.get("picture")
    if not file or by is None:
        return _page(request, space, form, like_it=like_it)
    try:
        fields = with_picture_in(request.POST.dict(), file, by=by)
    except (ContentError, NotAllowed, TooFast) as refusal:
        form.add_error("picture", str(refusal))
        return refused(_page(request, space, form, status=422), refusal)
    typed = {**fields, "body": to_shown(fields.get("body", ""))}
    tagged = is_open(request.community, by, "tags")
    return _page(request, space, SubmitIdeaForm(initial=typed, space=space, tagged=tagged), like_it=like_it)


def _refuse_outside(request: CommunityRequest, space: Space) -> None:
    """Raises NotAllowed with the sentence that says when the box takes ideas, or who may submit one."""
    box = box_of(space)
    if not box.takes_ideas:
        raise NotAllowed(when_ideas(box))
    if not can_start_thread(request.membership, space):
        raise NotAllowed(who_starts(space))


def _submitted(request: CommunityRequest, space: Space, form: SubmitIdeaForm) -> HttpResponse:
    by = request.membership
    assert by is not None  # asked for by the page
    try:
        arguments = with_picture_of(form, form.arguments(), by=by)
        thread = submit(space, by=by, community=request.community, **arguments)
    except NotAllowed:
        form.add_error(None, who_starts(space))
        return _page(request, space, form, status=403)
    except (ContentError, TooFast) as refusal:
        form.add_error("tags" if isinstance(refusal, TagRequired) else "body", str(refusal))
        return refused(_page(request, space, form, status=422), refusal)
    forget_unsent(request)
    thread.refresh_from_db(fields=["state"])
    tell_of_new(request, thread)
    tell_of_text(request, form)
    return mark_sent(redirect(thread.get_absolute_url()), form.cleaned_data["submission"])


def _like(request: CommunityRequest, space: Space, title: str) -> list[Thread]:
    """Ideas of the box whose titles share the longest words of this one, with their votes."""
    found = similar_threads(request.community, only(viewer_of(request), [space]), title)
    ideas = {idea.pk: idea for idea in Idea.objects.living().of_threads(one.pk for one in found)}
    near = []
    for thread in found:
        if thread.pk in ideas:
            thread.idea = ideas[thread.pk]
            near.append(thread)
    return near


def _page(
    request: CommunityRequest,
    space: Space,
    form: SubmitIdeaForm,
    *,
    like_it: list[Thread] | None = None,
    status: int = 200,
) -> HttpResponse:
    has_search = is_open(request.community, request.membership, "search")
    context: dict[str, Any] = {
        "space": space,
        "box": box_of(space),
        "papers": list(BoxPaper.objects.filter(box=space.pk)),
        "form": form,
        "like_it": like_it or [],
        "suggest_url": reverse("content:suggest-results") if has_search else "",
        "crumbs": [
            {"label": _("Ideas"), "url": reverse("ideas:list-boxes")},
            {"label": space.name, "url": space.get_absolute_url()},
            {"label": _("Submit an idea")},
        ],
    }
    return render(request, "ideas/submit_idea.html", context, status=status)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_idea(request: MemberRequest, slug: str) -> HttpResponse:
    """Title and tags; the address follows the title and the former one leads here."""
    thread = reachable_idea(request, slug)
    by = request.membership
    if by is None or not can_edit_thread(by, thread):
        raise NotAllowed
    tagged = is_open(request.community, by, "tags")
    if request.method != "POST":
        return _edit_page(request, thread, EditIdeaForm(initial=_named(thread), tagged=tagged))
    form = EditIdeaForm(request.POST, tagged=tagged)
    if not form.is_valid():
        return _edit_page(request, thread, form, status=422)
    try:
        data = form.cleaned_data
        changed = content_services.revise_thread(
            thread, by=by, title=data["title"], tags=data.get("tags", [])
        )
    except (ContentError, TooFast) as refusal:
        form.add_error(None, str(refusal))
        return refused(_edit_page(request, thread, form, status=422), refusal)
    if changed:
        messages.success(request, _("Saved."))
    else:
        said = _("Your change awaits a moderator; until then readers see the previous version.")
        messages.info(request, said)
    return redirect(thread)


def _named(thread: Thread) -> dict[str, str]:
    """The title and tags to edit: those that wait for a moderator, if any do."""
    waits = content_services.waiting_beside(thread)
    names = waits["tags"] if "tags" in waits else thread.tags.order_by("name").values_list("name", flat=True)
    return {"title": waits.get("title", thread.title), "tags": ", ".join(names)}


def _edit_page(
    request: CommunityRequest, thread: Thread, form: EditIdeaForm, status: int = 200
) -> HttpResponse:
    context = {"thread": thread, "form": form}
    return render(request, "ideas/edit_idea.html", context, status=status)
