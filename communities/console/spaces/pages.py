"""What the overview, the checklist and the journal say of spaces, the menu and modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.console.spaces import menu, modules
from communities.content.models import Space
from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.launch.features import DOORS, FEATURES, chosen_features
from communities.models import Community, Membership
from communities.navigation import Spot, menu_of, places
from communities.permissions import can_edit_spaces
from communities.setup import Group, Setting, SettingsPage, register_settings_page
from communities.templatetags.parvis import number


def register() -> None:
    _register_pages()
    register_act(
        Act(
            "edit_menu",
            gettext_lazy("Menu changed"),
            {"menu": gettext_lazy("Menu")},
            lambda change: reverse("console:edit-menu"),
            _present_menu,
            _menu_back,
            _menu_in_words,
        )
    )
    register_act(
        Act(
            "choose_modules",
            gettext_lazy("Modules changed"),
            {"modules": gettext_lazy("Modules")},
            lambda change: reverse("console:choose-modules"),
            _present_modules,
            _modules_back,
            _modules_in_words,
        )
    )


def _register_pages() -> None:
    register_settings_page(
        SettingsPage(
            gettext_lazy("Spaces and menu"),
            "console:list-spaces",
            "list",
            Group.SPACES,
            10,
            can_edit_spaces,
            _spaces,
            also=("console:edit-menu", "console:publish-first-texts"),
        )
    )
    register_settings_page(
        SettingsPage(
            gettext_lazy("Modules"),
            "console:choose-modules",
            "grid",
            Group.SPACES,
            20,
            can_edit_spaces,
            _modules,
        )
    )


def _spaces(community: Community, reader: Membership) -> Sequence[Setting]:
    living = list(Space.objects.filter(archived=False).in_order())
    folded = sum(space.folded for space in living)
    many = ngettext("%(n)s space", "%(n)s spaces", len(living)) % {"n": number(len(living))}
    said = [
        Setting(
            _("Spaces"),
            many if living else _("no space yet"),
            words=_("forum blog category board room who reads rename order archive tags prompt"),
            missing=not living,
        )
    ]
    if folded:
        words = ngettext("%(n)s folded", "%(n)s folded", folded) % {"n": number(folded)}
        said.append(Setting(_("Folded"), words, words=_("hidden almost empty")))
    own = menu_of(community)
    words = ngettext("a menu of %(n)s place", "a menu of %(n)s places", len(own)) % {"n": number(len(own))}
    said.append(Setting(_("Menu"), words if own else _("the usual menu"), words=_("navigation header links")))
    return said


def _modules(community: Community, reader: Membership) -> Sequence[Setting]:
    off = len(FEATURES) - len(chosen_features(community) | DOORS)
    words = ngettext("%(n)s switched off", "%(n)s switched off", off) % {"n": number(off)}
    return [Setting(_("Modules"), words if off else _("all on"), words=_("features functions switch on off"))]


def _living(community: Community) -> list[Space]:
    """The spaces that are there for somebody: not archived, their module on."""
    chosen = chosen_features(community)
    spaces = Space.objects.filter(archived=False).in_order()
    return [space for space in spaces if modules.is_on(space, chosen)]


def _present_menu(change: Change) -> Mapping[str, Any]:
    return {"menu": menu_of(change.place_now())}


def _menu_back(change: Change, by: Membership) -> None:
    # A place that no package brings any more is left out.
    entries = [one for one in change.before["menu"] if "url" in one or one["place"] in places[Spot.HEADER]]
    menu.edit_menu(change.place_now(), by=by, entries=entries)


def _menu_in_words(_name: str, entries: Any) -> str | None:
    """None for the usual menu, which nobody has set."""
    known = {place.name: str(place.label) for place in places[Spot.HEADER]}
    return ", ".join(one.get("label") or known.get(one["place"], one["place"]) for one in entries) or None


def _modules_in_words(_name: str, names: Any) -> str | None:
    return ", ".join(str(FEATURES[name].label) if name in FEATURES else name for name in names) or None


def _present_modules(change: Change) -> Mapping[str, Any]:
    return {"modules": sorted(chosen_features(change.place_now()) - DOORS)}


def _modules_back(change: Change, by: Membership) -> None:
    modules.choose_modules(change.place_now(), by=by, wanted=change.before["modules"])
