"""The recipe of a community that exists: what was applied, a further part, a blueprint made of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from communities.console.recipe import services
from communities.console.recipe.exceptions import RecipeError
from communities.console.recipe.forms import SaveForm
from communities.console.recipe.further import Shape, applied_here, further_parts, shapes_for
from communities.console.recipe.models import AppliedPart
from communities.console.recipe.permissions import can_found, can_save_blueprint
from communities.console.recipe.proposing import Proposed
from communities.exceptions import DomainError
from communities.middleware import MemberRequest
from communities.permissions import can_configure_community, team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_configure_community)
def apply_recipe(request: MemberRequest) -> HttpResponse:
    """What was applied; the shapes; and what the chosen one would add here."""
    shape = _chosen(request)
    offered = further_parts(request.community, request.membership, shape) if shape else []
    if request.method == "POST" and shape is not None:
        values = {one.name: one.values for one in offered if one.name in request.POST.getlist("parts")}
        try:
            applied = services.apply_parts(
                request.community, by=request.membership, values=values, blueprint=shape.blueprint.name
            )
        except DomainError as refusal:
            return _page(request, shape, offered, problem=str(refusal), status=422)
        words = ngettext("%(n)s part is applied.", "%(n)s parts are applied.", len(applied))
        messages.success(request, words % {"n": len(applied)} if applied else _("Nothing was missing."))
        return redirect("console:apply-recipe")
    return _page(request, shape, offered)


@require_POST
@team_page(can_configure_community)
def undo_part(request: MemberRequest, applied: int) -> HttpResponse:
    row = get_object_or_404(AppliedPart.objects.all(), pk=applied)
    try:
        if services.undo_part(row, by=request.membership):
            messages.success(request, _("Undone."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("console:apply-recipe")


@require_POST
@team_page(can_save_blueprint)
def save_blueprint(request: MemberRequest) -> HttpResponse:
    """Keep the structure of this community, for the account of its owner."""
    form = SaveForm(request.POST)
    if not form.is_valid():
        return _page(request, None, [], save=form, status=422)
    try:
        services.save_as_blueprint(request.community, by=request.membership, name=form.cleaned_data["name"])
    except RecipeError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, None, [], save=form, status=422)
    messages.success(request, _("Kept as a recipe, without anybody’s name and without texts."))
    return redirect("console:apply-recipe")


def _chosen(request: MemberRequest) -> Shape | None:
    asked = request.GET.get("blueprint", "")
    return next((one for one in shapes_for(request.membership) if one.key == asked), None)


def _left_out(request: MemberRequest, offered: list[Proposed]) -> set[str]:
    return {one.name for one in offered} - set(request.POST.getlist("parts"))


def _page(
    request: MemberRequest,
    shape: Shape | None,
    offered: list[Proposed],
    *,
    problem: str = "",
    save: SaveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    own = can_save_blueprint(request.membership)
    context = {
        "applied": applied_here(request.community),
        "shapes": shapes_for(request.membership),
        "shape": shape,
        "offered": offered,
        "problem": problem,
        "save": (save or SaveForm(initial={"name": request.community.name})) if own else None,
        "may_found": own and can_found(request.user),
        "platform_new": f"{settings.PLATFORM_URL}/new/",
        "left_out": () if request.method != "POST" else _left_out(request, offered),
    }
    return render(request, "recipe/apply_recipe.html", context, status=status)
