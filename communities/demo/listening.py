"""What is said elsewhere of the demo’s brands: names, an address for a tool, and six weeks of mentions.

They come through what takes the messages of other tools; nothing is fetched. Texts, sites and people stand in
`listening.yaml`, and are invented.
"""

from __future__ import annotations

import datetime
import random

from django.db import transaction
from django.utils.text import slugify

from communities.animation.listening import answering
from communities.animation.listening.feeds import Said
from communities.animation.listening.models import Mention, MentionSource
from communities.animation.listening.services import open_hook, track_name
from communities.animation.listening.taking import take
from communities.calendar import DAY, today
from communities.demo.parts import Say
from communities.demo.scene import Scene
from communities.scoping import community_scope

WEEKS = 6
# Yesterday one of our texts went round.
MORE = 9


def settle_listening(scene: Scene, say: Say) -> None:
    """Of one community, where nothing is listened for yet: made again, nothing changes. Opens the scope itself."""
    said = scene.brand.listening
    if not said:
        return
    with transaction.atomic(), community_scope(scene.community):
        if MentionSource.objects.exists():
            return
        for one in said["names"]:
            track_name(one["name"], one.get("words", []), rival=one.get("rival", False), by=scene.manager)
        source, _secret = open_hook(said["tool"], by=scene.manager)
        n = take(source, _told(scene), now=scene.clock.now)
        _treat(scene)
    say(f"{scene.community.name}: {n} mentions elsewhere.")


def _told(scene: Scene) -> list[Said]:
    dice, now = random.Random(f"listening of {scene.brand.slug}"), scene.clock.now
    told: list[Said] = []
    for one in scene.brand.listening["names"]:
        ages = [dice.random() * WEEKS * 7 * DAY for _one in range(one["weekly"] * WEEKS)]
        if not one.get("rival", False):
            ages += [DAY + dice.random() * datetime.timedelta(hours=3) for _one in range(MORE)]
        told += [_said(scene, dice, one["name"], now - age, len(told) + n) for n, age in enumerate(ages)]
    return told


def _said(scene: Scene, dice: random.Random, name: str, at: datetime.datetime, number: int) -> Said:
    listening = scene.brand.listening
    text, where = dice.choice(listening["texts"]), dice.choice(listening["places"])
    link = f"https://{slugify(where)}.example/t/{1000 + number}"
    title, excerpt = (text[part].format(name=name) for part in ("title", "text"))
    return Said(f"{where} {number}", title, excerpt, link, dice.choice(listening["people"]), at)


def _treat(scene: Scene) -> None:
    """The team has read what is older than two days, and means to answer two of the others."""
    Mention.objects.filter(said_at__lt=scene.clock.now - 2 * DAY).update(state=Mention.State.SEEN)
    now = today(scene.community)
    for mention, later in zip(Mention.objects.newest()[:2], (0, 2), strict=True):
        answering.plan_reply(
            mention, now + DAY * later, to=scene.manager, by=scene.manager, community=scene.community
        )
