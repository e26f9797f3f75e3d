"""The team’s list of people, and one person’s page."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.console.people.forms import NoteForm, RoleForm
from communities.console.people.queries import people_list, person_page
from communities.exceptions import DomainError
from communities.keysets import ids_in
from communities.middleware import MemberRequest
from communities.models import Membership
from communities.people import managing
from communities.people.entrusting import set_role as give_role
from communities.people.exceptions import EndPassed, NoSpaceChosen, RoleMoved
from communities.people.finding import MemberFilters
from communities.people.letters import MOST
from communities.people.models import MemberNote
from communities.people.permissions import (
    can_edit_members,
    can_export_members,
    can_find_by_email,
    can_see_email,
    can_see_members,
)
from communities.permissions import team_page

# So much of a list stays in memory; a longer one is written to disk.
IN_MEMORY = 5_000_000  # bytes


def found_person(pk: int) -> Membership:
    return get_object_or_404(Membership.objects.select_related("member"), pk=pk)


@require_safe
@team_page(can_see_members)
def list_members(request: MemberRequest) -> HttpResponse:
    """Who is here, narrowed down, and what can be done with those who are ticked."""
    return render(request, "console/people/list_members.html", people_list(request))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_export_members)
def export_members(request: MemberRequest) -> HttpResponseBase:
    """Says what the table will hold; on POST, the people that the list shows, or those who were ticked."""
    filters = MemberFilters.read(request.GET)
    by_email = can_find_by_email(request.membership)
    people = filters.narrow(Membership.objects.newest(), request.community, by_email=by_email)
    ticked = ids_in(request.GET.getlist("person"), most=MOST)
    chosen = people.filter(pk__in=ticked) if ticked else people
    if request.method != "POST":
        context = {"total": chosen.count(), "robots": "noindex"}
        return render(request, "console/people/export_members.html", context)
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 — closed with the response
    managing.export_members(chosen, request.community, file, by=request.membership)
    file.seek(0)
    name = f"{request.community.slug}-members.csv"
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


@require_safe
@team_page(can_see_members)
def show_membership(request: MemberRequest, pk: int) -> HttpResponse:
    return _page(request, found_person(pk))


@require_POST
@team_page(can_edit_members)
def set_role(request: MemberRequest, pk: int) -> HttpResponse:
    person = found_person(pk)
    form = RoleForm(request.POST, by=request.membership, community=request.community, person=person)
    if not form.is_valid():
        return _page(request, person, role_form=form, status=422)
    try:
        give_role(person, by=request.membership, seen=form.cleaned_data["seen"], **form.acts())
    except (RoleMoved, EndPassed, NoSpaceChosen) as refusal:
        form.add_error(None, str(refusal))
        status = 409 if isinstance(refusal, RoleMoved) else 422
        return _page(request, found_person(pk), role_form=form, status=status)
    messages.success(request, _("The role is saved. %(name)s is told.") % {"name": person.display_name})
    return redirect("console:show-membership", pk)


@require_POST
@team_page(can_edit_members)
def note_member(request: MemberRequest, pk: int) -> HttpResponse:
    person = found_person(pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, person, note_form=form, status=422)
    managing.note_about(person, form.cleaned_data["text"], by=request.membership)
    messages.success(request, _("Note saved."))
    return redirect("console:show-membership", pk)


@require_POST
@team_page(can_edit_members)
def delete_note(request: MemberRequest, pk: int, note: int) -> HttpResponse:
    row = get_object_or_404(MemberNote.objects.select_related("membership"), pk=note, membership_id=pk)
    managing.delete_note(row, by=request.membership)
    messages.success(request, _("Note deleted."))
    return redirect("console:show-membership", pk)


@require_POST
@team_page(can_see_email)
def show_address(request: MemberRequest, pk: int) -> HttpResponse:
    """The whole address, once: the next time it is asked for again, and the journal has both."""
    person = found_person(pk)
    try:
        address = managing.reveal_address(person, by=request.membership)
    except DomainError:
        messages.error(request, _("An imported name has no address."))
        return redirect("console:show-membership", pk)
    return _page(request, person, address=address)


def _page(
    request: MemberRequest,
    person: Membership,
    *,
    role_form: RoleForm | None = None,
    note_form: NoteForm | None = None,
    address: str = "",
    status: int = 200,
) -> HttpResponse:
    forms = {"role_form": role_form, "note_form": note_form or NoteForm(), "address": address}
    context = person_page(request, person) | {name: one for name, one in forms.items() if one is not None}
    response = render(request, "console/people/show_membership.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
