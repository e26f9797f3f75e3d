"""What a team may link to from the menu and from the home page."""

from __future__ import annotations

import pytest

from communities.console.links import leads_outside, leads_somewhere


@pytest.mark.parametrize(
    "url", ["https://shop.example", "http://shop.example:8080/a?b=c#d", "HTTPS://SHOP.EXAMPLE/"]
)
def test_whole_addresses_lead_outside(url: str) -> None:
    assert leads_outside(url)
    assert leads_somewhere(url)


@pytest.mark.parametrize(
    "url", ["/forums/", "/blogs/journal/?page=2", "mailto:hello@halyard.example?subject=Hello"]
)
def test_paths_and_mailboxes_are_for_the_home_page(url: str) -> None:
    assert leads_somewhere(url)
    assert not leads_outside(url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "https:/evil.example",
        "https://shop.example\\@evil.example",
        "https://shop.example@evil.example",
        "https://somebody:secret@shop.example",
        "https://shop.example\nx",
        "https://shop example",
        "http://[::1",
        "mailto:",
        "mailto:nobody",
        "https://" + "a" * 500,
    ],
)
def test_nothing_else_leads_anywhere(url: str) -> None:
    """Browsers and Python read some of them differently, which is how a link comes to lead elsewhere."""
    assert not leads_outside(url)
    assert not leads_somewhere(url)
