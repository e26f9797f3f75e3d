"""The page that an owner meets first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.console.conflicts import rebase, show_kept
from communities.console.place.onward import go_on
from communities.console.services import digest_of
from communities.console.start.forms import StartForm
from communities.console.start.services import begin_place as begin
from communities.content.exceptions import UploadRefused
from communities.exceptions import ChangedMeanwhile, DomainError
from communities.launch.services import missing_identity
from communities.middleware import MemberRequest, person_of
from communities.models import Community, Membership
from communities.permissions import can_edit_legal_identity, team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_legal_identity)
def begin_place(request: MemberRequest) -> HttpResponse:
    """What does nobody but the owner know? Then everything else is proposed."""
    form = StartForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial=StartForm.values_of(request.community, request.membership),
        own=person_of(request).email,
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            _begin(request, form)
        except ChangedMeanwhile as changed:
            kept = Community.objects.get(pk=request.community.pk).legal
            show_kept(form, kept, form.of_identity)
            rebase(form, changed, seen=digest_of(kept))
            status = 409
        except UploadRefused as refusal:
            form.add_error("logo", str(refusal))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _told(form))
            return go_on(request, "identity", redirect("console:show-console"))
    if status != 200:
        form.ask_for_logo_again()
    return render(request, "console/start/begin_place.html", {"form": form}, status=status)


def first_page(community: Community, reader: Membership) -> str:
    """Where whoever comes into a draft begins: here while nobody has said who publishes it, else at the settings."""
    is_new = community.is_draft and bool(missing_identity(community.legal))
    return reverse(
        "console:begin-place" if is_new and can_edit_legal_identity(reader) else "console:show-console"
    )


def _begin(request: MemberRequest, form: StartForm) -> None:
    assert request.membership is not None  # the decorator lets nobody else in
    said = form.cleaned_data
    begin(
        request.community,
        by=request.membership,
        identity=form.identity(),
        seen=said["seen"],
        moderator=said["moderator"],
        logo=said["logo"],
    )


def _told(form: StartForm) -> str:
    if form.cleaned_data["moderator"]:
        return _("Saved. The invitation is on its way; its link is the proof of the address.")
    return _("Saved.")
