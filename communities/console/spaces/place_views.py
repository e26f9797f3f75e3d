"""The menu, and which modules exist."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.console.spaces import menu, modules
from communities.exceptions import ChangedMeanwhile
from communities.middleware import MemberRequest
from communities.navigation import menu_of
from communities.permissions import can_edit_spaces, team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_spaces)
def edit_menu(request: MemberRequest) -> HttpResponse:
    """What stands at the top of every page, for visitors and members?"""
    if request.method != "POST":
        return _menu_page(request, menu.rows_of(request.community))
    rows = [] if "usual" in request.POST else menu.typed_rows(request.POST)
    if not menu.check_rows(rows):
        return _menu_page(request, rows, status=422)
    entries = [row.entry() for row in rows if not row.is_free]
    try:
        menu.edit_menu(
            request.community,
            by=request.membership,
            entries=entries,
            started_from=request.POST.get("started_from"),
        )
    except ChangedMeanwhile as changed:
        return _menu_page(request, rows, status=409, changed=str(changed))
    messages.success(request, _("The menu is saved."))
    return redirect("console:edit-menu")


def _menu_page(
    request: MemberRequest, rows: list[menu.Row], *, status: int = 200, changed: str = ""
) -> HttpResponse:
    context = {
        "rows": rows,
        "choices": menu.place_choices(request, request.community),
        "started_from": menu.mark_of(request.community),
        "is_own": bool(menu_of(request.community)),
        "changed": changed,
        "refused": any(row.errors for row in rows),
    }
    return render(request, "console/spaces/edit_menu.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_spaces)
def choose_modules(request: MemberRequest) -> HttpResponse:
    """What exists here? Switching off what holds threads asks first."""
    community = request.community
    if request.method != "POST":
        return render(request, "console/spaces/choose_modules.html", _modules_page(request))
    wanted = request.POST.getlist("modules")
    lost = [module for module in modules.switched_off(community, wanted) if module.threads]
    if lost and request.POST.get("sure") != _names(lost):
        context = _modules_page(request) | {"lost": lost, "sure": _names(lost), "wanted": wanted}
        return render(request, "console/spaces/choose_modules.html", context, status=422)
    try:
        modules.choose_modules(
            community, by=request.membership, wanted=wanted, started_from=request.POST.get("started_from")
        )
    except ChangedMeanwhile as changed:
        context = _modules_page(request) | {"changed": str(changed), "wanted": wanted}
        return render(request, "console/spaces/choose_modules.html", context, status=409)
    messages.success(request, _("The modules are saved."))
    return redirect("console:choose-modules")


def _names(lost: list[modules.Module]) -> str:
    return ",".join(module.name for module in lost)


def _modules_page(request: MemberRequest) -> dict[str, object]:
    rows = modules.modules_of(request.community)
    return {
        "modules": rows,
        "wanted": [module.name for module in rows if module.on],
        "started_from": modules.mark_of(request.community),
    }
