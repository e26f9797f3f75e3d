"""Two memberships of one person become one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.console.people.forms import MergeForm
from communities.console.people.views.members import found_person
from communities.exceptions import DomainError
from communities.middleware import MemberRequest
from communities.people.merging import merge_memberships
from communities.people.permissions import can_edit_members, can_merge_members
from communities.permissions import team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_members)
def merge_members(request: MemberRequest, pk: int) -> HttpResponse:
    """Name the other membership, see both, confirm."""
    kept = found_person(pk)
    data = request.POST if request.method == "POST" else request.GET if "other" in request.GET else None
    form = MergeForm(data)
    gone = form.cleaned_data["other"] if form.is_valid() else None
    if gone is not None and not can_merge_members(request.membership, kept, gone):
        form.add_error(
            "other", _("These two cannot be merged: they are one, or one of them has a role like yours.")
        )
        gone = None
    if gone is not None and request.method == "POST":
        try:
            merge_memberships(kept, gone, by=request.membership)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Everything from both is now under %(name)s.") % {"name": kept.display_name}
            )
            return redirect("console:show-membership", pk)
    context = {"person": kept, "other": gone, "form": form, "robots": "noindex"}
    status = 422 if form.errors and request.method == "POST" else 200
    return render(request, "console/people/merge_members.html", context, status=status)
