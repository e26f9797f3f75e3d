"""A new community from an export: upload, what was found, the act, how far it is."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from communities.archive.coming.working import progress_of
from communities.archive.models import Coming
from communities.console.arrivals import services
from communities.console.arrivals.forms import BringForm, UploadForm
from communities.console.operator.views.requests import OperatorRequest
from communities.exceptions import DomainError
from communities.keysets import NUMBER, Keyset
from communities.permissions import operator_page
from communities.queries import community_root

NEWEST = Keyset(("pk", NUMBER), size=20)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
@cache_control(private=True, no_store=True)
def upload_export(request: OperatorRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        try:
            coming = services.take_export(form.cleaned_data["file"], by=request.user)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("platform:show-coming", coming.public_id)
    comings = NEWEST.newest_after(Coming.objects.select_related("community"), request.GET.get("after", ""))
    context = {"form": form, "comings": comings, "robots": "noindex"}
    return render(request, "console/arrivals/upload_export.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
@cache_control(private=True, no_store=True)
def show_coming(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """What is in the file; on POST, have it brought in."""
    coming = get_object_or_404(Coming.objects.select_related("community"), public_id=public_id)
    form = BringForm(
        request.POST if request.method == "POST" else None, initial={"slug": services.slug_for(coming)}
    )
    status = 200
    if form.is_valid():
        try:
            services.bring_in(coming, slug=form.cleaned_data["slug"], by=request.user)
        except DomainError as refusal:
            form.add_error("slug", str(refusal))
            status = 409
        else:
            return redirect("platform:show-coming", public_id)
    elif form.errors:
        status = 422
    return render(request, "console/arrivals/show_coming.html", _context(coming, form), status=status)


@require_POST
@operator_page
def delete_coming(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    coming = get_object_or_404(Coming, public_id=public_id)
    try:
        services.put_away(coming, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("platform:show-coming", public_id)
    messages.success(request, _("The file is deleted."))
    return redirect("platform:upload-export")


def _context(coming: Coming, form: BringForm) -> dict[str, Any]:
    done, total = progress_of(coming) if coming.is_at_work else (0, 0)
    rows = coming.report.get("rows", {})
    return {
        "coming": coming,
        "form": form,
        "done": done,
        "total": total,
        "report": coming.report,
        "figures": [
            (_("Members"), rows.get("communities.membership", 0)),
            (_("Spaces"), rows.get("content.space", 0)),
            (_("Threads"), rows.get("content.thread", 0)),
            (_("Posts"), rows.get("content.post", 0)),
            (_("Pictures"), rows.get("content.attachment", 0)),
            (_("Rows in all"), sum(rows.values())),
        ],
        "address": community_root(coming.community) if coming.community else "",
        "robots": "noindex",
    }
