"""Orders: the list, files on their way in."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from analytics.roi import services
from analytics.roi.exceptions import FileRefused, RoiError
from analytics.roi.forms import MappingForm, UploadForm, first_lines
from analytics.roi.models import ImportRun, Order
from analytics.roi.order_files import MAX_BYTES, Mapping
from analytics.roi.permissions import can_edit_results
from analytics.roi.services.importing import begin, progress_of, table_of
from analytics.roi.tasks import read_orders_file
from communities.keysets import MOMENT, NUMBER, Keyset
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.stored import NotKept

# Larger files are read by the worker, while the page tells how far it is.
BY_MOMENT = Keyset(("placed_at", MOMENT), ("pk", NUMBER), size=50)
AT_ONCE_BYTES = 300_000


@require_safe
@team_page(can_edit_results)
def list_orders(request: MemberRequest) -> HttpResponse:
    """Every order, and why it counts or does not."""
    orders = Order.objects.newest().prefetch_related("credits")
    if request.GET.get("show") == "counted":
        orders = orders.counted(request.community.currency)
    page = BY_MOMENT.page_after(orders, request.GET.get("after", ""))
    return render(request, "roi/list_orders.html", {"page": page, "show": request.GET.get("show", "")})


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def import_orders(request: MemberRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None, initial={"source": "CSV"})
    if request.method == "POST" and form.is_valid():
        run = _uploaded(request, form)
        if run is not None:
            return redirect("roi:map-orders", public_id=run.public_id)
    runs = ImportRun.objects.select_related("source", "author").order_by("-id")[:20]
    status = 422 if form.is_bound else 200
    return render(request, "roi/import_orders.html", {"form": form, "runs": runs}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def map_orders(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the columns mean, a rehearsal, and the real thing."""
    run = get_object_or_404(ImportRun.objects.select_related("source"), public_id=public_id)
    if not run.path or run.state == ImportRun.State.RUNNING:
        return render(request, "roi/map_orders.html", _run_context(run))
    try:
        table = table_of(run, whole=False)
    except FileRefused as refused:
        messages.error(request, str(refused))
        return redirect("roi:import-orders")
    form = MappingForm(request.POST or None, headers=table.headers, initial=run.mapping)
    if request.method == "POST" and form.is_valid() and _read(request, run, form, "load" in request.POST):
        return redirect("roi:map-orders", public_id=run.public_id)
    context = _run_context(run) | {"form": form, "table": table, "lines": first_lines(table)}
    return render(request, "roi/map_orders.html", context, status=422 if form.is_bound else 200)


def _uploaded(request: MemberRequest, form: UploadForm) -> ImportRun | None:
    file = form.cleaned_data["file"]
    try:
        if file.size > MAX_BYTES:
            raise FileRefused(_("This file is larger than 64 MB. Split it by month."))
        return services.start_import(
            request.community,
            by=request.membership,
            name=file.name,
            content=file,
            source=form.cleaned_data["source"],
        )
    except (FileRefused, NotKept) as refused:
        form.add_error("file", str(refused))
        return None


def _read(request: MemberRequest, run: ImportRun, form: MappingForm, keep: bool) -> bool:
    """Check or load now, or send it to the worker; False where the file was refused."""
    try:
        if default_storage.size(run.path) > AT_ONCE_BYTES:
            begin(run, form.mapping)
            read_orders_file.delay_on_commit(community_id=request.community.pk, run_id=run.pk, keep=keep)
        elif keep:
            services.load_file(run, community=request.community, mapping=form.mapping)
        else:
            services.check_file(run, community=request.community, mapping=form.mapping)
    except RoiError as refused:
        form.add_error(None, str(refused))
        run.report = {"problems": getattr(refused, "problems", [])}
        return False
    return True


def _run_context(run: ImportRun) -> dict[str, Any]:
    done, total = progress_of(run)
    return {"run": run, "report": run.report, "done": done, "total": total, "mapping": Mapping(**run.mapping)}
