"""What several articles of one blog brought, each as its own page says it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from communities.blogs.paths import paths_of
from communities.blogs.readings import MONTH, YEAR, Counted, Numbers, Read, count_on, readings
from communities.content.models import Thread
from communities.models import Community


@dataclass(frozen=True)
class ArticleRead:
    """Of its last four weeks, and of its last year."""

    thread: Thread
    month: Read
    year: Read


def read_articles(threads: Sequence[Thread], community: Community) -> list[ArticleRead]:
    """These articles, in four queries however many they are. What is told of each is what its own page tells."""
    numbers = {thread.pk: Numbers(thread, community) for thread in threads}
    days = {day for one in numbers.values() for day in one.days()}
    read: dict[int, Counted] = defaultdict(Counter)
    asked: dict[int, Counted] = defaultdict(Counter)
    if days:
        of = {path: pk for pk, paths in paths_of(threads).items() for path in paths}
        for reading in readings:
            for one in reading.by_path(of.keys(), sorted(days)):
                told = numbers[of[one.path]]
                if told.first <= one.day < told.end:
                    count_on((asked if one.asked else read)[of[one.path]], one.day, one.number, one.people)
    for pk, told in numbers.items():
        told.tell(read[pk], asked[pk])
    return [
        ArticleRead(thread, numbers[thread.pk].within(MONTH), numbers[thread.pk].within(YEAR))
        for thread in threads
    ]


def together(reads: Iterable[Read], length: int) -> Read:
    """The sum of what is told of each, and of nothing else: where it is told of ten people, so is each of its parts."""
    told = [read for read in reads if read.people is not None]
    if not told:
        return Read(length)
    contacts = [read.contacts for read in told if read.contacts is not None]
    return Read(
        length,
        sum(read.views or 0 for read in told),
        sum(read.people or 0 for read in told),
        sum(contacts) if contacts else None,
    )
