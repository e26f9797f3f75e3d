"""Which site a referrer or a campaign’s source names, and what kind of site it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from urllib.parse import parse_qs, urlsplit

from analytics.capture.lists import ASSISTANTS, ENGINES, SOCIALS, site_list


class Medium(StrEnum):
    NONE = ""
    SEARCH = "search"
    SOCIAL = "social"
    VIDEO = "video"
    SHOPPING = "shopping"
    ASSISTANT = "assistant"
    EMAIL = "email"
    ADVERTISING = "paid"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Referrer:
    """A site: its name, its kind; the words searched where a search engine still tells them (never stored)."""

    name: str = ""
    medium: Medium = Medium.NONE
    host: str = ""
    term: str = ""
    paid: bool = False


NOWHERE = Referrer()

VIDEO = frozenset({"YouTube", "Vimeo", "Dailymotion", "Twitch", "Netflix", "Disney+"})
# What the public lists leave out: hosts, then names that campaigns use.
MORE_HOSTS = {
    Medium.EMAIL: {
        "mail.google.com": "Gmail",
        "mail.live.com": "Outlook.com",
        "outlook.live.com": "Outlook.com",
        "outlook.office.com": "Outlook.com",
        "outlook.office365.com": "Outlook.com",
        "mail.yahoo.com": "Yahoo! Mail",
        "mail.yahoo.net": "Yahoo! Mail",
        "mail.com": "Mail.com",
        "3c.web.de": "Web.de",
        "3c-bap.web.de": "Web.de",
        "rich-v01.bluewin.ch": "Bluewin",
        "rich-v02.bluewin.ch": "Bluewin",
        "mail.orange.fr": "Orange Mail",
        "messagerie.orange.fr": "Orange Mail",
        "webmail.free.fr": "Free Mail",
        "zimbra.free.fr": "Free Mail",
        "mail.proton.me": "Proton Mail",
        "mail.aol.com": "AOL Mail",
        "mail.ru": "Mail.ru",
        "com.google.android.gm": "Gmail",
    },
    Medium.ADVERTISING: {
        "doubleclick.net": "Google",
        "googleadservices.com": "Google",
        "googlesyndication.com": "Google",
        "adsensecustomsearchads.com": "Google",
        "syndicatedsearch.goog": "Google",
    },
    Medium.SOCIAL: {
        "slack.com": "Slack",
        "com.slack": "Slack",
        "discord.com": "Discord",
        "t.me": "Telegram",
        "org.telegram.messenger": "Telegram",
        "reddit.com": "Reddit",
        "github.com": "GitHub",
        "t.co": "Twitter",
        "x.com": "Twitter",
        "mastodon.social": "Mastodon",
        "threads.net": "Threads",
        "lnkd.in": "LinkedIn",
    },
    Medium.VIDEO: {"youtu.be": "YouTube", "dailymotion.com": "Dailymotion", "twitch.tv": "Twitch"},
    Medium.SHOPPING: {
        "walmart.com": "Walmart",
        "ebay.com": "eBay",
        "ebay.fr": "eBay",
        "etsy.com": "Etsy",
        "amazon.com": "Amazon",
        "amazon.fr": "Amazon",
        "amazon.de": "Amazon",
        "amazon.co.uk": "Amazon",
        "aliexpress.com": "AliExpress",
        "cdiscount.com": "Cdiscount",
        "leboncoin.fr": "Leboncoin",
        "vinted.fr": "Vinted",
    },
    Medium.OTHER: {"wikipedia.org": "Wikipedia"},
}
SHORT_NAMES = {
    "fb": "Facebook",
    "ig": "Instagram",
    "insta": "Instagram",
    "yt": "YouTube",
    "x": "Twitter",
    "tw": "Twitter",
    "li": "LinkedIn",
    "brave search": "Brave",
    "google gemini": "Gemini",
    "microsoft copilot": "Copilot",
    "gmail": "Gmail",
    "whatsapp": "WhatsApp",
}
# What search engines call the parts of theirs that search; their other services bring no search.
SEARCHING_LABELS = frozenset({"images", "image", "search", "suche"})
# Where mail is read in a browser: webmail.…, mail01.…, lightmailer-bs.…, messagerie.…; and the page that some
# providers put between a mail and what it leads to.
MAIL_LABEL = re.compile(r"(?a:\w*mail(er)?(\d\w*|business|-b\w+)?|messagerie(pro\d*)?)")
MAIL_PAGE = re.compile(r"deref-[\w-]+\.[a-z.]+")
AD_SUFFIX = re.compile(r"[-_ ]?(ads?|ppc|paid|cpc)$")


@cache
def _known_hosts() -> dict[str, Referrer]:
    """Host or host pattern (`google.{}`) → what it is; our own additions win over the lists."""
    known: dict[str, Referrer] = {}
    for listed, medium in (
        (ENGINES, Medium.SEARCH),
        (SOCIALS, Medium.SOCIAL),
        (ASSISTANTS, Medium.ASSISTANT),
    ):
        for name, groups in site_list(listed).items():
            kind = Medium.VIDEO if name in VIDEO else medium
            for urls, _parameters in groups:
                for url in urls:
                    known[url.removeprefix("www.").rstrip("/")] = Referrer(name, kind)
    for medium, hosts in MORE_HOSTS.items():
        for host, name in hosts.items():
            known[host] = Referrer(name, medium, paid=medium == Medium.ADVERTISING)
    return known


@cache
def _known_names() -> dict[str, Referrer]:
    names = {site.name.lower(): Referrer(site.name, site.medium) for site in _known_hosts().values()}
    for short, name in SHORT_NAMES.items():
        names[short] = names.get(name.lower()) or Referrer(name, Medium.SOCIAL)
    # Google’s advertising hosts bear its name; a campaign that says “google” means the search engine.
    return names | {"google": Referrer("Google", Medium.SEARCH)}


@cache
def _term_parameters() -> dict[str, list[str]]:
    return {
        name: [key for _urls, keys in groups for key in keys if not key.startswith("/")]
        for name, groups in site_list(ENGINES).items()
    }


def forget_sources() -> None:
    """After new lists were installed."""
    for kept in (_known_hosts, _known_names, _term_parameters, _site_at):
        kept.cache_clear()


def named_source(name: str) -> Referrer:
    """What `utm_source=name` means: one name for facebook, fb and Facebook; an ending -ads says paid."""
    plain = name.strip().lower()
    if found := _known_names().get(plain):
        return found
    if "." in plain and (at := _site_at(plain.removeprefix("www."))):
        return at
    bare = AD_SUFFIX.sub("", plain)
    if bare != plain and (found := _known_names().get(bare)):
        return Referrer(found.name, found.medium, paid=True)
    return Referrer(name.strip(), Medium.OTHER)


def parse_referrer(url: str) -> Referrer:
    """The site behind a referring address; NOWHERE when there is none or it is no address."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return NOWHERE
    if not host or parts.scheme not in ("http", "https", "android-app"):
        return NOWHERE
    bare = host.removeprefix("www.")
    site = _site_at(bare)
    if site is None:
        return Referrer(bare, Medium.EMAIL if _reads_mail(bare) else Medium.OTHER, host)
    term = ""
    if site.medium == Medium.SEARCH and parts.query:
        said = parse_qs(parts.query, max_num_fields=None)
        term = next((said[key][0] for key in _term_parameters().get(site.name, []) if key in said), "")
    return Referrer(site.name, site.medium, host, term, site.paid)


def _reads_mail(host: str) -> bool:
    first, _dot, rest = host.partition(".")
    return bool(("." in rest and MAIL_LABEL.fullmatch(first)) or MAIL_PAGE.fullmatch(host))


@lru_cache(maxsize=10_000)
def _site_at(host: str) -> Referrer | None:
    """The most specific entry for a host: itself, with its country left open, then its parents."""
    known = _known_hosts()
    labels = host.split(".")
    for start in range(len(labels) - 1):
        own = labels[start:]
        candidates = [".".join(own), ".".join([*own[:-1], "{}"])]
        if len(own) > 2:
            candidates += [".".join([*own[:-2], "{}"]), ".".join(["{}", *own[1:]])]
        for candidate in candidates:
            found = known.get(candidate)
            # A parent’s entry covers its subdomains, except where the parent is a search engine with many
            # other services: docs.google.com brings no search.
            searches = start == 0 or len(labels[0]) <= 3 or labels[0] in SEARCHING_LABELS
            if found and (searches or found.medium != Medium.SEARCH):
                return found
    return None
