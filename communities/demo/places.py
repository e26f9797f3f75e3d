"""The demo's communities and their spaces."""

from __future__ import annotations

from typing import Any

from communities.animation.ambassadors.models import Programme
from communities.animation.calendar.holidays import SETTING as HOLIDAYS
from communities.content.kinds import KINDS, Kind
from communities.content.models import Space, SpaceAuthor
from communities.demo.photographing import home_photograph, point_of, space_photograph
from communities.demo.reading import Brand, Clock, Entry
from communities.models import Community, Membership

# Who reads a space, as the files say it: the circle, and what it means.
READ_BY: dict[str, tuple[str, dict[str, Any]]] = {
    "experts": ("members", {}),
    "team": ("team", {}),
    "ambassadors": ("roles", {"roles": ["ambassador"]}),
    "influencers": ("term", {"programmes": [Programme.Kind.INFLUENCERS.value]}),
}


def settle_community(brand: Brand, clock: Clock) -> Community:
    """The community as its file says; one that exists is left as its owner has made it."""
    said = brand.community
    oldest = min(member["joined"] for member in brand.members)
    community, _created = Community.objects.get_or_create(
        slug=brand.slug,
        defaults={
            "name": said["name"],
            "tagline": main_words(said["tagline"], said),
            "about": main_words(said["about"], said),
            "language": said["languages"][0],
            "languages": said["languages"],
            "time_zone": said["time_zone"],
            "currency": said.get("currency", "EUR"),
            "address_form": said.get("address_form", "vous"),
            "mark": said["mark"],
            # Asked for where the community is made, and only there: its photograph is kept then.
            "theme": lambda: _theme(said),
            "sender_name": said["name"],
            "sender_email": said["legal"]["contact"],
            "moderation_mode": Community.Mode.POST,
            "open_features": said.get("modules", []),
            "legal": {name: words for name, words in said["legal"].items() if name != "notice"},
            "settings": _settings(said),
            "created_at": clock.at(oldest),
        },
    )
    return community


def _settings(said: Entry) -> dict[str, Any]:
    return {
        "directory_public": said.get("directory") == "public",
        "home": {"drawing": said.get("hero", "")},
        "demo_people": said["demo_people"],
        "demo_shapes": said["demo_shapes"],
        HOLIDAYS: said.get("holidays", []),
    }


def _theme(said: Entry) -> dict[str, Any]:
    look = said["theme"]
    theme = {
        "colour": look["colour"],
        "wash": 100,
        "face": look["face"],
        "reading": look["reading_face"],
        "shape": "soft",
    }
    photo = look.get("photo")
    return theme | ({"photo": home_photograph(photo, said["languages"][0])} if photo else {})


def main_words(text: Any, said: Entry) -> str:
    """A text in the community's main language, where the file gives several."""
    return str(text[said["languages"][0]] if isinstance(text, dict) else text)


def settle_spaces(brand: Brand, people: dict[str, Membership]) -> dict[str, Space]:
    """The spaces that have pages, by slug, with the authors of those that name theirs."""
    known = {
        space.slug: space
        for space in Space.objects.filter(slug__in=[s["slug"] for s in brand.community["spaces"]])
    }
    for place, said in enumerate(brand.community["spaces"]):
        # What has pages today; others come with theirs.
        kind = next((one for one in KINDS if said["kind"] in one.demo_spaces), None)
        if kind is None or said["slug"] in known:
            continue
        space = known[said["slug"]] = _make_space(kind, said, place, above=known.get(said.get("within", "")))
        if space.posting == Space.Posting.AUTHORS:
            editors = said.get("editors", ())
            SpaceAuthor.objects.bulk_create(
                [
                    SpaceAuthor(space=space, membership=people[handle], edits=handle in editors)
                    for handle in authors_of(brand, said)
                ]
            )
    return known


def _make_space(kind: Kind, said: Entry, place: int, *, above: Space | None) -> Space:
    audience, meant = READ_BY.get(said.get("read", ""), ("public", {}))
    return Space.objects.create(
        kind=kind.name,
        slug=said["slug"],
        parent=above,
        name=said["name"],
        description=said["description"],
        prompt=said["prompt"],
        language=said.get("lang", ""),
        drawing=said.get("drawing", ""),
        audience=audience,
        let_in={"read": meant} if meant else {},
        posting=Space.Posting.AUTHORS if said.get("write") else Space.Posting.MEMBERS,
        mode=said["moderation"],
        place=place,
        # What the files tell of a space is part of many more threads: few of them fold it only where they say so.
        settings={"minimum": said.get("minimum", 1), **point_of(said), **kind.demo_settings(said)},
        **space_photograph(said),
        **kind.demo_space(said),
    )


def authors_of(brand: Brand, said: Entry) -> list[str]:
    """Who may write in a space: whom it names, the experts if it says so, and everybody who has written there."""
    texts = [*brand.articles, *brand.threads, *brand.guides]
    names = {
        handle
        for text in texts
        if text["space"] == said["slug"]
        for handle in text.get("authors", [text.get("author")])
    }
    names |= {*said.get("authors", ()), *said.get("editors", ())}
    if said.get("write") == "experts":
        names |= {
            member["handle"] for member in brand.members if member["fields"].get("fonction") == "expert"
        }
    return sorted(names)
