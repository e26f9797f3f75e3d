"""What is said elsewhere of one of the demo’s brands: names, an address for a tool, and six weeks of mentions.

They come through what takes the messages of other tools; nothing is fetched. Texts, sites and people are invented.
"""

from __future__ import annotations

import datetime
import random

from django.db import transaction

from communities.animation.listening import answering
from communities.animation.listening.feeds import Said
from communities.animation.listening.models import Mention, MentionSource
from communities.animation.listening.services import open_hook, track_name
from communities.animation.listening.taking import take
from communities.calendar import DAY, today
from communities.demo.parts import Say
from communities.demo.scene import Scene
from communities.scoping import community_scope

# Of whom people speak elsewhere: whose name it is, its other words, and how many mentions a week.
NAMES = {
    "halyard": (
        ("Halyard", False, ("Halyard Rope", "Halyard blocks"), 8),
        ("Sheetbend", True, ("Sheetbend Marine",), 9),
        ("Northwarp", True, (), 4),
    )
}
WEEKS = 6
# Yesterday one of our texts went round.
MORE = 9
PLACES = ("Dinghy Forum", "The Slipway", "Rigging Notes", "Winter Moorings")
PEOPLE = ("M. Carver", "Ines Holt", "oldsalt", "T. Lindqvist", "Bea", "")
WORDS = (
    ("%(name)s after two seasons", "The cover is a little fluffy, the core is as new."),
    (
        "Which line for a 24 foot sloop?",
        "Somebody at the club swears by %(name)s, somebody else says never again.",
    ),
    ("%(name)s: splicing it yourself", "Took me an hour and two fids. The instructions could be clearer."),
    ("Blocks that squeak", "Mine are %(name)s from 2019. Fresh water helped, for a while."),
    ("Prices this spring", "%(name)s went up by a tenth, and so did everybody else."),
    ("A thank you", "Sent a worn line back to %(name)s and had an answer the same day."),
)


def settle_listening(scene: Scene, say: Say) -> None:
    """Of one community, where nothing is listened for yet: made again, nothing changes. Opens the scope itself."""
    names = NAMES.get(scene.brand.slug)
    if names is None:
        return
    with transaction.atomic(), community_scope(scene.community):
        if MentionSource.objects.exists():
            return
        for name, rival, words, _n in names:
            track_name(name, words, rival=rival, by=scene.manager)
        source, _secret = open_hook("Mention watch", by=scene.manager)
        n = take(source, _told(scene), now=scene.clock.now)
        _treat(scene)
    say(f"{scene.community.name}: {n} mentions elsewhere.")


def _told(scene: Scene) -> list[Said]:
    dice, now = random.Random(f"listening of {scene.brand.slug}"), scene.clock.now
    told: list[Said] = []
    for name, rival, _words, weekly in NAMES[scene.brand.slug]:
        ages = [dice.random() * WEEKS * 7 * DAY for _one in range(weekly * WEEKS)]
        if not rival:
            ages += [DAY + dice.random() * datetime.timedelta(hours=3) for _one in range(MORE)]
        told += [_said(dice, name, now - age, len(told) + place) for place, age in enumerate(ages)]
    return told


def _said(dice: random.Random, name: str, at: datetime.datetime, number: int) -> Said:
    title, text = dice.choice(WORDS)
    where = dice.choice(PLACES)
    link = f"https://{where.lower().replace(' ', '-')}.example/t/{1000 + number}"
    said = {"name": name}
    return Said(f"{where} {number}", title % said, text % said, link, dice.choice(PEOPLE), at)


def _treat(scene: Scene) -> None:
    """The team has read what is older than two days, and means to answer two of the others."""
    Mention.objects.filter(said_at__lt=scene.clock.now - 2 * DAY).update(state=Mention.State.SEEN)
    now = today(scene.community)
    for mention, later in zip(Mention.objects.newest()[:2], (0, 2), strict=True):
        answering.plan_reply(
            mention, now + DAY * later, to=scene.manager, by=scene.manager, community=scene.community
        )
