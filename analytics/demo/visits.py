"""Ninety days of visits, as requests that capture reduces, stores and counts like any other.

Fewer than the files say (`VISITS` at most), in the same proportions: what a page shows of them can be looked at in
a minute, and the first start of the demo does not wait for a hundred thousand events.
"""

from __future__ import annotations

import datetime
import hashlib
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlencode

from django.conf import settings

from analytics.capture.models import Kind, Reason
from analytics.capture.recording import Hit, Refusal, Seen, reduce_seen
from analytics.capture.rollups import roll_up
from analytics.capture.storing import lock_position, store_hits, store_refusals
from analytics.demo.story import Story
from communities.content.kinds import KINDS
from communities.content.models import Post
from communities.demo.reading import Entry
from communities.scoping import community_scope

VISITS = 3500
VISITS_OURS = uuid.UUID("0c9d1c2b-52d5-4e0a-8f0e-6c1f5a8a7d21")
BATCH = 2000
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1",
)
SEARCH = ("https://www.google.com/",) * 7 + (
    "https://www.bing.com/",
    "https://duckduckgo.com/",
    "https://www.ecosia.org/",
    "https://www.qwant.com/",
)
SOCIAL = ("https://www.facebook.com/", "https://www.instagram.com/", "https://www.linkedin.com/")
SITES = ("https://radio.example/emission", "https://forum.example/sujet", "https://magazine.example/liens")
# Pages of a visit, and how often.
DEPTHS, OFTEN = (1, 2, 3, 4, 6), (52, 22, 13, 8, 5)
# Page views left out, for each one that a declared robot asks for.
LEFT_OUT = {Reason.BOT: 1.0, Reason.NO_AGENT: 0.12, Reason.SPAM: 0.07, Reason.OPTED_OUT: 0.2}


def settle_visits(story: Story) -> int:
    """Tell the visits and count them; how many page views and acts are new."""
    community = story.community
    with community_scope(community):
        position = lock_position(f"demo:{community.pk}", "")
        if position.position:
            return 0
        told = Visits(story)
        hits = (hit for seen in told.all() if isinstance(hit := told.reduce(seen), Hit))
        stored = 0
        while batch := list(islice(hits, BATCH)):
            done = store_hits(community, batch)
            stored += done.views + done.acts
        store_refusals(told.refusals())
        position.position = story.today.isoformat()
        position.save()
    while roll_up(community):
        pass
    return stored


