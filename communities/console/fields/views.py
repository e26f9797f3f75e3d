"""What are members asked, in which order, and who sees the answers?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.console.fields.forms import FieldKindForm, ProfileFieldForm
from communities.console.fields.queries import fields_page, loss_of
from communities.console.ordering import after_order, order_sent
from communities.exceptions import DomainError
from communities.in_place import say_done
from communities.middleware import MemberRequest
from communities.people.exceptions import FieldChanged, FieldRefused
from communities.people.fields import services
from communities.people.fields.kinds import KINDS, FieldKind
from communities.people.models import ProfileField
from communities.people.permissions import can_edit_profile_fields
from communities.permissions import team_page


@require_safe
@team_page(can_edit_profile_fields)
def list_profile_fields(request: MemberRequest) -> HttpResponse:
    """The fields in their order, those that were put away under them."""
    return render(request, "console/fields/list_fields.html", fields_page(request.community))


@require_POST
@team_page(can_edit_profile_fields)
def order_profile_fields(request: MemberRequest) -> HttpResponse:
    ids = order_sent(request.POST, most=100)
    if services.order_fields(ids, by=request.membership, community=request.community):
        messages.success(request, _("The order is saved."))
    return after_order(request, "console:list-profile-fields")


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_profile_fields)
def add_profile_field(request: MemberRequest) -> HttpResponse:
    """First what they answer with, then the field itself: the second form depends on the first answer."""
    name = request.POST.get("kind") or request.GET.get("kind", "")
    if name not in KINDS:
        return _ask_for_kind(request)
    kind, community = KINDS[name], request.community
    form = ProfileFieldForm(request.POST or None, kind=kind, community=community)
    if form.is_valid():
        try:
            made = services.add_field(name, form.wishes(), by=request.membership, community=community)
        except FieldRefused as refusal:
            _add_refusal(form, refusal)
        else:
            messages.success(request, _("Members are asked for “%(name)s” now.") % {"name": made})
            return redirect("console:list-profile-fields")
    return _form_page(request, form, kind, None)


def _ask_for_kind(request: MemberRequest) -> HttpResponse:
    form = FieldKindForm(request.GET if "kind" in request.GET else None)
    context = {"form": form, "robots": "noindex"}
    return render(request, "console/fields/choose_kind.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_profile_fields)
def edit_profile_field(request: MemberRequest, pk: int) -> HttpResponse:
    field = get_object_or_404(ProfileField, pk=pk)
    kind, community = KINDS[field.kind], request.community
    form = ProfileFieldForm(request.POST or None, kind=kind, community=community, field=field)
    if not form.is_valid():
        return _form_page(request, form, kind, field)
    wishes, version = form.wishes(), form.cleaned_data["version"]
    try:
        services.edit_field(field, wishes, by=request.membership, community=community, version=version)
    except FieldRefused as refusal:
        _add_refusal(form, refusal)
        return _form_page(request, form, kind, field)
    except FieldChanged as changed:
        form.add_error(None, str(changed))
        return _form_page(request, form, kind, field, status=409)
    messages.success(request, _("Saved."))
    return redirect("console:edit-profile-field", field.pk)


def _form_page(
    request: MemberRequest,
    form: ProfileFieldForm,
    kind: FieldKind,
    field: ProfileField | None,
    *,
    status: int = 0,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "kind": kind, "field": field, "robots": "noindex"}
    if field is not None:
        # What is there now, so that a second try after a conflict is meant.
        context |= {"version": field.version, "answers": services.answers_to(field)}
    status = status or (422 if form.errors else 200)
    return render(request, "console/fields/edit_field.html", context, status=status)


def _add_refusal(form: ProfileFieldForm, refusal: FieldRefused) -> None:
    form.add_error(form.name_fields[0].name if refusal.field == "names" else None, str(refusal))


@require_POST
@team_page(can_edit_profile_fields)
def retire_profile_field(request: MemberRequest, pk: int) -> HttpResponse:
    field = get_object_or_404(ProfileField, pk=pk)
    if services.retire_field(field, by=request.membership, community=request.community):
        words = _("“%(name)s” is put away. The answers are kept.") % {"name": field}
        say_done(request, words, undo=reverse("console:restore-profile-field", args=[pk]))
    return redirect("console:list-profile-fields")


@require_POST
@team_page(can_edit_profile_fields)
def restore_profile_field(request: MemberRequest, pk: int) -> HttpResponse:
    field = get_object_or_404(ProfileField, pk=pk)
    if services.restore_field(field, by=request.membership, community=request.community):
        words = _("“%(name)s” is asked again.") % {"name": field}
        say_done(request, words, undo=reverse("console:retire-profile-field", args=[pk]))
    return redirect("console:list-profile-fields")


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_profile_fields)
def delete_profile_field(request: MemberRequest, pk: int) -> HttpResponse:
    """Asks first, with what is lost in numbers; what a space lets people in by cannot go."""
    field = get_object_or_404(ProfileField, pk=pk)
    refused = ""
    if request.method == "POST":
        try:
            services.delete_field(field, by=request.membership, community=request.community)
        except DomainError as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _("“%(name)s” is deleted, with its answers.") % {"name": field})
            return redirect("console:list-profile-fields")
    context = {"field": field, "loss": loss_of(field), "refused": refused, "robots": "noindex"}
    return render(request, "console/fields/delete_field.html", context, status=422 if refused else 200)
