"""Asking for an export of the whole community, how far it is, and the file."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.archive import services
from communities.archive.exceptions import ExportGone, ExportUnderWay
from communities.archive.models import Export
from communities.archive.permissions import can_export_community
from communities.console.export import queries
from communities.console.export.forms import ExportForm
from communities.delivery import FOR_NOBODY_ELSE, stored_file
from communities.middleware import MemberRequest
from communities.permissions import team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_export_community)
def export_community(request: MemberRequest) -> HttpResponse:
    form = ExportForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        try:
            services.ask_export(by=request.membership)
        except ExportUnderWay as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            return redirect("console:export-community")
    elif form.errors:
        status = 422
    context = {"form": form, **queries.page_of(request.GET.get("after", ""))}
    return render(request, "console/export/export_community.html", context, status=status)


@require_POST
@team_page(can_export_community)
def download_export(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """The file. By POST, since the journal keeps who has taken everything along."""
    export = get_object_or_404(Export, public_id=public_id)
    try:
        services.fetch_export(export, by=request.membership)
    except ExportGone as gone:
        raise Http404(str(gone)) from gone
    name = f"{request.community.slug}-{export.asked_at:%Y-%m-%d}.zip"
    return stored_file(
        request, export.path, content_type="application/zip", cache=FOR_NOBODY_ELSE, save_as=name
    )


@require_POST
@team_page(can_export_community)
def delete_export(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    services.delete_export(get_object_or_404(Export, public_id=public_id), by=request.membership)
    messages.success(request, _("Deleted. Nothing is kept here."))
    return redirect("console:export-community")
