"""The brand's own banners, and how often they were seen and pressed."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from analytics.demo.offers import LINKS
from analytics.demo.story import MONTHS, Story
from analytics.roi.money import split
from communities.promotions.models import Banner
from communities.promotions.services import add_minute, save_banner

PLACES = {
    "thread-side": Banner.Placement.THREAD,
    "questions-cote": Banner.Placement.THREAD,
    "question-cote": Banner.Placement.THREAD,
    "journal-foot": Banner.Placement.ARTICLE,
    "article-bas": Banner.Placement.ARTICLE,
    "recette-bas": Banner.Placement.ARTICLE,
    "home": Banner.Placement.HOME,
    "accueil": Banner.Placement.HOME,
}
# Where no file says how often banners were seen: a month's thousands.
THOUSANDS = 60
# Of those that were on a page, the share that could be watched and was seen; presses of those seen.
SEEN, WATCHED = 0.62, 0.96
PRESSED = (0.003, 0.009)


def settle_banners(story: Story) -> int:
    if Banner.objects.exists():
        return 0
    banners: list[Banner] = []
    offers = {said["slug"]: said for said in story.brand.community["offers"]}
    for said in story.brand.community["banners"]:
        offer = offers[said["offer"]]
        page = "go/{}" if offer["kind"] in LINKS else "offers/{}/"
        buttons = said.get("button", {})
        for language, text in _texts(said["text"]):
            banner = Banner(
                placement=PLACES[said["placement"]],
                text=text,
                button=buttons.get(language, offer["button"]),
                target=f"/{page.format(offer['slug'])}",
                drawing=said["art"],
                starts_at=story.at(story.first_day, "08:00"),
                languages=[language] if language else [],
            )
            banners.append(save_banner(banner, by=story.by))
    _count(story, banners)
    return len(banners)


def _texts(text: Any) -> list[tuple[str, str]]:
    return list(text.items()) if isinstance(text, dict) else [("", text)]


def _count(story: Story, banners: list[Banner]) -> None:
    """What capture would have stored since the visits began, each day's at noon."""
    dice, said = story.dice("banners"), story.benefit("impression")
    thousands = said["count"] if said else [THOUSANDS] * MONTHS
    presses = {banner.pk: dice.uniform(*PRESSED) for banner in banners}
    shares = {banner.pk: dice.uniform(0.5, 1.5) for banner in banners}
    for number in (-2, -1, 0):
        first, last = story.month(number), story.last_day(number)
        days = [first + datetime.timedelta(days=day) for day in range((last - first).days + 1)]
        weights = [Decimal(str(story.traffic["visits"]["weekdays"][day.weekday()])) for day in days]
        total = thousands[number - 1] * 1000
        for day, n in zip(days, split(total, weights), strict=True):
            counts = {}
            # The day's impressions are those of the files to the last one: the ledger values them.
            parts = [Decimal(str(shares[banner.pk] * dice.uniform(0.9, 1.1))) for banner in banners]
            for banner, seen in zip(banners, split(n, parts), strict=True):
                served = round(seen / SEEN)
                counts[banner.pk] = {
                    "served": served,
                    "measurable": round(served * WATCHED),
                    "viewable": seen,
                    "clicks": round(seen * presses[banner.pk]),
                }
            add_minute(story.at(day, "12:00").replace(second=0, microsecond=0), counts)
