"""What is kept about oneself, to take away."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile

from django.http import FileResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from communities.middleware import MemberRequest
from communities.people.taking_away import write_archive
from communities.permissions import in_any_state
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
        response = render(request, "people/export_data.html", {"robots": "noindex"})
    response.headers["Cache-Control"] = "private, no-store"
    return response
