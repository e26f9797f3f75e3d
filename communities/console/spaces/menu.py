"""The menu of a community's own: up to five places and links, beside home, as visitors and members see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from communities.console.links import leads_outside
from communities.exceptions import ChangedMeanwhile, NotAllowed
from communities.fields import one_line
from communities.journal.services import record
from communities.launch.features import chosen_features
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.navigation import MOST_IN_MENU, Place, Spot, Who, menu_of, places
from communities.permissions import can_edit_spaces
from communities.queries import locked_community

LINK = "link"
LONGEST_LABEL = 24

Entry = dict[str, str]


@dataclass
class Row:
    """One entry of the menu as it is typed: a place by its name, or a link with its words and its address."""

    what: str = ""
    label: str = ""
    url: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    # What is shown of a place that stands in the menu.
    shown: str = ""
    closed: bool = False

    @property
    def is_link(self) -> bool:
        return self.what == LINK

    @property
    def is_free(self) -> bool:
        return not self.what and not self.label.strip() and not self.url.strip()

    def entry(self) -> Entry:
        return {"label": self.label, "url": self.url} if self.is_link else {"place": self.what}

    def check(self) -> None:
        """Clean what was typed, and note what is wrong with it."""
        self.label, self.url = one_line(self.label), self.url.strip()
        if not self.what and (self.label or self.url):
            self.what = LINK
        if not self.is_link:
            if self.what not in places[Spot.HEADER]:
                self.errors["what"] = _("This place no longer exists. Choose another one.")
            return
        if not self.label:
            self.errors["label"] = _("Say in a word or two where it leads.")
        elif len(self.label) > LONGEST_LABEL:
            self.errors["label"] = _("%(most)s letters at most, so that five fit side by side.") % {
                "most": LONGEST_LABEL
            }
        if not leads_outside(self.url):
            self.errors["url"] = _("Write a whole address that begins with https:// or http://.")


def rows_of(community: Community) -> list[Row]:
    """The menu as its page shows it, with free rows up to five."""
    entries = menu_of(community) or [
        {"place": place.name} for place in open_places(community)[: MOST_IN_MENU - 1]
    ]
    rows = [
        Row(LINK, entry["label"], entry["url"]) if "url" in entry else Row(entry["place"])
        for entry in entries
    ]
    return _filled(rows)


def typed_rows(sent: QueryDict) -> list[Row]:
    """What was sent, in the order of the page; `move` (“2:up”) moves one of the rows."""
    fields = [sent.getlist(name)[:MOST_IN_MENU] for name in ("what", "label", "url")]
    rows = [Row(what[:80], label[:200], url[:1000]) for what, label, url in zip(*fields, strict=False)]
    number, _colon, where = sent.get("move", "").partition(":")
    if number in map(str, range(len(rows))):
        place = int(number)
        row = rows.pop(place)
        to = {"up": max(place - 1, 0), "down": place + 1, "first": 0, "last": len(rows)}.get(where)
        if where != "off":
            rows.insert(place if to is None else to, row)
    return _filled(rows)


def check_rows(rows: Sequence[Row]) -> bool:
    """Whether the rows can be saved; each that cannot says why. Free ones are left out."""
    seen: set[str] = set()
    for row in rows:
        if row.is_free:
            continue
        row.check()
        key = row.url if row.is_link else row.what
        if key and key in seen:
            row.errors["url" if row.is_link else "what"] = _("It is already in the menu.")
        seen.add(key)
    return not any(row.errors for row in rows)


def _filled(rows: list[Row]) -> list[Row]:
    return [*rows[:MOST_IN_MENU], *(Row() for _free in range(MOST_IN_MENU - len(rows)))]


def open_places(community: Community) -> list[Place]:
    """The places of the header that everybody can have: those of modules that are on."""
    chosen = chosen_features(community)
    return [
        place
        for place in places[Spot.HEADER]
        if (not place.feature or place.feature in chosen) and Who.VISITOR in place.whom
    ]


def place_choices(request: HttpRequest, community: Community) -> list[tuple[str, str]]:
    return [(place.name, name_of(place, request)) for place in open_places(community)]


def name_of(place: Place, request: HttpRequest) -> str:
    return (place.named(request) if place.named else "") or str(place.label)


def shown_menu(request: Any) -> list[str]:
    """The names in the menu as it stands, for the page of the spaces."""
    names = dict(place_choices(request, request.community))
    rows = [row for row in rows_of(request.community) if not row.is_free]
    return [
        f"{row.label} ↗" if row.is_link else names.get(row.what, "")
        for row in rows
        if row.is_link or row.what in names
    ]


def mark_of(community: Community) -> str:
    """Names the menu that a form started from."""
    return str(menu_of(community))


@transaction.atomic
def edit_menu(
    community: Community,
    *,
    by: Membership,
    entries: Sequence[Mapping[str, str]],
    started_from: str | None = None,
) -> Community:
    """Set the menu; an empty one is the usual one. Everybody sees it within a second.

    `entries` have passed `check_rows`. Raises NotAllowed, ChangedMeanwhile where somebody else saved meanwhile.
    """
    if not can_edit_spaces(by):
        raise NotAllowed
    fresh = locked_community(community)
    if started_from is not None and started_from != mark_of(fresh):
        raise ChangedMeanwhile
    before = menu_of(fresh)
    menu = [dict(entry) for entry in entries][:MOST_IN_MENU]
    fresh.settings = {**fresh.settings, "menu": menu}
    fresh.save(update_fields=["settings", "updated_at"])
    record(by, "edit_menu", before={"menu": before}, after={"menu": menu})
    transaction.on_commit(forget_all)
    return fresh
