"""Where a visit comes from: one channel per visit, the first rule that matches wins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.capture.sources import NOWHERE, Medium, Referrer, named_source, parse_referrer

# The only parameters of an address that capture reads; everything else may hold a secret and is dropped.
CAMPAIGN_PARAMETERS = frozenset(
    {"utm_source", "utm_medium", "utm_campaign", "utm_id", "source", "ref", "gclid", "msclkid"}
)
PAID_MEDIUM = re.compile(r"^(.*cp.*|ppc|retargeting|paid.*)$")
SHOPPING_CAMPAIGN = re.compile(r"^(.*(([^a-df-z]|^)shop|shopping).*)$")
DISPLAY_MEDIA = frozenset({"display", "banner", "expandable", "interstitial", "cpm"})
SOCIAL_MEDIA = frozenset({"social", "social-network", "social-media", "sm", "social network", "social media"})
MAIL_WORD = re.compile(r"e[-_ ]?mail|newsletter")


class Channel(models.IntegerChoices):
    """INSIDE is a page view that follows another page of the place; a visit never has it."""

    INSIDE = 0, _("Within the community")
    CROSS_NETWORK = 1, _("Cross-network")
    PAID_SHOPPING = 2, _("Paid shopping")
    PAID_SEARCH = 3, _("Paid search")
    PAID_SOCIAL = 4, _("Paid social")
    PAID_VIDEO = 5, _("Paid video")
    DISPLAY = 6, _("Display")
    PAID_OTHER = 7, _("Other paid")
    ORGANIC_SHOPPING = 8, _("Shopping sites")
    ORGANIC_SOCIAL = 9, _("Social networks")
    ORGANIC_VIDEO = 10, _("Video sites")
    AI_ASSISTANTS = 11, _("AI assistants")
    ORGANIC_SEARCH = 12, _("Search engines")
    EMAIL = 13, _("E-mail")
    AFFILIATES = 14, _("Affiliates")
    AUDIO = 15, _("Audio")
    SMS = 16, _("SMS")
    MOBILE_PUSH = 17, _("Mobile push")
    REFERRAL = 18, _("Other sites")
    DIRECT = 19, _("Direct")
    COMMUNITY_NOTIFICATION = 20, _("Our own notifications")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the first page view of a visit says about where the visitor came from; empty strings where it says
    nothing."""

    channel: Channel
    source: str = ""
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class _Signs:
    source: Referrer
    medium: str
    campaign: str
    click: str

    @property
    def paid(self) -> bool:
        return self.source.paid or bool(PAID_MEDIUM.match(self.medium))


@lru_cache(maxsize=2048)
def arrival_of(referrer: str, query: str, own_hosts: frozenset[str] = frozenset()) -> Arrival:
    """The arrival told by a referrer (an address, or empty) and the query of the landing address.

    A referrer among `own_hosts` (and their subdomains) is no source: the view follows another page.
    """
    said = {name: values[0].strip() for name, values in parse_qs(query, max_num_fields=200).items()}
    named = said.get("utm_source") or said.get("source") or said.get("ref") or ""
    origin = parse_referrer(referrer)
    inside = bool(origin.host) and is_own(origin.host, own_hosts)
    if named:
        source = named_source(named)
    else:
        source = NOWHERE if inside else origin
    click = "gclid" if "gclid" in said else "msclkid" if "msclkid" in said else ""
    campaign = (said.get("utm_campaign") or said.get("utm_id") or "")[:80]
    signs = _Signs(source, said.get("utm_medium", "").lower(), campaign.lower(), click)
    if inside and not (named or signs.medium or campaign):
        return Arrival(Channel.INSIDE)
    return Arrival(_channel(signs), source.name[:80], campaign)


def is_own(host: str, own_hosts: frozenset[str]) -> bool:
    return host in own_hosts or any(host.endswith("." + own) for own in own_hosts)


def _channel(signs: _Signs) -> Channel:
    return _paid_channel(signs) or _free_channel(signs)


def _paid_channel(signs: _Signs) -> Channel | None:
    kind = signs.source.medium
    if "cross-network" in signs.campaign:
        return Channel.CROSS_NETWORK
    if signs.paid and (kind == Medium.SHOPPING or SHOPPING_CAMPAIGN.match(signs.campaign)):
        return Channel.PAID_SHOPPING
    own_click = (signs.source.name, signs.click) in {("Google", "gclid"), ("Bing", "msclkid")}
    if (kind == Medium.SEARCH and signs.paid) or own_click:
        return Channel.PAID_SEARCH
    if kind == Medium.SOCIAL and signs.paid:
        return Channel.PAID_SOCIAL
    if kind == Medium.VIDEO and signs.paid:
        return Channel.PAID_VIDEO
    if signs.medium in DISPLAY_MEDIA:
        return Channel.DISPLAY
    return Channel.PAID_OTHER if signs.paid else None


def _free_channel(signs: _Signs) -> Channel:
    kind, name, medium = signs.source.medium, signs.source.name.lower(), signs.medium
    rules = (
        (kind == Medium.SHOPPING or SHOPPING_CAMPAIGN.match(signs.campaign), Channel.ORGANIC_SHOPPING),
        (kind == Medium.SOCIAL or medium in SOCIAL_MEDIA, Channel.ORGANIC_SOCIAL),
        (kind == Medium.VIDEO or "video" in medium, Channel.ORGANIC_VIDEO),
        (kind == Medium.ASSISTANT, Channel.AI_ASSISTANTS),
        (kind == Medium.SEARCH or medium == "organic", Channel.ORGANIC_SEARCH),
        (
            kind == Medium.EMAIL or MAIL_WORD.search(name) or MAIL_WORD.search(medium),
            Channel.EMAIL,
        ),
        (medium == "affiliate" or name in ("affiliate", "affiliates"), Channel.AFFILIATES),
        (medium == "audio" or name == "audio", Channel.AUDIO),
        (medium == "sms" or name == "sms", Channel.SMS),
        (
            medium.endswith("push")
            or "mobile" in medium
            or "notification" in medium
            or name.endswith("push"),
            Channel.MOBILE_PUSH,
        ),
        (bool(name) or medium in ("referral", "app", "link"), Channel.REFERRAL),
    )
    return next((channel for holds, channel in rules if holds), Channel.DIRECT)
