"""What the demo’s members answered when they were asked: one survey that is over, and one that is under way.

Written as chance and people would have written it, at moments of the demo’s clock; nobody is told about it.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from communities.animation.surveys.models import Answer, Asked, Question, Sheet, Survey
from communities.animation.surveys.queries import can_be_asked, is_writing
from communities.animation.surveys.services import Asks, SurveyWishes, write_survey
from communities.calendar import DAY
from communities.demo.parts import Say
from communities.demo.scene import Scene
from communities.models import Membership
from communities.scoping import community_scope

# How many gave 0, 1 … 10: last time, and so far this time.
LAST_TIME = (1, 0, 1, 1, 0, 2, 3, 5, 8, 6, 5)
THIS_TIME = (0, 0, 0, 1, 0, 1, 1, 4, 7, 8, 9)
ASKED = 45
# One in so many says why.
SAYS_WHY = 5


@dataclass(frozen=True)
class Wording:
    title: str
    question: str
    why: str
    reasons: tuple[str, ...]


ENGLISH = Wording(
    "What do you think of us?",
    "How likely are you to recommend %(name)s to somebody like you?",
    "What is the main reason?",
    (
        "I asked at eight and had three answers by noon.",
        "The people who make the things answer here, not a call centre.",
        "Good reading, but I lose track of what I have read.",
        "Too many mails. One on Friday would do.",
        "I found what I needed by searching, without asking.",
        "Friendly, even with beginners.",
        "A little quiet at weekends.",
    ),
)
FRENCH = Wording(
    "Que pensez-vous de nous\u202f?",
    "Recommanderiez-vous %(name)s à quelqu’un comme vous\u202f?",
    "Pour quelle raison, avant tout\u202f?",
    (
        "J’ai posé ma question à huit heures, j’avais trois avis à midi.",
        "Ce sont des gens du métier qui répondent, et ça se sent.",
        "De bonnes lectures, mais je ne sais plus ce que j’ai déjà lu.",
        "Trop de courriels. Un seul, le vendredi, suffirait.",
        "J’ai trouvé en cherchant, sans avoir à demander.",
        "On est bien reçu, même quand on débute.",
        "Un peu calme le week-end.",
    ),
)


def settle_surveys(scene: Scene, say: Say) -> None:
    """Of one community, where nobody was asked yet: made again, nothing changes. Opens the scope itself."""
    with transaction.atomic(), community_scope(scene.community):
        if Survey.objects.exists():
            return
        chance = random.Random(scene.community.slug)
        now = scene.clock.now
        if Membership.objects.shown().filter(joined_at__lt=now - 110 * DAY).count() > 2 * sum(LAST_TIME):
            _ask(scene, chance, LAST_TIME, now - 100 * DAY, ())
        # Whoever tries the demo as one of its members is asked, too.
        _ask(scene, chance, THIS_TIME, now - 3 * DAY, scene.cast)
        n = Survey.objects.count()
    say(f"{scene.community.name}: {n} survey{'s' if n > 1 else ''}.")


def _ask(
    scene: Scene,
    chance: random.Random,
    marks: Sequence[int],
    at: datetime.datetime,
    also: Sequence[Membership],
) -> None:
    words = FRENCH if scene.community.language.startswith("fr") else ENGLISH
    asks = [
        Asks(words.question % {"name": scene.community.name}),
        Asks(words.why, Question.Form.WORDS),
    ]
    wishes = SurveyWishes(words.title, asks, Survey.Purpose.RECOMMEND, size=ASKED)
    survey = write_survey(wishes, by=scene.manager)
    there = dict(can_be_asked(survey, at).values_list("pk", "handle").order_by("pk"))
    named = {one.pk for one in also if one.pk in there}
    others = [pk for pk in there if pk not in named]
    chance.shuffle(others)
    answering, silent = others[: sum(marks)], others[sum(marks) : ASKED - len(named)]
    writing = set(Membership.objects.filter(is_writing(at)).values_list("pk", flat=True))
    asked = sorted({*answering, *silent, *named})
    _open(survey, at, scene.clock.now, asked=len(asked), writing=len(writing & set(asked)))
    Asked.objects.bulk_create(
        Asked(
            survey=survey,
            membership_id=pk,
            asked_at=at,
            told_at=at,
            writing=pk in writing,
            answered=pk in set(answering),
        )
        for pk in asked
    )
    _answer(survey, chance, marks, words, [pk in writing for pk in answering])


def _open(survey: Survey, at: datetime.datetime, now: datetime.datetime, *, asked: int, writing: int) -> None:
    ends = at + survey.days * DAY
    survey.opens_at, survey.drawn_at, survey.closes_at = at, at, ends
    survey.drawn, survey.drawn_writing, survey.created_at = asked, writing, at - DAY
    survey.closed_at, survey.due_at = (ends, None) if ends <= now else (None, ends)
    survey.save()


def _answer(
    survey: Survey,
    chance: random.Random,
    marks: Sequence[int],
    words: Wording,
    writing: Sequence[bool],
) -> None:
    mark, why = Question.objects.filter(survey=survey).order_by("place")
    given = [number for number, n in enumerate(marks) for _time in range(n)]
    chance.shuffle(given)
    reasons = list(words.reasons)
    chance.shuffle(reasons)
    for place, (number, writes) in enumerate(zip(given, writing, strict=False)):
        sheet = Sheet.objects.create(survey=survey, writing=writes)
        Answer.objects.create(sheet=sheet, question=mark, number=number)
        if place % SAYS_WHY == 0 and place // SAYS_WHY < len(reasons):
            Answer.objects.create(sheet=sheet, question=why, words=reasons[place // SAYS_WHY])
