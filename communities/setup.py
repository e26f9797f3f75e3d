"""The settings of a community: their pages, what each is set to, and the steps from an empty place to a living one.

Packages register their own when their app is ready, so that the overview, its search and the checklist know no setting
by name.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Membership
from communities.registries import Registry

OVERVIEW = "console:show-console"


class Group(enum.Enum):
    """The parts of the settings, in the order of the rail."""

    PLACE = _("Place")
    SPACES = _("Spaces")
    PEOPLE = _("People")
    LAW = _("Rules and law")
    REACH = _("Reach")
    DATA = _("Data")


@dataclass(frozen=True)
class Setting:
    """One line of the overview: a setting, and what it is set to now."""

    label: str
    value: str
    anchor: str = ""
    # What else people would call it, for the search.
    words: str = ""
    missing: bool = False
    # How the overview says it, where the value alone does not tell what it is a value of.
    said: str = ""


@dataclass(frozen=True)
class SettingsPage:
    """One page of the settings, for those whom `may` lets in."""

    label: Promise
    url_name: str
    icon: str
    group: Group
    order: int
    may: Callable[[Membership], bool]
    # What the overview shows of it; asked there only, in a few queries at most.
    settings: Callable[[Community, Membership], Sequence[Setting]]
    # Other pages of the same place, where their addresses do not say so: names without arguments.
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.url_name


@dataclass(frozen=True)
class Check:
    """How far a step is: done or not, and the fact that says so (“3 of 5 spaces have a text”)."""

    done: bool
    fact: str


@dataclass(frozen=True)
class Step:
    """A line of the checklist, ticked by what is true. Where `needed`, a place cannot open without; what is for `later`
    can be done only once it is open."""

    name: str
    label: Promise
    act: Promise
    url_name: str
    order: int
    needed: bool
    check: Callable[[Community], Check]
    later: bool = False
    # Other pages where it can be done: names without arguments.
    also: tuple[str, ...] = ()

    def open_to(self, reader: Membership) -> bool:
        """Whether this person may do it: the page where it is done says so."""
        page = next((page for page in pages if self.url_name in (page.url_name, *page.also)), None)
        return page is None or page.may(reader)


@dataclass(frozen=True)
class ShownPage:
    label: str
    url: str
    icon: str
    current: bool
    # Whether something is missing there, where whoever draws the rail knows.
    missing: bool = False


@dataclass(frozen=True)
class ShownGroup:
    label: str
    pages: list[ShownPage]


pages: Registry[SettingsPage] = Registry("page of the settings")
steps: Registry[Step] = Registry("step of the checklist")


def register_settings_page(page: SettingsPage) -> None:
    pages.register(page)


def register_step(step: Step) -> None:
    steps.register(step)


def missing_steps(community: Community) -> list[Step]:
    """What has to be done before the place can open."""
    return [step for step in steps if step.needed and not step.check(community).done]


def rail_for(
    request: HttpRequest, membership: Any, missing: Collection[str] = frozenset()
) -> list[ShownGroup]:
    """The pages of the settings that this person may open, by group; `missing` names those that lack something."""
    mine = [page for page in pages if page.may(membership)]
    near = _nearest(_addresses(mine), request.path)
    groups = []
    for group in Group:
        shown = [
            ShownPage(str(page.label), reverse(page.url_name), page.icon, page is near, page.name in missing)
            for page in mine
            if page.group is group
        ]
        if shown:
            groups.append(ShownGroup(str(group.value), shown))
    return groups


def ways_for(membership: Membership) -> Callable[[str], bool]:
    """Tells of addresses whether this person may follow them: the page of the settings they belong to says so."""
    addresses = _addresses(pages)

    def is_open(address: str) -> bool:
        page = _nearest(addresses, address)
        return page is None or page.may(membership)

    return is_open


def _addresses(among: Iterable[SettingsPage]) -> list[tuple[str, SettingsPage]]:
    return [(reverse(name), page) for page in among for name in (page.url_name, *page.also)]


def _nearest(addresses: Iterable[tuple[str, SettingsPage]], address: str) -> SettingsPage | None:
    """The page that an address belongs to. One page is inside another's address; the nearest one is meant."""
    inside = [one for one in addresses if address.startswith(one[0])]
    return max(inside, key=lambda one: len(one[0]))[1] if inside else None
