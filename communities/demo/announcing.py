"""Announcements of the demo: one that is shown, one that is over, one to come for a segment."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from communities.animation.announcements.models import Announcement, Reading
from communities.animation.announcements.services import (
    AnnouncementWishes,
    end_announcement,
    make_announcement,
)
from communities.animation.newsletters.models import Segment
from communities.calendar import DAY
from communities.demo.parts import Say
from communities.demo.scene import Scene
from communities.scoping import community_scope

# Every so many members closed the one that is over, every so many followed its link.
CLOSED, FOLLOWED = 4, 7
HOUR = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Said:
    """Sentence and link by language of what is shown, what is over, and what is to come."""

    shown: dict[str, tuple[str, str]]
    over: dict[str, tuple[str, str]]
    to_come: dict[str, tuple[str, str]]
    # Where the link leads to what visitors do not see, it is for members.
    whom: str = "everybody"


ANNOUNCED = {
    "halyard": Said(
        {"en": ("The loft is closed from Friday to Sunday. The forum is not.", "Ask here meanwhile")},
        {"en": ("Gale on Sunday: double your lines, and check the shackles first.", "What others do")},
        {"en": ("You were here this month: bring a friend to the splicing evening.", "Read about it")},
        whom="members",
    ),
    "barreau": Said(
        {"fr": ("La permanence gratuite a lieu jeudi, de 17 h à 19 h.", "Poser une question d’ici là")},
        {"fr": ("Lecture seule dimanche de 6 h à 8 h, le temps d’une mise à jour.", "Relire les réponses")},
        {
            "fr": (
                "Vous êtes venus ce mois-ci : dites-nous quel sujet traiter en janvier.",
                "Proposer un sujet",
            )
        },
    ),
    "mirabelle": Said(
        {
            "fr": ("La boutique ferme du 24 au 27 ; ici, on continue de se répondre.", "Poser une question"),
            "en": ("The shop is closed from 24 to 27; here, people go on answering.", "Ask a question"),
        },
        {
            "fr": ("Frais de port offerts jusqu’à dimanche soir.", "Voir pour quoi"),
            "en": ("Free postage until Sunday evening.", "See for what"),
        },
        {
            "fr": ("Douze tabourets, deux pierres à affûter : venez samedi.", "S’y retrouver"),
            "en": ("Twelve stools, two whetstones: come on Saturday.", "Meet us there"),
        },
    ),
}


def settle_announcements(scene: Scene, say: Say) -> None:
    """Of one community, where there is none yet: made again, nothing changes. Opens the scope itself."""
    said = ANNOUNCED.get(scene.brand.slug)
    if said is None:
        return
    with transaction.atomic(), community_scope(scene.community):
        if Announcement.objects.exists():
            return
        now = timezone.now()
        over = _announce(scene, said.over, now - 6 * DAY, now + HOUR, tone="warning")
        end_announcement(over, by=scene.manager)
        over.refresh_from_db()
        over.ends_at = now - 2 * DAY
        _read(scene, over)
        _announce(scene, said.shown, now - DAY, now + 5 * DAY, audience=said.whom)
        segment = Segment.objects.in_order().first()
        if segment is not None:
            _announce(
                scene, said.to_come, now + 6 * DAY, now + 9 * DAY, audience="segment", segment=segment.pk
            )
    say(f"{scene.community.name}: announcements above the pages.")


def _announce(
    scene: Scene,
    words: dict[str, tuple[str, str]],
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    **said: object,
) -> Announcement:
    wishes = AnnouncementWishes(words, starts_at, ends_at, target="/forums/", **said)  # type: ignore[arg-type]
    return make_announcement(wishes, by=scene.manager)


def _read(scene: Scene, over: Announcement) -> None:
    people = sorted(scene.people.values(), key=lambda one: one.pk)
    Reading.objects.bulk_create(
        Reading(
            community=scene.community,
            announcement=over,
            membership=one,
            closed=number % CLOSED == 0,
            followed=number % FOLLOWED == 0,
        )
        for number, one in enumerate(people)
        if one.is_active and (number % CLOSED == 0 or number % FOLLOWED == 0)
    )
    over.closed_by_visitors, over.followed_by_visitors = 38, 21
    over.save(update_fields=["ends_at", "closed_by_visitors", "followed_by_visitors"])
