"""Newsletters of the demo: one that has left, with what came of it, and a draft. No mail leaves from here."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone, translation

from communities.animation.newsletters import writing
from communities.animation.newsletters.models import (
    Newsletter,
    NewsletterCopy,
    NewsletterSubscription,
    Segment,
)
from communities.animation.newsletters.proposing import proposed
from communities.animation.newsletters.segments import Rule, save_segment
from communities.animation.newsletters.subscribing import subscribe_member
from communities.calendar import DAY
from communities.demo.parts import Say
from communities.demo.scene import OURS, Scene
from communities.letters import slug_of
from communities.scoping import community_scope

# Of a hundred members so many have asked for it; every fifth of them followed a link.
SUBSCRIBED, EACH = 42, 5
SENT_BEFORE = 3 * DAY


@dataclass(frozen=True)
class Said:
    """What the newsletter of a place says, and what the next one begins with."""

    subject: str
    words: str
    button: str
    next_subject: str
    next_words: str
    segment: str
    # Visitors who asked for it by their address, in each language that they read in.
    visitors: dict[str, int]
    # What those read who read in another language: subject and words.
    other: dict[str, tuple[str, str]] = field(default_factory=dict)


LETTERS = {
    "halyard": Said(
        "Three repairs before the frost",
        "Good morning, here is what you worked out this week. **Nobody agrees about the bowline**, and that is fine.",
        "Ask your own question",
        "The winter refit list",
        "What to take home, what to leave on board, and what to grease first.",
        "Here this month",
        {"en": 9},
    ),
    "barreau": Said(
        "Trois délais à ne pas laisser passer",
        "Bonjour, voici ce que la semaine a donné. **Un courrier daté vaut mieux qu’un long courrier**, et trois"
        " réponses le montrent.",
        "Poser votre question",
        "La lettre du jeudi : ce que la trêve suspend",
        "Ce qui s’arrête en hiver, ce qui court toujours, et les papiers à garder.",
        "Venus ce mois-ci",
        {"fr": 11},
    ),
    "mirabelle": Said(
        "Culotter une poêle, sans fumée",
        "Bonjour, voici ce que la semaine a donné. **Deux huiles, une seule température**, et un torchon à sacrifier.",
        "Poser votre question",
        "Les couvercles, suite et fin",
        "Vingt-sept réponses, et toujours pas d’accord.",
        "Venus ce mois-ci",
        {"fr": 14, "en": 4},
        {
            "en": (
                "Seasoning a pan without the smoke",
                "Hello, this is what the week brought. **Two oils, one temperature**, and a tea towel to sacrifice.",
            )
        },
    ),
}


def settle_newsletters(scene: Scene, say: Say) -> None:
    """Of one community, where there is none yet: made again, nothing changes. Opens the scope itself."""
    said = LETTERS.get(scene.brand.slug)
    if said is None:
        return
    community = scene.community
    with (
        transaction.atomic(),
        community_scope(community),
        translation.override(community.language),
    ):
        if Newsletter.objects.exists():
            return
        save_segment(Segment(), by=scene.manager, name=said.segment, rule=Rule(visit="28"))
        people = sorted(scene.people.values(), key=lambda one: one.pk)
        readers = [one for one in people if one.is_active and one.member_id is not None][:SUBSCRIBED]
        subscriptions = [subscribe_member(one) for one in readers] + _visitors(scene, said.visitors)
        letter = _write(scene, said.subject, said.words, said.button)
        for language, (subject, words) in said.other.items():
            _translate(scene, letter, language, subject, words)
        _send(scene, letter, [one.pk for one in subscriptions], said.subject)
        _write(scene, said.next_subject, said.next_words, "")
    say(f"{community.name}: a newsletter to {len(subscriptions)} people.")


def _write(scene: Scene, subject: str, words: str, button: str) -> Newsletter:
    by, community = scene.manager, scene.community
    letter = writing.start_newsletter(community, by=by, subject=subject)
    writing.add_text(letter, letter.language, by=by, source=words)
    if button:
        for pick in proposed(community)[:3]:
            writing.add_pick(letter, letter.language, by=by, pick=pick)
        writing.add_button(letter, letter.language, by=by, label=button, url="/forums/")
    return letter


def _translate(scene: Scene, letter: Newsletter, language: str, subject: str, words: str) -> None:
    """The same blocks, with their own subject and first words."""
    writing.set_subject(letter, language, by=scene.manager, subject=subject)
    writing.edit_block(letter, language, 1, by=scene.manager, said={"source": words})


def _visitors(scene: Scene, wanted: dict[str, int]) -> list[NewsletterSubscription]:
    """People without an account, who have confirmed their address some weeks ago."""
    at = max(scene.clock.now, timezone.now()) - 40 * DAY
    return NewsletterSubscription.objects.bulk_create(
        [
            NewsletterSubscription(
                community_id=scene.community.pk,
                email=f"{scene.brand.slug}-{language}-{n}@example.org",
                language=language,
                state=NewsletterSubscription.State.CONFIRMED,
                asked_at=at,
                confirmed_at=at,
            )
            for language, number in wanted.items()
            for n in range(1, number + 1)
        ]
    )


def _send(scene: Scene, letter: Newsletter, subscriptions: list[int], subject: str) -> None:
    """As it stands afterwards: nothing was put into the outbox."""
    at = max(scene.clock.now, timezone.now()) - SENT_BEFORE
    minute = datetime.timedelta(minutes=1)
    Newsletter.objects.filter(pk=letter.pk).update(
        state=Newsletter.State.SENT,
        slug=slug_of(subject),
        send_at=at,
        begun_at=at,
        laid_at=at,
        finished_at=at + minute,
        laying_at=at,
        laid_to=max(subscriptions),
    )
    NewsletterCopy.objects.bulk_create(
        [
            NewsletterCopy(
                community_id=scene.community.pk,
                newsletter=letter,
                subscription_id=number,
                due_at=at,
                written_at=at,
                mail=uuid.uuid5(OURS, f"{scene.brand.slug}/newsletter/{place}"),
                clicked=[2 + place // EACH % 3] if place % EACH == 0 else [],
            )
            for place, number in enumerate(subscriptions)
        ]
    )
