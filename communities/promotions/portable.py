"""What of the banners travels: they and their figures."""

from __future__ import annotations

from communities.portable import Portable, Stays, register_portable
from communities.promotions.models import Banner, BannerHour, CountedMinute, CustomerStory


def register() -> None:
    register_portable(
        Portable(Banner, files=("picture", "picture_renditions"), named=True),
        Portable(BannerHour),
        Portable(CustomerStory),
        Stays(CountedMinute, why="A mark of the job that counts, about minutes of this installation."),
    )
