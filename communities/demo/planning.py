"""What the demo’s teams plan: texts on days to come, one that is late, ideas without a day, a ritual.

Through the services of the calendar; nobody is sent a mail about it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from communities.animation.calendar.forms import fits
from communities.animation.calendar.models import Entry
from communities.animation.calendar.rituals import RitualWishes, start_ritual
from communities.animation.calendar.services import Plan, begin_draft, plan_text
from communities.calendar import DAY, day_of
from communities.content.kinds import THREAD_KINDS
from communities.demo.parts import Say
from communities.demo.scene import Scene
from communities.models import Membership
from communities.notifications.models import Notification
from communities.scoping import community_scope

Role = Membership.Role


@dataclass(frozen=True)
class Wish:
    """A text to plan: in the first space of a kind, so many days from now; without days it is an idea."""

    title: str
    brief: str
    use: str
    ahead: int | None = None
    hour: int = 9
    role: str = Role.MANAGER
    begun: bool = False


# What a text is for; which kind that is, the kinds of content say.
INFORMS, ASKS, TALKS = "informs", "asks", "talks"

ENGLISH = (
    Wish(
        "Portrait: the sailmaker who keeps every offcut",
        "800 words, two pictures, her own words.",
        INFORMS,
        1,
    ),
    Wish(
        "Splicing with cold hands",
        "A winter question: what do you use below five degrees?",
        ASKS,
        3,
        18,
    ),
    Wish(
        "What we changed in the shackle",
        "Short, with the drawing of the old one.",
        INFORMS,
        8,
        8,
        Role.MARKETING,
        begun=True,
    ),
    Wish("Lines that lasted ten years", "Ask for pictures; the oldest gets a new halyard.", TALKS, 9, 18),
    Wish("A day at the test bench", "", INFORMS),
    Wish("Which knot do you never trust?", "To follow up the thread about bowlines.", TALKS),
)
FRENCH_KITCHEN = (
    Wish("Portrait : celle qui ne jette aucune poêle", "800 signes, deux photos, ses mots.", INFORMS, 1, 7),
    Wish("Quel couvercle pour deux casseroles ?", "La question de la semaine.", ASKS, 3, 18),
    Wish(
        "Culotter une poêle en fonte",
        "Pas à pas, avec les trois erreurs.",
        INFORMS,
        8,
        7,
        Role.MARKETING,
        begun=True,
    ),
    Wish("Votre plus vieille casserole, en photo", "Demander l’histoire avec.", TALKS, 9, 18),
    Wish("Une journée à la forge", "", INFORMS),
    Wish("Présenter Bastien et ses rivets", "Il a dit oui pour janvier.", INFORMS),
)
FRENCH_LAW = (
    Wish("Reprise de chauffage : qui paie le retard", "Une page, trois textes cités.", INFORMS, 1, 8),
    Wish("Trêve hivernale : vos questions", "La question de la semaine.", ASKS, 3, 12),
    Wish("Bail mobilité, un an après", "Avec les chiffres du greffe.", INFORMS, 8, 8, begun=True),
    Wish("Ce que j’aurais aimé savoir avant d’y aller", "Récits courts, sans noms.", TALKS, 9, 18),
    Wish("Lire une assignation en dix minutes", "", INFORMS),
    Wish("Les délais qu’on oublie en janvier", "", TALKS),
)
PLANS = {"halyard": ENGLISH, "mirabelle": FRENCH_KITCHEN, "barreau": FRENCH_LAW}
# What comes every Thursday evening.
RITUALS = {
    "halyard": ("Question of the week", "One question, short; the best answer opens the next one."),
    "mirabelle": (
        "La question de la semaine",
        "Une question, courte ; la meilleure réponse ouvre la suivante.",
    ),
    "barreau": ("La question de la semaine", "Une question, courte, sans nom ni dossier en cours."),
}
THURSDAY, EVENING = 3, datetime.time(18)


def settle_calendar(scene: Scene, say: Say) -> None:
    """Of one community, where nothing is planned yet: made again, nothing changes. Opens the scope itself."""
    with transaction.atomic(), community_scope(scene.community):
        if Entry.objects.exists():
            return
        latest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        planned = [_plan(scene, wish) for wish in PLANS[scene.brand.slug]]
        for entry, wish in zip(planned, PLANS[scene.brand.slug], strict=True):
            if wish.begun and entry.space is not None:
                begin_draft(entry, by=scene.manager, community=scene.community)
        _begin_ritual(scene)
        Notification.objects.filter(pk__gt=latest).update(mail_due_at=None)
    say(f"{scene.community.name}: {len(planned)} texts planned.")


def _plan(scene: Scene, wish: Wish) -> Entry:
    today = day_of(max(scene.clock.now, timezone.now()), scene.clock)
    day = None if wish.ahead is None else today + wish.ahead * DAY
    owner = next((one for one in scene.cast if one.role == wish.role), scene.manager)
    kind = _kind_for(wish.use)
    plan = Plan(
        title=wish.title,
        kind=kind,
        space=next((space for space in scene.spaces.values() if fits(space, kind)), None),
        brief=wish.brief,
        owner=owner if day else None,
        day=day,
        hour=datetime.time(wish.hour) if day else None,
    )
    return plan_text(plan, by=scene.manager, community=scene.community)


def _begin_ritual(scene: Scene) -> None:
    title, brief = RITUALS[scene.brand.slug]
    kind = _kind_for(ASKS)
    space = next((space for space in scene.spaces.values() if fits(space, kind)), None)
    wishes = RitualWishes(title, kind, THURSDAY, EVENING, space, brief, scene.manager)
    start_ritual(wishes, by=scene.manager, community=scene.community)


def _kind_for(use: str) -> str:
    """The first kind of texts that informs, that asks, or that begins a talk."""
    offered = [one for one in THREAD_KINDS if one.offered]
    if use == INFORMS:
        return next(one.name for one in offered if one.informs)
    return next(one.name for one in offered if one.awaits_replies and one.asks == (use == ASKS))
