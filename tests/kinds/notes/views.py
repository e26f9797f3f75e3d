from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.content.exceptions import ContentError
from communities.content.kinds import KINDS
from communities.content.models import Space, State, Thread
from communities.content.permissions import can_start_thread
from communities.content.post_forms import ReplyForm
from communities.content.showing.reading import page_number, read_posts, read_waiting
from communities.content.showing.readings import Reading, own_address
from communities.content.viewers import readable_spaces, unfolded, viewer_of
from communities.content.views.posts import answer_gone
from communities.content.views.replying import reply_form
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required, open_features
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import public_page
from tests.kinds.notes import services
from tests.kinds.notes.forms import MarginForm, NoteForm
from tests.kinds.notes.models import NOTE, NOTES

MOST_SHOWN = 30


def readable_notebook(request: CommunityRequest, slug: str) -> Space:
    for space in readable_spaces(request.community, viewer_of(request), NOTES):
        if space.slug == slug:
            return space
    raise Http404


def reachable_note(request: CommunityRequest, note: str) -> Thread:
    reachable = Thread.objects.reachable_by(viewer_of(request)).of_kind(NOTE)
    found: Thread | None = reachable.filter(slug=note).select_related("space", "author", "note").first()
    if found is None:
        raise Http404
    return found


@public_page
@feature_required("notes")
@require_safe
def list_notes(request: CommunityRequest) -> HttpResponse:
    spaces = readable_spaces(request.community, viewer_of(request), NOTES)
    return _list(request, unfolded(spaces, request.membership), "")


@public_page
@feature_required("notes")
@require_safe
def show_notes(request: CommunityRequest, space: str) -> HttpResponse:
    here = readable_notebook(request, space)
    return _list(request, [here], here.name)


def _list(request: CommunityRequest, spaces: list[Space], name: str) -> HttpResponse:
    by_id = {space.pk: space for space in spaces}
    visible = Thread.objects.visible_to(viewer_of(request)).of_kind(NOTE).filter(space_id__in=by_id)
    notes = list(visible.published_before().select_related("author", "note")[:MOST_SHOWN])
    for note in notes:
        note.space = by_id[note.space_id]
    context = {"notes": notes, "spaces": spaces, "heading": name or KINDS[NOTES].label_many}
    return render(request, "notes/list_notes.html", context)


@public_page
@feature_required("notes")
@require_safe
def show_note(request: CommunityRequest, note: str) -> HttpResponse:
    try:
        thread = reachable_note(request, note)
    except Http404:
        return answer_gone(request, note, kinds=(NOTE,))
    page = page_number(request.GET.get("page"))
    if page > max(thread.last_page, 1):
        raise Http404
    return _page(request, thread, page, reply_form(request, thread))


def show_unreplied(request: CommunityRequest, thread: Thread, form: ReplyForm, status: int) -> HttpResponse:
    return _page(request, thread, thread.last_page, form, status)


def _page(
    request: CommunityRequest,
    thread: Thread,
    page: int,
    form: ReplyForm | None,
    status: int = 200,
    margin_form: MarginForm | None = None,
) -> HttpResponse:
    by = request.membership
    reading = Reading(
        community=request.community,
        membership=by,
        features=open_features(request.community, by),
        own_address=own_address(request.path, thread.get_absolute_url(), page),
        may_quote=form is not None,
        menu_of=request.GET.get("menu", ""),
    )
    context = {
        "thread": thread,
        "posts": read_posts(thread, page, by=by),
        "waiting": read_waiting(thread, by.pk) if by else [],
        "reading": reading,
        "form": form,
        "margin_form": margin_form or MarginForm(initial={"margin": thread.note.margin}),
        "is_own": by is not None and by.pk == thread.author_id,
        "page_title": thread.title,
        "robots": "" if thread.is_published else "noindex",
    }
    return render(request, "notes/show_note.html", context, status=status)


@feature_required("notes")
@require_http_methods(["GET", "HEAD", "POST"])
def write_note(request: CommunityRequest, space: str) -> HttpResponse:
    here = readable_notebook(request, space)
    by = request.membership
    if by is None or not can_start_thread(by, here):
        raise NotAllowed
    form = NoteForm(request.POST or None, request.FILES or None, key=f"start:{here.slug}")
    if request.method == "POST" and form.is_valid():
        state = State.DRAFT if "draft" in request.POST else State.PUBLISHED
        try:
            return redirect(
                services.write_note(here, by=by, community=request.community, state=state, **form.arguments())
            )
        except ContentError as refusal:
            form.add_error("body", str(refusal))
    status = 422 if request.method == "POST" else 200
    return render(request, "notes/write_note.html", {"space": here, "form": form}, status=status)


@feature_required("notes")
@require_POST
def annotate_note(request: MemberRequest, note: str) -> HttpResponse:
    thread, form = reachable_note(request, note), MarginForm(request.POST)
    if form.is_valid():
        try:
            services.annotate_note(thread.note, by=request.membership, margin=form.cleaned_data["margin"])
        except ContentError as refusal:
            form.add_error("margin", str(refusal))
    if form.errors:
        return _page(request, thread, thread.last_page, reply_form(request, thread), 422, margin_form=form)
    return redirect(thread)
