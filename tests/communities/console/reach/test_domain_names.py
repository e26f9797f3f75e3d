"""What is typed as a domain: read kindly, or refused."""

from __future__ import annotations

from typing import Any

import pytest

from communities.console.reach.domains import read_host
from communities.console.reach.exceptions import (
    HostOfPlatform,
    HostRefused,
)
from tests.communities.console.reach.test_domains import HOST

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        (HOST, HOST),
        (" Community.HALYARD.example. ", HOST),
        ("https://community.halyard.example/forums/?a=b", HOST),
        ("http://me@community.halyard.example:8443/x", HOST),
        ("café.example", "xn--caf-dma.example"),
    ],
)
def test_what_people_type(typed: str, host: str) -> None:
    assert read_host(typed) == host


@pytest.mark.parametrize(
    "typed",
    [
        "", "halyard", "10.0.0.1", "http://[::1]/", "halyard.local", "a b.example", "_parvis.x.example",
        f"{'a.' * 95}example", "x@y", "…",
    ],
)  # fmt: skip
def test_what_is_no_domain(typed: str) -> None:
    with pytest.raises(HostRefused):
        read_host(typed)


def test_the_platforms_own_names_are_nobodys(settings: Any) -> None:
    settings.PLATFORM_HOSTS = ["parvis.example"]
    for typed in ("parvis.example", "halyard.parvis.example"):
        with pytest.raises(HostOfPlatform):
            read_host(typed)
