"""One act on one or many people: choose it in the list or on a page, see whom it is about, confirm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from communities.console.people.forms import LetterForm, LevelForm, NoteForm, RemoveForm, RoleForm
from communities.exceptions import DomainError
from communities.keysets import ids_in
from communities.middleware import MemberRequest
from communities.models import Membership
from communities.people import managing
from communities.people.entrusting import set_role
from communities.people.letters import MOST, write_to
from communities.people.permissions import can_edit_members
from communities.permissions import team_page

MakeForm = Callable[[MemberRequest, Any], forms.Form]
DoOne = Callable[[Membership, Any, MemberRequest], object]


@dataclass(frozen=True)
class ManyAct:
    """What can be done with the people who are ticked."""

    title: Promise
    button: Promise
    form: MakeForm
    # Done to one after the other; letters, which have none, are written to all at once.
    one: DoOne | None
    bad: bool = False
    about: Promise | str = ""


def _role(person: Membership, form: Any, request: MemberRequest) -> object:
    return set_role(person, by=request.membership, **form.acts())


def _level(person: Membership, form: Any, request: MemberRequest) -> object:
    return managing.set_level(person, form.cleaned_data["level"], by=request.membership)


def _note(person: Membership, form: Any, request: MemberRequest) -> object:
    return managing.note_about(person, form.cleaned_data["text"], by=request.membership)


def _remove(person: Membership, form: Any, request: MemberRequest) -> object:
    return managing.remove_member(person, by=request.membership, reason=form.cleaned_data["reason"])


ACTS: dict[str, ManyAct] = {
    "role": ManyAct(
        gettext_lazy("Give a role"),
        gettext_lazy("Give the role"),
        lambda request, data: RoleForm(data, by=request.membership, community=request.community),
        _role,
    ),
    "level": ManyAct(
        gettext_lazy("Set the level"),
        gettext_lazy("Set level"),
        lambda _request, data: LevelForm(data),
        _level,
    ),
    "note": ManyAct(
        gettext_lazy("Add a note"),
        gettext_lazy("Save note"),
        lambda _request, data: NoteForm(data),
        _note,
    ),
    "write": ManyAct(
        gettext_lazy("Write to them"),
        gettext_lazy("Send"),
        lambda _request, data: LetterForm(data),
        None,
        about=gettext_lazy("Those who opted out of letters from the team get none."),
    ),
    "remove": ManyAct(
        gettext_lazy("Remove from the community"),
        gettext_lazy("Remove"),
        lambda _request, data: RemoveForm(data),
        _remove,
        bad=True,
        about=gettext_lazy(
            "What they wrote stays under “Former member”. They can join again: to keep somebody out, apply a sanction."
        ),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_members)
def act_on_many(request: MemberRequest, act: str) -> HttpResponse:
    """The people come in the address (`?person=1&person=2`), so that the page can be shared and gone back to."""
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    said = (request.POST if request.method == "POST" else request.GET).getlist("person")
    people = list(Membership.objects.filter(pk__in=ids_in(said, most=MOST)).order_by("display_name", "pk"))
    if not people:
        messages.info(request, _("Tick somebody first."))
        return redirect("console:list-members")
    form = chosen.form(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        _tell(request, act, *_carried_out(request, chosen, people, form))
        return redirect("console:list-members")
    context = {"act": chosen, "name": act, "people": people, "form": form, "robots": "noindex"}
    return render(request, "console/people/act_on_many.html", context, status=422 if form.is_bound else 200)


def _carried_out(
    request: MemberRequest, chosen: ManyAct, people: list[Membership], form: Any
) -> tuple[int, dict[str, list[str]]]:
    """How many it was done to; the names of the others by the reason why not."""
    refused: dict[str, list[str]] = {}
    if chosen.one is None:
        data = form.cleaned_data
        sent = write_to(
            people,
            by=request.membership,
            community=request.community,
            subject=data["subject"],
            text=data["text"],
        )
        return sent, refused
    done = 0
    for person in people:
        name = person.display_name
        try:
            with transaction.atomic():
                chosen.one(person, form, request)
        except DomainError as refusal:
            refused.setdefault(str(refusal), []).append(name)
        else:
            done += 1
    return done, refused


def _tell(request: MemberRequest, act: str, done: int, refused: dict[str, list[str]]) -> None:
    if act == "write":
        words = ngettext("%(n)s mail is on its way.", "%(n)s mails are on their way.", done)
    else:
        words = ngettext("Done for %(n)s person.", "Done for %(n)s people.", done)
    if done:
        messages.success(request, words % {"n": done})
    elif act == "write":
        messages.warning(request, _("None of them accepts mail from the team."))
    for reason, names in refused.items():
        messages.warning(request, _("%(names)s: %(reason)s") % {"names": ", ".join(names), "reason": reason})
