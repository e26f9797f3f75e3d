"""Offers travel with their codes, who has them, and who wants to hear of offers."""

from __future__ import annotations

from analytics.offers.journal import ACTS
from analytics.offers.models import CodeOffer, OfferCode, OfferWish
from communities.portable import Portable, register_about, register_portable


def register() -> None:
    register_portable(
        Portable(
            CodeOffer,
            blank={"told_to": 0},
            files=("picture", "picture_renditions"),
            named=True,
            why="How far a telling has come is a number of this installation; a line of the bell is there once anyway.",
        ),
        Portable(OfferCode),
        Portable(OfferWish),
    )
    register_about(CodeOffer, acts=tuple(act.name for act in ACTS))
