"""Who of the team answers a thread, and by when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from communities.dates import DayField
from communities.exceptions import NotAllowed
from communities.forums.assigning import assign_thread, assignment_of, people_to_assign, unassign_thread
from communities.forums.exceptions import AssignedMeanwhile, AssignError
from communities.forums.models import AssignedThread
from communities.forums.permissions import can_assign_thread
from communities.forums.views.threads import reachable_thread
from communities.launch.features import feature_required
from communities.middleware import MemberRequest, member_of
from communities.models import Membership


class AssignThreadForm(forms.Form):
    to = forms.ChoiceField(
        label=gettext_lazy("Who answers it"),
        error_messages={"invalid_choice": gettext_lazy("Choose somebody on the team who reads this space.")},
    )
    due_on = DayField(label=gettext_lazy("By when"))
    # Who had it when this page was made: whoever gives it has seen that.
    seen = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: list[Membership], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(person.pk): person for person in people}
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(pk, person.display_name) for pk, person in self.people.items()]

    def arguments(self) -> dict[str, Any]:
        """What `assign_thread` takes."""
        seen = self.cleaned_data["seen"]
        return {
            "to": self.people[self.cleaned_data["to"]],
            "due_on": self.cleaned_data["due_on"],
            "seen": int(seen) if seen.isascii() and seen.isdecimal() else None,
        }


@feature_required("forums")
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: MemberRequest, slug: str) -> HttpResponse:
    """To whom, and by when; where somebody was faster, that is said, and the page shows who has it now (409)."""
    thread = reachable_thread(request, slug)
    by = member_of(request)
    if not can_assign_thread(by, thread):
        raise NotAllowed
    row, people = assignment_of(thread), people_to_assign(thread.space)
    if request.method != "POST":
        return _page(request, slug, AssignThreadForm(people=people, initial=_initial(row, by)), row)
    form = AssignThreadForm(request.POST, people=people)
    if not form.is_valid():
        return _page(request, slug, form, row, status=422)
    try:
        assign_thread(thread, by=by, community=request.community, **form.arguments())
    except AssignError as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _page(request, slug, form, row, status=422)
    except AssignedMeanwhile as refusal:
        row = assignment_of(thread)
        again = request.POST.copy()
        again["seen"] = str(row.assignee_id) if row is not None else ""
        form = AssignThreadForm(again, people=people)
        form.add_error(None, str(refusal))
        return _page(request, slug, form, row, status=409)
    messages.success(request, _("It appears on their Today until they have answered it."))
    return redirect(thread)


@feature_required("forums")
@require_POST
def unassign(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_thread(request, slug)
    if unassign_thread(thread, by=member_of(request)):
        messages.success(request, _("Nobody is assigned to answer it any more."))
    return redirect(thread)


def _initial(row: AssignedThread | None, by: Membership) -> dict[str, Any]:
    if row is None:
        return {"to": str(by.pk)}
    return {"to": str(row.assignee_id), "due_on": row.due_on, "seen": str(row.assignee_id)}


def _page(
    request: MemberRequest, slug: str, form: AssignThreadForm, row: AssignedThread | None, status: int = 200
) -> HttpResponse:
    context = {"thread": reachable_thread(request, slug), "form": form, "row": row, "robots": "noindex"}
    return render(request, "forums/assign_thread.html", context, status=status)
