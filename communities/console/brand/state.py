"""What a brand is made of, as one flat mapping: what the services compare, the journal keeps, and an undo puts back.

The look, the home page and the mails are three of them, so that two people who work on two pages do not meet.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from communities.homepage import QUIET_DAYS, arrangement_of
from communities.models import Community
from communities.theming import read_theme

LOOK_OF_THEME = ("colour", "wash", "face", "reading", "shape", "face_font", "reading_font")
# In Community.settings["brand"]: paths, and what was found in the logo.
LOOK_OF_SETTINGS = ("mark", "share", "logo_is_mark", "logo_mail", "colours")
HOME = ("layout", "order", "off", "drawing", "featured", "week", "text", "links", "quiet_days")
MAIL = ("signature", "with_logo", "with_band")
EMPTY: Mapping[str, Any] = {
    "mark": "", "share": "", "logo_is_mark": False, "logo_mail": [], "colours": [],
    "drawing": "", "featured": [], "week": None, "text": {}, "links": [],
    "quiet_days": QUIET_DAYS,
    "signature": "", "with_logo": True, "with_band": True,
}  # fmt: skip


def look_of(community: Community) -> dict[str, Any]:
    theme = read_theme(community.theme).as_json()
    kept = _part(community, "brand")
    return (
        {name: theme.get(name) for name in LOOK_OF_THEME}
        | {"logo": community.logo}
        | {name: kept.get(name, EMPTY[name]) for name in LOOK_OF_SETTINGS}
    )


def put_look(community: Community, look: Mapping[str, Any]) -> None:
    theme = {name: look[name] for name in LOOK_OF_THEME if look[name] is not None}
    if (community.theme or {}).get("photo"):
        theme["photo"] = community.theme["photo"]
    community.theme = read_theme(theme).as_json()
    community.logo = look["logo"]
    _put(community, "brand", {name: look[name] for name in LOOK_OF_SETTINGS})


def home_of_owner(community: Community) -> dict[str, Any]:
    kept = _part(community, "home")
    arrangement = arrangement_of(community)
    photo = read_theme(community.theme).photo
    return {
        "layout": arrangement.layout.name,
        "order": [block.name for block in arrangement.blocks()],
        "off": sorted(arrangement.off),
        "photo": photo.as_json() if photo else None,
    } | {name: kept.get(name, EMPTY[name]) for name in HOME[3:]}


def put_home(community: Community, home: Mapping[str, Any]) -> None:
    theme = read_theme(community.theme).as_json()
    theme.pop("photo", None)
    community.theme = theme | ({"photo": home["photo"]} if home["photo"] else {})
    _put(community, "home", {name: home[name] for name in HOME})


def mail_look_of(community: Community) -> dict[str, Any]:
    kept = _part(community, "mail")
    return {name: kept.get(name, EMPTY[name]) for name in MAIL}


def put_mail_look(community: Community, look: Mapping[str, Any]) -> None:
    _put(community, "mail", {name: look[name] for name in MAIL})


def version_of(state: Mapping[str, Any]) -> str:
    """A short name for what stands there now: a form that was made from something else is told so."""
    return hashlib.sha256(json.dumps(state, sort_keys=True, default=str).encode()).hexdigest()[:12]


def files_of(state: Mapping[str, Any]) -> Iterator[str]:
    """The stored files that a state names."""
    for name in ("logo", "mark", "share"):
        if state.get(name):
            yield str(state[name])
    for name in ("face_font", "reading_font", "photo"):
        if isinstance(state.get(name), Mapping):
            yield str(state[name]["path"])
            if state[name].get("whole"):
                yield str(state[name]["whole"])


def take_files(community: Community, _most: int) -> list[str]:
    """Every file of a brand, of former looks too, for a community that is deleted; its row names none any more."""
    former = _part(community, "brand").get("former") or {}
    paths = [*files_of(look_of(community)), *files_of(home_of_owner(community)), *former]
    if paths:
        community.theme, community.logo = {}, ""
        community.settings = {name: value for name, value in community.settings.items() if name != "brand"}
        community.save(update_fields=["theme", "logo", "settings"])
    return list(dict.fromkeys(paths))


def _part(community: Community, name: str) -> Mapping[str, Any]:
    kept = community.settings.get(name)
    return kept if isinstance(kept, Mapping) else {}


def _put(community: Community, name: str, values: dict[str, Any]) -> None:
    # What differs from nothing is kept; the rest of the part (former files) stays.
    kept = {key: value for key, value in _part(community, name).items() if key not in values}
    told = {key: value for key, value in values.items() if value != EMPTY.get(key)}
    community.settings = {**community.settings, name: {**kept, **told}}
