"""The proposal on one page, each part editable, and founding by it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.console.recipe import services
from communities.console.recipe.catalogue import blueprints
from communities.console.recipe.exceptions import AlreadyFounded
from communities.console.recipe.forms import BlueprintForm
from communities.console.recipe.models import Recipe
from communities.console.recipe.proposing import Proposed, blueprint_of, doubts, proposal_of
from communities.console.recipe.queries import answers_shown, is_founded, own_blueprints, recipe_of
from communities.console.recipe.steps import first_open
from communities.console.recipe.views.wizard import founders_page, onward
from communities.exceptions import DomainError
from communities.middleware import person_of
from communities.texts.kinds import kinds
from members.models import Member


@require_safe
@founders_page
def show_proposal(request: HttpRequest, recipe: int) -> HttpResponse:
    """Everything that would be made; nothing exists yet."""
    person = person_of(request)
    if is_founded(person, recipe):
        return _into_what_was_made(person, recipe)
    row = recipe_of(person, recipe)
    if first_open(row) is not None:
        return onward(row)
    return _proposal_page(request, row)


@require_http_methods(["GET", "HEAD", "POST"])
@founders_page
def choose_blueprint(request: HttpRequest, recipe: int) -> HttpResponse:
    """Which shape: the twelve, and one’s own."""
    person = person_of(request)
    row, own = recipe_of(person, recipe), own_blueprints(person)
    present = f"own-{row.saved_blueprint_id}" if row.saved_blueprint_id else blueprint_of(row).name
    form = BlueprintForm(
        request.POST if request.method == "POST" else None,
        initial={"blueprint": present},
        known=blueprints(),
        own=own,
        language=get_language() or "",
    )
    if form.is_valid():
        name = form.cleaned_data["blueprint"]
        saved = next((one for one in own if f"own-{one.pk}" == name), None)
        return onward(services.choose_blueprint(row, by=person, name="" if saved else name, saved=saved))
    context = {"form": form, "recipe": row, "robots": "noindex"}
    return render(request, "recipe/choose_blueprint.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@founders_page
def edit_part(request: HttpRequest, recipe: int, part: str) -> HttpResponse:
    """One part of the proposal, before anything is made. 409 where it was changed meanwhile, in another window."""
    person = person_of(request)
    row = recipe_of(person, recipe)
    one = _part_of(row, part)
    data = request.POST if request.method == "POST" else None
    form = one.part.form(one.values, one.wish, data)
    status = 200
    if data is not None:
        status = 409 if data.get("version") != str(row.version) else 422
        if form.is_valid() and status != 409:
            services.edit_part(row, by=person, part=part, values=form.values)
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(f"{_address(row)}#{part}")
    context = {"one": one, "form": form, "recipe": row, "conflict": status == 409, "robots": "noindex"}
    return render(request, "recipe/edit_part.html", context, status=status)


@require_POST
@founders_page
def reset_part(request: HttpRequest, recipe: int, part: str) -> HttpResponse:
    person = person_of(request)
    row = services.reset_part(recipe_of(person, recipe), by=person, part=part)
    messages.success(request, _("It is back to what was proposed."))
    return HttpResponseRedirect(f"{_address(row)}#{part}")


@require_POST
@founders_page
def found_community(request: HttpRequest, recipe: int) -> HttpResponse:
    """Make the draft. Whoever founds for themselves goes on in it."""
    person = person_of(request)
    # Pressed twice: the second time leads where the first did.
    if is_founded(person, recipe):
        return _into_what_was_made(person, recipe)
    row = recipe_of(person, recipe)
    try:
        community = services.found_by_recipe(row, by=person, parts=request.POST.getlist("parts"))
    except AlreadyFounded:
        return _into_what_was_made(person, recipe)
    except DomainError as refusal:
        return _proposal_page(request, row, problem=str(refusal), status=422)
    if not person.is_operator and not settings.COMMUNITY_SUBDOMAINS:
        messages.success(
            request, _("%(name)s is a draft that only its team sees.") % {"name": community.name}
        )
    return _into_what_was_made(person, recipe)


def _into_what_was_made(person: Member, recipe: int) -> HttpResponse:
    """To the new community; to a page that says what happens now, for whoever is not signed in there."""
    made = recipe_of(person, recipe, finished=True).community
    if made is None or person.is_operator or settings.COMMUNITY_SUBDOMAINS:
        return redirect("platform:show-founded", recipe)
    return HttpResponseRedirect(f"/c/{made.slug}/manage/start/")


def _part_of(recipe: Recipe, name: str) -> Proposed:
    found = next((one for one in proposal_of(recipe) if one.name == name), None)
    if found is None or not found.part.can_be_edited:
        raise Http404
    return found


def _address(recipe: Recipe) -> str:
    return redirect("platform:show-proposal", recipe.pk).url


def _proposal_page(
    request: HttpRequest, recipe: Recipe, *, problem: str = "", status: int = 200
) -> HttpResponse:
    proposal = proposal_of(recipe)
    blueprint = blueprint_of(recipe)
    context: dict[str, Any] = {
        "recipe": recipe,
        "proposal": proposal,
        "answers": answers_shown(recipe),
        "doubts": doubts(proposal, recipe.answered()),
        "blueprint": blueprint,
        "blueprint_label": blueprint.label.get(get_language() or "") or next(iter(blueprint.label.values())),
        "legal_texts": [kind.label for kind in kinds if kind.is_law],
        "left_out": set(),
        "problem": problem,
        "robots": "noindex",
    }
    if request.method == "POST":
        context["left_out"] = {one.name for one in proposal} - set(request.POST.getlist("parts"))
    return render(request, "recipe/show_proposal.html", context, status=status)
