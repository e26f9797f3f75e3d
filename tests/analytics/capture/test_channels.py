"""Where visits come from, as facts: the cases of other measuring systems, retyped."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from analytics.capture.channels import Channel, arrival_of
from analytics.capture.sources import Medium, parse_referrer

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
