"""Files by which members prove something: read by the team, verified or not accepted."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.console.fields.forms import FileWordForm
from communities.console.fields.queries import files_page
from communities.exceptions import DomainError
from communities.middleware import MemberRequest
from communities.people.fields import files
from communities.people.models import ProfileFile
from communities.people.permissions import can_verify_files
from communities.permissions import team_page


@require_safe
@team_page(can_verify_files)
def list_profile_files(request: MemberRequest) -> HttpResponse:
    """Those that wait, the oldest first, or all."""
    every = request.GET.get("show") == "all"
    return render(
        request, "console/fields/list_files.html", files_page(every=every, after=request.GET.get("after", ""))
    )


@require_POST
@team_page(can_verify_files)
def verify_profile_file(request: MemberRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, files.verify_file, _("Verified; %(name)s is told."))


@require_POST
@team_page(can_verify_files)
def refuse_profile_file(request: MemberRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, files.refuse_file, _("Not accepted; %(name)s is told and can send another."))


def _decide(request: MemberRequest, pk: int, act: Callable[..., None], done: str) -> HttpResponse:
    file = get_object_or_404(ProfileFile.objects.select_related("membership"), pk=pk)
    form = FileWordForm(request.POST)
    if not form.is_valid():
        context = files_page() | {"refused": pk, "form": form}
        return render(request, "console/fields/list_files.html", context, status=422)
    try:
        act(file, by=request.membership, word=form.cleaned_data["word"])
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done % {"name": file.membership.display_name})
    return redirect("console:list-profile-files")
