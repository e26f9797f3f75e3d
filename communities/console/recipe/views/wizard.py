"""The questions, one page each, saved as they are answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.console.recipe import services
from communities.console.recipe.exceptions import AlreadyFounded, RecipeError
from communities.console.recipe.forms import Question
from communities.console.recipe.models import Recipe, SavedBlueprint
from communities.console.recipe.permissions import can_found
from communities.console.recipe.queries import own_blueprints, recipe_of, unfinished
from communities.console.recipe.services.recipes import PLACE
from communities.console.recipe.steps import STEPS, Step, before, first_open, number_of, step_named
from communities.exceptions import DomainError
from communities.middleware import person_of
from communities.models import Community

View = Callable[..., HttpResponse]


def founders_page(view: View) -> View:
    """For whoever may found a community here; nobody keeps a copy. 404 for all others.

    A recipe that was founded meanwhile, in another window, leads to what was made of it.
    """

    @wraps(view)
    @login_required
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_found(person_of(request)):
            raise Http404
        try:
            response = view(request, *args, **kwargs)
        except AlreadyFounded as founded:
            messages.info(request, str(founded))
            response = redirect("platform:show-proposal", kwargs["recipe"])
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return checked


@require_http_methods(["GET", "HEAD", "POST"])
@founders_page
def create_community(request: HttpRequest) -> HttpResponse:
    """The first question; what was begun before stands beside it."""
    step = STEPS[0]
    form = step.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return onward(services.start_recipe(by=person_of(request), step=step.name, answers=form.answers))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    person = person_of(request)
    begun = {"unfinished": unfinished(person), "blueprints": own_blueprints(person)}
    return _question_page(request, step, form, begun)


@require_http_methods(["GET", "HEAD", "POST"])
@founders_page
def answer_question(request: HttpRequest, recipe: int, step: str) -> HttpResponse:
    person, asked = person_of(request), step_named(step)
    if asked is None:
        raise Http404
    row = recipe_of(person, recipe)
    form = _form_of(asked, row, request)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.answer_step(row, by=person, step=asked.name, answers=form.answers)
        except AlreadyFounded:
            raise
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return onward(row)
    return _question_page(request, asked, form, {"recipe": row})


@require_POST
@founders_page
def discard_recipe(request: HttpRequest, recipe: int) -> HttpResponse:
    person = person_of(request)
    services.discard_recipe(recipe_of(person, recipe), by=person)
    messages.success(request, _("Recipe discarded."))
    return redirect("platform:list-own-communities")


@require_safe
@founders_page
def show_founded(request: HttpRequest, recipe: int) -> HttpResponse:
    """What was made, and what happens now."""
    row = recipe_of(person_of(request), recipe, finished=True)
    if row.community is None:
        raise Http404
    context = {"recipe": row, "made": row.community, "robots": "noindex"}
    return render(request, "recipe/show_founded.html", context)


@require_POST
@founders_page
def clone_community(request: HttpRequest, slug: str) -> HttpResponse:
    """A recipe of the structure of a community, for its owner; the operator says first why."""
    community, person = get_object_or_404(Community, slug=slug), person_of(request)
    if person.is_operator:
        return redirect("platform:clone-as-operator", community.slug)
    try:
        return onward(services.clone_community(community, by=person))
    except RecipeError as refusal:
        messages.error(request, str(refusal))
        return redirect("platform:list-own-communities")


@require_POST
@founders_page
def begin_with(request: HttpRequest, blueprint: int) -> HttpResponse:
    """A recipe that begins with a blueprint of one’s own."""
    person = person_of(request)
    saved = get_object_or_404(SavedBlueprint, pk=blueprint, account=person)
    try:
        recipe = services.start_recipe(by=person, step=STEPS[0].name, answers={})
    except RecipeError as refusal:
        messages.error(request, str(refusal))
        return redirect("platform:list-own-communities")
    return onward(services.choose_blueprint(recipe, by=person, saved=saved))


def onward(recipe: Recipe) -> HttpResponse:
    """To the first question that is open, else to the proposal."""
    step = first_open(recipe)
    if step is None:
        return redirect("platform:show-proposal", recipe.pk)
    return redirect("platform:answer-question", recipe.pk, step.name)


def _form_of(step: Step, recipe: Recipe, request: HttpRequest) -> Question:
    kept = recipe.place if step.name == PLACE else recipe.answers
    language = get_language() or "en"
    first = {"language": language, "languages": [language], "time_zone": "Europe/Paris", "currency": "EUR"}
    return step.form(
        request.POST if request.method == "POST" else None,
        initial=first | kept,
        for_operator=person_of(request).is_operator,
    )


def _question_page(request: HttpRequest, step: Step, form: Question, more: dict[str, Any]) -> HttpResponse:
    recipe = more.get("recipe")
    context = more | {
        "form": form,
        "step": step,
        "number": number_of(step),
        "steps": STEPS,
        "before": before(step) if recipe is not None and not recipe.saved_blueprint_id else None,
        "all_answered": recipe is not None and first_open(recipe) is None,
        "colour": form["colour"].value() if "colour" in form.fields else "",
        "robots": "noindex",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "recipe/answer_question.html", context, status=status)
