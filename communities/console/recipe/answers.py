"""The questions of a recipe: what may be answered, and the answers as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Brand(TextChoices):
    PASSION = "passion", _("A brand that people are passionate about")
    SERVES = "serves", _("A brand whose products serve a passion")
    GROUP = "group", _("A brand whose audience is already a group with affinities")
    EXPERTISE = "expertise", _("A brand with expertise to share")


class Audience(TextChoices):
    USERS = "users", _("People who use what we make")
    EXPERTS = "experts", _("People who live by what they know")
    PEERS = "peers", _("People of one profession or one association")
    FOLLOWERS = "followers", _("People who like the brand")


class Aim(TextChoices):
    ACQUISITION = "acquisition", _("Acquisition")
    LOYALTY = "loyalty", _("Loyalty")
    IMAGE = "image", _("Image")
    VISIBILITY = "visibility", _("Visibility")


class Motive(TextChoices):
    EXPERTISE = "expertise", _("Expertise")
    PASSION = "passion", _("Passion")
    HELP = "help", _("Mutual help")
    PEERS = "peers", _("Meeting peers")


# What each answer means, by its question: one word may answer two of them.
WORDS: dict[type[TextChoices], dict[str, Promise]] = {
    Brand: {
        Brand.PASSION: _("A team, a make, an author: they talk about it anyway"),
        Brand.SERVES: _("Sails, scissors, cameras: they talk about what they do with it"),
        Brand.GROUP: _("Members, residents, alumni, one trade: they know of each other"),
        Brand.EXPERTISE: _("Lawyers, doctors, craftsmen: others want to know what you know"),
    },
    Audience: {
        Audience.USERS: _("They look for help, and for others who know"),
        Audience.EXPERTS: _("They know more than our support does, and want it to be seen"),
        Audience.PEERS: _("They meet among themselves, out of sight of clients"),
        Audience.FOLLOWERS: _("They want to see, to be seen, and to be first"),
    },
    Aim: {
        Aim.ACQUISITION: _("People who did not know us leave an address or an order"),
        Aim.LOYALTY: _("Those who are with us stay, and need us less on the telephone"),
        Aim.IMAGE: _("What is said of us is true, and others say it"),
        Aim.VISIBILITY: _("Whoever searches for our subject finds us"),
    },
    Motive: {
        Motive.EXPERTISE: _("To show what they know, and become known for it"),
        Motive.PASSION: _("To share what they love with others who understand"),
        Motive.HELP: _("To get help, and to give it back"),
        Motive.PEERS: _("To meet people like themselves"),
    },
}


@dataclass(frozen=True)
class Answers:
    """What was answered so far. Amounts are whole units of `currency`; `hours` are the team’s, in a week."""

    brand: str = ""
    audience: str = ""
    lack: str = ""
    reach: int | None = None
    aim: str = ""
    second: str = ""
    motives: tuple[str, ...] = ()
    launch_budget: int = 0
    budget: int = 0
    hours: int = 0
    currency: str = "EUR"

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """From the kept JSON, which may hold less, or more."""
        known = {name: kept[name] for name in cls.__dataclass_fields__ if kept.get(name) is not None}
        if "motives" in known:
            known["motives"] = tuple(known["motives"])
        return cls(**known)

    @property
    def aims(self) -> tuple[str, ...]:
        """The families of objectives, the first one first."""
        return tuple(aim for aim in (self.aim, self.second) if aim)
