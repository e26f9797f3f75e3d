"""Importing in the page: choosing, uploading, reading the rehearsal, letting it run, taking it back."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.middleware import MemberRequest
from communities.permissions import can_import_content, team_page
from communities.transfer.importers import Importer, importers
from communities.transfer.importing import queries, services
from communities.transfer.importing.exceptions import ImportRefused
from communities.transfer.importing.forms import UploadForm
from communities.transfer.importing.pulse import steps_of
from communities.transfer.importing.staying import staying_of
from communities.transfer.importing.uploading import StreamedUpload, receive_upload
from communities.transfer.models import Import


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_import_content)
def start_import(request: MemberRequest) -> HttpResponse:
    """Choose a format, give the file. Nothing of an upload is read before it is known who sends it."""
    upload = receive_upload(request) if request.method == "POST" else None
    return _start_import(request, upload)


@csrf_protect
def _start_import(request: MemberRequest, upload: StreamedUpload | None) -> HttpResponse:
    importer = _chosen(request)
    if upload is None or importer is None:
        return _start_page(request, importer, status=200 if upload is None else 422)
    form = importer.form(request.community, request.POST)
    file_form = UploadForm(request.POST, request.FILES, importer=importer)
    if upload.refused:
        file_form.errors["file"] = file_form.error_class([upload.refused])
    if form.is_valid() and file_form.is_valid():
        try:
            job = services.start_import(
                importer,
                file_form.cleaned_data["file"],
                by=request.membership,
                community=request.community,
                options=form.cleaned_data,
            )
            return redirect("transfer:show-import", job.pk)
        except ImportRefused as refusal:
            file_form.add_error(refusal.field or None, str(refusal))
    return _start_page(request, importer, form=form, file_form=file_form, status=422)


@require_safe
@team_page(can_import_content)
def show_import(request: MemberRequest, id: int) -> HttpResponse:
    """Where does it stand? What would come, what would be lost? What can be done now?"""
    return _show_page(request, _fetch(request, id))


@require_POST
@team_page(can_import_content)
def rehearse_import(request: MemberRequest, id: int) -> HttpResponse:
    job = _fetch(request, id)
    form = importers[job.kind].form(request.community, request.POST)
    if not form.is_valid():
        return _show_page(request, job, form=form, status=422)
    return _act(
        request,
        job,
        lambda: services.rehearse_import(
            job, by=request.membership, community=request.community, options=form.cleaned_data
        ),
    )


@require_POST
@team_page(can_import_content)
def run_import(request: MemberRequest, id: int) -> HttpResponse:
    job = _fetch(request, id)
    return _act(
        request, job, lambda: services.run_import(job, by=request.membership, community=request.community)
    )


@require_POST
@team_page(can_import_content)
def stop_import(request: MemberRequest, id: int) -> HttpResponse:
    job = _fetch(request, id)
    return _act(request, job, lambda: services.stop_import(job, by=request.membership))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_import_content)
def undo_import(request: MemberRequest, id: int) -> HttpResponse:
    """First what would stay, then take it back."""
    job = _fetch(request, id)
    if request.method == "POST":
        return _act(
            request,
            job,
            lambda: services.undo_import(job, by=request.membership, community=request.community),
        )
    if not job.can_undo:
        return redirect("transfer:show-import", job.pk)
    context = {"job": job, "staying": staying_of(job), "report": queries.report_in_words(job.report)}
    return render(request, "transfer/undo_import.html", context)


@require_POST
@team_page(can_import_content)
def discard_import(request: MemberRequest, id: int) -> HttpResponse:
    job = _fetch(request, id)
    try:
        services.discard_import(job, by=request.membership)
    except ImportRefused as refusal:
        return _show_page(request, _fetch(request, id), refusal=refusal, status=409)
    messages.success(request, _("“%(file)s” has been deleted.") % {"file": job.file_name})
    return redirect("transfer:start-import")


@require_safe
@team_page(can_import_content)
def download_report(request: MemberRequest, id: int) -> HttpResponse:
    """The whole report as JSON: of the import, else of its rehearsal."""
    job = _fetch(request, id)
    response = JsonResponse(
        job.report or job.rehearsal, json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response.headers["Content-Disposition"] = f'attachment; filename="import-{job.pk}.json"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _fetch(request: MemberRequest, id: int) -> Import:
    job: Import = get_object_or_404(Import.objects.select_related("by"), pk=id)
    return job


def _chosen(request: MemberRequest) -> Importer | None:
    importer = importers.get(request.GET.get("kind", ""))
    return importer if importer is not None and importer.may(request.membership) else None


def _act(request: MemberRequest, job: Import, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except ImportRefused as refusal:
        return _show_page(request, _fetch(request, job.pk), refusal=refusal, status=409)
    return redirect("transfer:show-import", job.pk)


def _start_page(
    request: MemberRequest,
    importer: Importer | None,
    *,
    form: forms.Form | None = None,
    file_form: UploadForm | None = None,
    status: int = 200,
) -> HttpResponse:
    if importer is not None:
        form = form or importer.form(request.community)
        file_form = file_form or UploadForm(importer=importer)
    context = {
        "importers": queries.importers_for(request.membership),
        "doors": queries.doors_for(request.membership),
        "importer": importer,
        "form": form,
        "file_form": file_form,
        "page": queries.imports_page(request.GET.get("after", "")),
        "at_work": Import.objects.at_work().first(),
    }
    return render(request, "transfer/start_import.html", context, status=status)


def _show_page(
    request: MemberRequest,
    job: Import,
    *,
    form: forms.Form | None = None,
    refusal: ImportRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    importer = importers.get(job.kind)
    if form is None and importer is not None and job.can_rehearse:
        form = importer.form(request.community, initial=job.options)
    context = {
        "job": job,
        "importer": importer,
        "steps": steps_of(job),
        "report": queries.report_in_words(job.report or job.rehearsal),
        "undone": queries.report_in_words(job.undone),
        "options": queries.options_in_words(job, request.community),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "transfer/show_import.html", context, status=status)