@dataclass
class Visits:
    story: Story
    dice: random.Random = field(init=False)
    said: Entry = field(init=False)
    pages: dict[str, tuple[str, datetime.datetime]] = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        self.dice, self.said = self.story.dice("visits"), self.story.traffic["visits"]
        self.pages = _pages(self.story)
        self.levels = {day: self._level(day) for day in range(1 - self.story.traffic["days"], 1)}
        self.scale = min(1.0, VISITS / sum(self.levels.values()))

    def all(self) -> Iterator[Seen]:
        """Every request, day by day."""
        for day, level in self.levels.items():
            bursts = [burst for burst in self.said["bursts"] if 0 <= day - burst["day"] < burst["length"]]
            for _visit in range(round(level * self.scale)):
                yield from self._visit(day, None)
            for burst in bursts:
                for _visit in range(round(level * self.scale * (burst["factor"] - 1))):
                    yield from self._visit(day, burst)

    def reduce(self, seen: Seen) -> Hit | Refusal | None:
        self.number += 1
        uid = uuid.uuid5(VISITS_OURS, f"{self.story.brand.slug}:{self.number}").hex
        return reduce_seen(seen, self._salt, uid)

    def refusals(self) -> Iterator[Refusal]:
        """What robots and others asked for, counted by the day as capture does."""
        for day, level in self.levels.items():
            local = self.story.today + datetime.timedelta(days=day)
            views = 2 * level * self.scale * self.said["bot_share"]
            for reason, share in LEFT_OUT.items():
                if n := round(views * share * self.dice.uniform(0.6, 1.4)):
                    yield Refusal(self.story.community.pk, local, reason, n)

    def _level(self, day: int) -> float:
        """Visits of an ordinary day: from the first day's to the last day's, by steps where there were some."""
        span = self.story.traffic["days"] - 1
        steps: dict[int, float] = self.said.get("steps", {})
        step, highest = max([1, *(by for at, by in steps.items() if day >= at)]), max([1, *steps.values()])
        growth = self.said["last_day"] / self.said["first_day"] / highest
        level = self.said["first_day"] * step * growth ** ((day + span) / span)
        date = self.story.today + datetime.timedelta(days=day)
        noise = self.dice.uniform(1 - self.said["noise"], 1 + self.said["noise"])
        return float(level * self.said["weekdays"][date.weekday()] * noise)

    def _visit(self, day: int, burst: Entry | None) -> Iterator[Seen]:
        hour = self.dice.choices(range(24), self.said["hours"])[0]
        at = self.story.clock.at(day, f"{hour}:{self.dice.randrange(60):02d}")
        at += datetime.timedelta(seconds=self.dice.randrange(60))
        shares = {one["name"]: one["share"] for one in self.said["channels"]}
        channel = burst["channel"] if burst else self.dice.choices(list(shares), list(shares.values()))[0]
        referrer, query = self._arrival(channel, day)
        path = self._landing(burst, at)
        address = f"visitor {self.dice.getrandbits(40)}"
        agent = self.dice.choice(AGENTS)
        for _page in range(self.dice.choices(DEPTHS, OFTEN)[0]):
            if at > self.story.clock.now:
                return
            view = Kind.PAGE_VIEW
            yield Seen(self.story.community, at.timestamp(), view, path, query, referrer, agent, address)
            at += datetime.timedelta(seconds=self.dice.randrange(15, 240))
            path, query, referrer = self._next(at), "", ""

    def _arrival(self, channel: str, day: int) -> tuple[str, str]:
        """The referrer and the query of the first page."""
        if channel == "organic_search":
            return self.dice.choice(SEARCH), ""
        if channel == "social":
            return self.dice.choice(SOCIAL), ""
        if channel == "referral":
            return self.dice.choice(SITES), ""
        if channel == "email":
            letter = f"letter-{(day + 90) // 7 + 34}"
            return "", urlencode({"utm_source": "letter", "utm_medium": "email", "utm_campaign": letter})
        return "", ""

    def _landing(self, burst: Entry | None, at: datetime.datetime) -> str:
        named = {one["slug"]: one["share"] for one in self.said["landing"]}
        rest = 1 - sum(named.values())
        slug = burst["slug"] if burst else self.dice.choices([*named, ""], [*named.values(), rest])[0]
        path, since = self.pages.get(slug, ("", at))
        return path if path and since <= at else self._next(at)

    def _next(self, at: datetime.datetime) -> str:
        """Some page that was there then; the first one most."""
        there = [path for path, since in self.pages.values() if since <= at]
        return self.dice.choice(["/", "/", self._talk(), *there])

    @staticmethod
    def _talk() -> str:
        """Where people ask and discuss."""
        return next(f"/{kind.path}/" for kind in KINDS if kind.takes_questions)

    def _salt(self, day: datetime.date) -> bytes:
        told = f"{settings.SECRET_KEY}|demo|{self.story.brand.slug}|{day.isoformat()}"
        return hashlib.sha256(told.encode()).digest()[:16]


def _pages(story: Story) -> dict[str, tuple[str, datetime.datetime]]:
    """Where the texts of the files can be read, and since when."""
    slugs = {story.scene.key(one["slug"], 0): one["slug"] for one in story.brand.articles}
    slugs |= {story.scene.key(one["slug"], 1): one["slug"] for one in story.brand.threads}
    openings = Post.objects.filter(submission__in=slugs).select_related("thread__space").order_by("pk")
    return {
        slugs[opening.submission]: (opening.thread.get_absolute_url(), opening.thread.published_at)
        for opening in openings
        if opening.thread.is_published and opening.thread.published_at and opening.submission
    }
