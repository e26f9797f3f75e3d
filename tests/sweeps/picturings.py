"""The photographs of the sweeps’ world: an album of an event with one of each kind of name, and one that is empty."""

from __future__ import annotations

from typing import Any

from communities.albums.naming import ask_person
from communities.content.models import Thread
from tests.communities.albums.making import add, make_album, make_wall
from tests.conftest import Cast


def make_albums(here: Cast) -> dict[str, Any]:
    wall = make_wall()
    empty = make_album(here, wall, by=here.ambassador, title="Bare walls", adds="author")
    event = Thread.objects.of_kind("event").filter(state="published").order_by("pk").first()
    album = make_album(here, wall, gathering=event.pk if event else None)
    photo = add(album, by=here.member, photographer="Ines Frost", licence="by", may_download=True)
    second = add(album, by=here.ambassador, caption="", alt="")
    ask_person(photo.post, by=here.member, handle=here.member.handle)
    likeness = ask_person(photo.post, by=here.member, handle=here.ambassador.handle)
    return {
        "wall": wall,
        "album": album,
        "photo": photo,
        "second_photo": second,
        "likeness": likeness,
        "empty_album": empty,
    }
