"""What is kept about oneself, to take away; a file that proves something, for its owner and the team."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from communities.delivery import FOR_NOBODY_ELSE, stored_file
from communities.middleware import MemberRequest
from communities.people.models import ProfileFile
from communities.people.permissions import can_verify_files
from communities.people.taking_away import write_archive
from communities.permissions import in_any_state
from communities.texts.queries import agreements_of
from members.limits import limited

# So much of an archive stays in memory; a longer one is written to disk.
IN_MEMORY = 5_000_000  # bytes


@in_any_state
@limited("own_data")
@require_http_methods(["GET", "HEAD", "POST"])
def export_data(request: MemberRequest) -> HttpResponseBase:
    """Says what there is; on POST, answers with the whole archive as of now."""
    if request.method == "POST":
        file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 — closed with the response
        write_archive(request.membership, request.community, file)
        file.seek(0)
        name = f"{request.community.slug}-{request.membership.handle}.zip"
        response: HttpResponseBase = FileResponse(file, as_attachment=True, filename=name)
    else:
        agreements = agreements_of(request.membership, request.community)
        context = {"agreements": agreements, "robots": "noindex"}
        response = render(request, "people/export_data.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
def download_file(request: MemberRequest, pk: int) -> HttpResponse:
    """To be saved, never shown: it is what somebody sent, and comes from where the community’s own pages do."""
    file = ProfileFile.objects.filter(pk=pk).first()
    me = request.membership
    mine = file is not None and file.membership_id == me.pk
    if file is None or not (mine or can_verify_files(me)):
        raise Http404
    return stored_file(
        request, file.path, content_type=file.content_type, cache=FOR_NOBODY_ELSE, save_as=file.name
    )
