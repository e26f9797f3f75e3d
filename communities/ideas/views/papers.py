"""Documents to read of a box: sent and taken away by the team, opened by whoever reads the box."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.content.models import Space
from communities.content.viewers import viewer_of
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.ideas.forms import PaperForm
from communities.ideas.models import BoxPaper
from communities.ideas.papers import add_paper, remove_paper
from communities.ideas.permissions import FEATURE, can_edit_box
from communities.ideas.queries import readable_boxes
from communities.ideas.views.boxes import readable_box
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def list_papers(request: MemberRequest, space: str) -> HttpResponse:
    """The documents of a box, and the form that adds one."""
    here, by = readable_box(request, space), member_of(request)
    if not can_edit_box(by):
        raise NotAllowed
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PaperForm(*sent)
    if request.method != "POST" or not form.is_valid():
        return _page(request, here, form)
    try:
        add_paper(here, form.cleaned_data["title"], form.cleaned_data["file"], by=by)
    except NotAllowed:
        raise
    except FieldError as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _page(request, here, form)
    except (DomainError, TooFast) as refusal:
        form.add_error("file", str(refusal))
        return refused(_page(request, here, form), refusal)
    messages.success(request, _("The document has been added, for everyone who can read the box."))
    return redirect(reverse("ideas:list-papers", args=[here.slug]))


def _page(request: MemberRequest, space: Space, form: PaperForm) -> HttpResponse:
    context = {
        "space": space,
        "form": form,
        "papers": list(BoxPaper.objects.filter(box=space.pk)),
        "back": space.get_absolute_url(),
    }
    return render(request, "ideas/list_papers.html", context, status=422 if form.errors else 200)


def readable_paper(request: CommunityRequest, pk: int) -> tuple[BoxPaper, Space]:
    """A document of a box that this reader may open; raises Http404."""
    paper: BoxPaper | None = BoxPaper.objects.filter(pk=pk).exclude(path="").first()
    for space in readable_boxes(request.community, viewer_of(request)):
        if paper is not None and space.pk == paper.box_id:
            return paper, space
    raise Http404


@public_page
@feature_required(FEATURE)
@require_safe
def open_paper(request: CommunityRequest, pk: int) -> HttpResponseBase:
    """The file itself; always as a download, never as a page of this place."""
    paper, _space = readable_paper(request, pk)
    try:
        stored = default_storage.open(paper.path)
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = FileResponse(stored, as_attachment=True, filename=paper.name, content_type=paper.content_type)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@feature_required(FEATURE)
@require_POST
def take_paper_away(request: MemberRequest, pk: int) -> HttpResponse:
    paper, space = readable_paper(request, pk)
    if remove_paper(paper, by=member_of(request)):
        messages.success(request, _("The document has been removed."))
    return redirect(reverse("ideas:list-papers", args=[space.slug]))
