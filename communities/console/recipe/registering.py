"""What recipes bring to the settings, the journal and the checks of the software."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.checks import register as register_check
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.console.recipe.catalogue import blueprints
from communities.console.recipe.exceptions import BlueprintError
from communities.console.recipe.models import AppliedPart
from communities.console.recipe.parts import parts, register_part
from communities.console.recipe.parts.fields import FieldsPart
from communities.console.recipe.parts.home import HomePart
from communities.console.recipe.parts.modules import ModulesPart, reasons
from communities.console.recipe.parts.plan import PlanPart
from communities.console.recipe.parts.spaces import SpacesPart
from communities.console.recipe.parts.words import RulesPart, WelcomePart
from communities.console.recipe.services.applying import ACT, undo_part
from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.models import Community, Membership
from communities.permissions import can_configure_community
from communities.setup import Group, Setting, SettingsPage, register_settings_page


def register() -> None:
    for part in (
        ModulesPart(),
        SpacesPart(),
        PlanPart(),
        RulesPart(),
        WelcomePart(),
        FieldsPart(),
        HomePart(),
    ):
        register_part(part)
    register_act(
        Act(
            ACT,
            gettext_lazy("Recipe applied"),
            {"part": gettext_lazy("Part")},
            url=lambda change: reverse("console:apply-recipe"),
            undo=_undo,
            shown=lambda _field, name: _part(str(name)),
            # The part is said below, by its name; what was made of it is on the page of the recipe.
            named=lambda _change: "",
        )
    )
    register_settings_page(
        SettingsPage(
            gettext_lazy("Recipe"),
            "console:apply-recipe",
            "page",
            Group.PLACE,
            80,
            can_configure_community,
            _setting,
        )
    )
    register_check(_check_blueprints)


def _undo(change: Change, by: Any) -> None:
    undo_part(AppliedPart.objects.get(pk=int(change.about)), by=by)


def _part(name: str) -> str | None:
    part = parts.get(name)
    return str(part.label) if part else None


def _setting(community: Community, reader: Membership) -> Sequence[Setting]:
    applied = AppliedPart.objects.filter(undone_at=None).count()
    value = _("%(n)s parts applied") % {"n": applied} if applied else _("none applied")
    return [Setting(_("Recipe"), value, words=_("blueprint clone template wizard model"))]


def _check_blueprints(**_rest: Any) -> list[CheckMessage]:
    """A blueprint with a fault stops the start, not the owner who chooses it."""
    try:
        reasons()
        blueprints()
    except BlueprintError as error:
        return [Error(str(error), id="recipe.E001")]
    return []
