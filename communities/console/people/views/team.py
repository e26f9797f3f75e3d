"""The team: roles with their scope and end, invitations by address, the authors of each blog."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.console.people.forms import AuthorForm, TeamInviteForm
from communities.console.people.queries import authored_spaces, authors_by_space, team_page_context
from communities.content.models import Space
from communities.exceptions import DomainError
from communities.launch.models import Invitation
from communities.launch.services import invite_into_team, withdraw_from_team
from communities.middleware import MemberRequest
from communities.models import Membership
from communities.people.entrusting import name_author, unname_author
from communities.people.permissions import can_name_authors, can_see_team
from communities.permissions import team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_see_team)
def show_team(request: MemberRequest) -> HttpResponse:
    """Who is in the team, for what and until when; on POST somebody is invited into it."""
    data = request.POST if request.method == "POST" else None
    form = TeamInviteForm(data, by=request.membership, community=request.community)
    if form.is_valid() and _invited(request, form):
        return redirect("console:show-team")
    context = team_page_context(request) | {"form": form}
    return render(request, "console/people/show_team.html", context, status=422 if form.errors else 200)


def _invited(request: MemberRequest, form: TeamInviteForm) -> bool:
    said, acts = form.cleaned_data, form.acts()
    try:
        invite_into_team(
            said["email"].lower(),
            by=request.membership,
            role=acts["role"],
            spaces=acts["spaces"] or (),
            until=acts["until"],
            words=said["words"],
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The invitation is on its way. Its link is the proof of the address."))
    return True


@require_POST
@team_page(can_see_team)
def withdraw_invitation(request: MemberRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Invitation.objects.into_team(), pk=pk)
    if withdraw_from_team(row, by=request.membership):
        messages.success(request, _("The invitation is withdrawn."))
    return redirect("console:show-team")


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_name_authors)
def list_authors(request: MemberRequest) -> HttpResponse:
    """Authors and editors of each blog; on POST somebody is named."""
    spaces = authored_spaces()
    form = AuthorForm(request.POST if request.method == "POST" else None, spaces=spaces)
    if form.is_valid():
        said = form.cleaned_data
        try:
            new = name_author(said["space"], said["person"], by=request.membership, edits=said["edits"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("%(name)s writes in “%(space)s” now.") if new else _("%(name)s writes there already.")
            names = {"name": said["person"].display_name, "space": said["space"].name}
            messages.success(request, words % names)
            return redirect("console:list-authors")
    context = {"form": form, "spaces": authors_by_space(), "robots": "noindex"}
    return render(request, "console/people/list_authors.html", context, status=422 if form.errors else 200)


@require_POST
@team_page(can_name_authors)
def remove_author(request: MemberRequest, space: int, pk: int) -> HttpResponse:
    blog, person = get_object_or_404(Space, pk=space), get_object_or_404(Membership, pk=pk)
    if unname_author(blog, person, by=request.membership):
        words = _("%(name)s no longer writes in “%(space)s”. What is there stays.")
        messages.success(request, words % {"name": person.display_name, "space": blog.name})
    return redirect("console:list-authors")
