"""What people have done in their perimeter: counted from what is there anyway, nothing is noted for it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from communities.animation.ambassadors.models import TaskDone, Term
from communities.animation.models import Introduction, Welcome
from communities.content.kinds import KINDS
from communities.content.models import Post, State

RECENT = datetime.timedelta(days=30)


@dataclass(frozen=True)
class Acts:
    """How many of each in a period. Accepted answers are among the replies, too: they say what that is worth."""

    replies: int = 0
    answers: int = 0
    greetings: int = 0
    tasks: int = 0

    @property
    def total(self) -> int:
        return self.replies + self.greetings + self.tasks


def acts_of(terms: Sequence[Term], since: datetime.datetime, until: datetime.datetime) -> dict[int, Acts]:
    """By the number of the term, a constant number of queries, however many terms there are."""
    begun = [term for term in terms if term.started_at is not None]
    people = [term.membership_id for term in begun]
    if not people:
        return {term.pk: Acts() for term in terms}
    replies = _replies(people, since, until)
    answers: Counter[tuple[int, int]] = Counter()
    for kind in KINDS:
        answers.update((who, where) for who, where, _at in kind.answers_by(people, since, until))
    greetings, tasks = _greetings(people, since, until), _tasks(people, since, until)
    found = {term.pk: Acts() for term in terms}
    for term in begun:
        who = term.membership_id
        found[term.pk] = Acts(
            replies=_within(term, replies),
            answers=_within(term, answers),
            greetings=greetings[who],
            tasks=tasks[who],
        )
    return found


def _within(term: Term, counted: Counter[tuple[int, int]]) -> int:
    return sum(n for (who, where), n in counted.items() if who == term.membership_id and term.covers(where))


def _replies(
    people: list[int], since: datetime.datetime, until: datetime.datetime
) -> Counter[tuple[int, int]]:
    rows = Post.objects.filter(
        author__in=people,
        position__gt=1,
        state=State.PUBLISHED,
        published_at__gte=since,
        published_at__lt=until,
    )
    counted = rows.order_by().values_list("author_id", "thread__space_id").annotate(n=Count("pk"))
    return Counter({(who, where): n for who, where, n in counted})


def _greetings(people: list[int], since: datetime.datetime, until: datetime.datetime) -> Counter[int]:
    """Newcomers greeted, and introduced to somebody."""
    greeted = Welcome.objects.filter(greeted_by__in=people, greeted_at__gte=since, greeted_at__lt=until)
    met = Introduction.objects.filter(by__in=people, at__gte=since, at__lt=until)
    found: Counter[int] = Counter(dict(greeted.order_by().values_list("greeted_by").annotate(n=Count("pk"))))
    found.update(dict(met.order_by().values_list("by").annotate(n=Count("pk"))))
    return found


def _tasks(people: list[int], since: datetime.datetime, until: datetime.datetime) -> Counter[int]:
    rows = TaskDone.objects.filter(membership__in=people, at__gte=since, at__lt=until)
    return Counter(dict(rows.order_by().values_list("membership").annotate(n=Count("pk"))))
