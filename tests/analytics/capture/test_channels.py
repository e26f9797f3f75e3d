"""Where visits come from, as facts: the cases of other measuring systems, retyped."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings

from analytics.capture.channels import Channel, arrival_of
from analytics.capture.sources import Medium, parse_referrer

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
PUBLISHED = sorted(DATA.rglob("referer-tests.json")) if DATA.is_dir() else []
CASES = [
    ({}, Channel.DIRECT),
    ({"utm_campaign": "cross-network"}, Channel.CROSS_NETWORK),
    ({"utm_source": "Google", "gclid": "x"}, Channel.PAID_SEARCH),
    ({"utm_source": "DuckDuckGo", "gclid": "x"}, Channel.ORGANIC_SEARCH),
    ({"utm_source": "Bing", "msclkid": "x"}, Channel.PAID_SEARCH),
    ({"utm_source": "DuckDuckGo", "utm_medium": "paid"}, Channel.PAID_SEARCH),
    ({"utm_source": "TikTok", "utm_medium": "paid"}, Channel.PAID_SOCIAL),
    ({"utm_source": "Youtube", "utm_medium": "paid"}, Channel.PAID_VIDEO),
    ({"utm_medium": "banner"}, Channel.DISPLAY),
    ({"utm_medium": "cpm"}, Channel.DISPLAY),
    ({"utm_source": "facebook", "utm_medium": "cpm"}, Channel.PAID_SOCIAL),
    ({"utm_medium": "cpc"}, Channel.PAID_OTHER),
    ({"utm_source": "walmart.com"}, Channel.ORGANIC_SHOPPING),
    ({"utm_source": "walmart.com", "utm_medium": "cpc"}, Channel.PAID_SHOPPING),
    ({"utm_campaign": "shop"}, Channel.ORGANIC_SHOPPING),
    ({"utm_campaign": "eshop-may"}, Channel.ORGANIC_SHOPPING),
    ({"utm_campaign": "workshop"}, Channel.DIRECT),
    ({"utm_source": "Facebook"}, Channel.ORGANIC_SOCIAL),
    ({"utm_source": "fb-ads"}, Channel.PAID_SOCIAL),
    ({"utm_source": "yt-ads"}, Channel.PAID_VIDEO),
    ({"utm_source": "google_ads"}, Channel.PAID_SEARCH),
    ({"utm_source": "Vimeo"}, Channel.ORGANIC_VIDEO),
    ({"utm_medium": "referral"}, Channel.REFERRAL),
    ({"utm_medium": "email"}, Channel.EMAIL),
    ({"utm_source": "Newsletter-UK"}, Channel.EMAIL),
    ({"utm_source": "Gmail"}, Channel.EMAIL),
    ({"utm_medium": "affiliate"}, Channel.AFFILIATES),
    ({"utm_source": "affiliate"}, Channel.AFFILIATES),
    ({"utm_source": "app-push"}, Channel.MOBILE_PUSH),
    ({"source": "walmart.com"}, Channel.ORGANIC_SHOPPING),
    ({"ref": "othersite.com"}, Channel.REFERRAL),
    ({"utm_source": "fb", "utm_medium": "paid-social"}, Channel.PAID_SOCIAL),
    ({"utm_campaign": "cross-network", "utm_source": "Facebook", "utm_medium": "cpc"}, Channel.CROSS_NETWORK),
    ({"utm_medium": "app-push"}, Channel.MOBILE_PUSH),
    ({"utm_medium": "audio"}, Channel.AUDIO),
    ({"utm_medium": "sms"}, Channel.SMS),
    ({"utm_source": "othersite.com"}, Channel.REFERRAL),
    ({"utm_source": "Wikipedia"}, Channel.REFERRAL),
    ({"utm_source": "Google", "utm_medium": "display"}, Channel.DISPLAY),
    *(
        ({"utm_source": name}, Channel.AI_ASSISTANTS)
        for name in ("ChatGPT", "Claude", "Perplexity", "DeepSeek", "Grok", "Google Gemini", "Microsoft Copilot")
    ),
    *(
        ({"utm_source": name}, Channel.ORGANIC_SOCIAL)
        for name in ("Slack", "Discord", "Telegram", "Reddit", "GitHub")
    ),
    *(({"utm_source": name}, Channel.ORGANIC_SEARCH) for name in ("Ecosia", "Kagi", "Brave", "Baidu")),
]  # fmt: skip


@pytest.mark.parametrize(("said", "channel"), CASES, ids=lambda value: str(value))
def test_the_first_rule_that_matches_wins(said: dict[str, str], channel: Channel) -> None:
    assert arrival_of("", urlencode(said)).channel == channel


@pytest.mark.parametrize(
    ("referrer", "channel", "source"),
    [
        ("https://www.google.fr/", Channel.ORGANIC_SEARCH, "Google"),
        ("https://docs.google.com/document/d/1", Channel.REFERRAL, "docs.google.com"),
        ("https://t.co/abc", Channel.ORGANIC_SOCIAL, "Twitter"),
        ("https://chatgpt.com/", Channel.AI_ASSISTANTS, "ChatGPT"),
        ("https://mail.google.com/mail/u/0/", Channel.EMAIL, "Gmail"),
        ("android-app://com.google.android.gm/", Channel.EMAIL, "Gmail"),
        ("https://fr.wikipedia.org/wiki/Voile", Channel.REFERRAL, "Wikipedia"),
        ("https://www.youtube.com/watch", Channel.ORGANIC_VIDEO, "YouTube"),
        ("https://some.blog.example/post", Channel.REFERRAL, "some.blog.example"),
        ("not an address", Channel.DIRECT, ""),
        ("http://[broken", Channel.DIRECT, ""),
    ],
)
def test_referrers(referrer: str, channel: Channel, source: str) -> None:
    arrival = arrival_of(referrer, "")
    assert (arrival.channel, arrival.source) == (channel, source)


def test_coming_from_our_own_pages_is_coming_from_nowhere_else() -> None:
    hosts = frozenset({"acme.example"})
    assert arrival_of("https://forum.acme.example/x", "", hosts).channel == Channel.INSIDE
    assert arrival_of("https://acme.example/", "utm_source=fb", hosts).source == "Facebook"


def test_one_source_has_one_name() -> None:
    names = {arrival_of("", f"utm_source={said}").source for said in ("facebook", "fb", "Facebook", "FB")}
    assert names == {"Facebook"}


def test_referrers_name_their_search_site_and_words() -> None:
    found = parse_referrer("http://www.google.com/search?q=gateway+oracle+cards+denise+linn")
    assert (found.name, found.medium, found.term) == (
        "Google",
        Medium.SEARCH,
        "gateway oracle cards denise linn",
    )
    assert parse_referrer("http://t.co/chrgFZDb").medium == Medium.SOCIAL
    webmail = parse_referrer("http://co106w.col106.mail.live.com/default.aspx?rru=inbox")
    assert (webmail.name, webmail.medium) == ("Outlook.com", Medium.EMAIL)
    advertising = parse_referrer("https://tdsf.doubleclick.net")
    assert (advertising.name, advertising.medium) == ("Google", Medium.ADVERTISING)


@pytest.mark.parametrize(
    ("referrer", "query", "channel"),
    [
        ("https://duckduckgo.com/", "gclid=x", Channel.ORGANIC_SEARCH),
        ("https://www.google.com/", "gclid=x", Channel.PAID_SEARCH),
        ("https://www.bing.com/", "msclkid=x", Channel.PAID_SEARCH),
        ("https://www.google.com/", "msclkid=x", Channel.ORGANIC_SEARCH),
        ("https://www.facebook.com/", "utm_medium=cpm", Channel.PAID_SOCIAL),
        ("https://othersite.com/", "utm_medium=cpm", Channel.DISPLAY),
        ("https://www.ecosia.org/", "", Channel.ORGANIC_SEARCH),
        ("https://kagi.com/", "", Channel.ORGANIC_SEARCH),
        ("https://www.walmart.com/", "", Channel.ORGANIC_SHOPPING),
        ("https://vimeo.com/", "", Channel.ORGANIC_VIDEO),
        ("https://claude.ai/", "", Channel.AI_ASSISTANTS),
        ("https://github.com/a/b", "", Channel.ORGANIC_SOCIAL),
        ("https://safeframe.googlesyndication.com/", "", Channel.PAID_OTHER),
    ],
)
def test_referrers_and_parameters_together(referrer: str, query: str, channel: Channel) -> None:
    assert arrival_of(referrer, query).channel == channel


@pytest.mark.parametrize(
    ("host", "medium"),
    [
        ("webmail1m.orange.fr", Medium.EMAIL),
        ("mail01.orange.fr", Medium.EMAIL),
        ("messageriepro3.orange.fr", Medium.EMAIL),
        ("lightmailer-bs.gmx.net", Medium.EMAIL),
        ("deref-gmx.co.uk", Medium.EMAIL),
        ("mailbusiness.ionos.fr", Medium.EMAIL),
        ("3c.web.de", Medium.EMAIL),
        ("co106w.col106.mail.live.com", Medium.EMAIL),
        ("mail-archives.example.org", Medium.OTHER),
        ("hotmail.example", Medium.OTHER),
        ("deref.example.org", Medium.OTHER),
        ("go.mail.ru", Medium.SEARCH),
        ("images.yandex.ru", Medium.SEARCH),
        ("uk.search-results.com", Medium.SEARCH),
        ("docs.google.com", Medium.OTHER),
        ("www.odnoklassniki.ru", Medium.SOCIAL),
        ("somebody.tumblr.com", Medium.SOCIAL),
        ("syndicatedsearch.goog", Medium.ADVERTISING),
    ],
)
def test_hosts_are_of_a_kind(host: str, medium: Medium) -> None:
    assert parse_referrer(f"https://{host}/x").medium == medium


@pytest.mark.skipif(not PUBLISHED, reason="the published referrer cases are not on this machine")
def test_the_published_referrer_cases() -> None:
    """Kinds and words searched; how a site is called differs from list to list."""
    cases = json.loads(PUBLISHED[0].read_text(encoding="utf-8"))
    assert len(cases) > 100
    for case in cases:
        found = parse_referrer(case["uri"])
        assert (found.medium.value, found.term.strip()) == (case["medium"], (case["term"] or "").strip()), (
            case
        )
