"""What is reviewed in the demo: products and places, made before their reviews, each with a drawing as its picture."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.db import transaction

from communities.demo.drawing import draw
from communities.demo.parts import Say
from communities.demo.reading import Entry
from communities.demo.scene import Scene
from communities.reviews.models import REVIEWS, Thing
from communities.reviews.things import Wishes, save_thing
from communities.scoping import community_scope

_SAID = ("name", "kind", "about", "address", "offer", "picture_alt")


def settle_things(scene: Scene, say: Say) -> int:
    """All things of the files that are not there yet; how many."""
    made = 0
    space = next((one for one in scene.spaces.values() if one.kind == REVIEWS), None)
    if space is None:
        return 0
    with transaction.atomic(), community_scope(scene.community):
        known = set(Thing.objects.values_list("name", flat=True))
        for said in scene.brand.reviewed:
            if said["name"] not in known:
                _make(scene, Thing(space=space), said)
                made += 1
    if made:
        say(f"{scene.community.name}: {made} things reviewed.")
    return made


def _make(scene: Scene, thing: Thing, said: Entry) -> None:
    wishes = Wishes(**{name: said[name] for name in _SAID if name in said})
    picture = ContentFile(draw(said["art"], scene.community.theme), name=f"{said['art']}.png")
    save_thing(thing, wishes, by=scene.manager, picture=picture)
