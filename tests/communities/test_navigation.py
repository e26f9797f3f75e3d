"""From every page, each of the team finds the way to their desk."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Cast

BEGINS_WITH = {
    "member": set(),
    "ambassador": set(),
    "moderator": {"/moderation/"},
    "marketing": {"/results/"},
    "manager": {"/moderation/", "/manage/launch/"},
    "owner": {"/moderation/", "/manage/launch/"},
}
WORKS_AT = {
    "member": set(),
    "ambassador": set(),
    "moderator": {"/moderation/"},
    "marketing": {"/results/", "/manage/launch/", "/manage/banners/"},
    "manager": {"/results/", "/manage/launch/", "/manage/banners/", "/moderation/", "/manage/"},
    "owner": {"/results/", "/manage/launch/", "/manage/banners/", "/moderation/", "/manage/"},
}
DESK = set().union(*WORKS_AT.values())


@pytest.mark.parametrize("role", BEGINS_WITH)
def test_the_header_and_the_account_menu_lead_to_the_desk(here: Cast, role: str) -> None:
    page = here.sign_in(getattr(here, role)).get(here.url("/members/")).content.decode()
    header = page.partition("<header")[2].partition("</header>")[0]
    bar, _account, rest = header.partition('aria-label="My account"')
    menu, _end, phone = rest.partition("</details>")

    assert places(here, bar) == BEGINS_WITH[role]
    assert places(here, phone) == BEGINS_WITH[role]
    assert places(here, menu) == WORKS_AT[role]


def places(here: Cast, html: str) -> set[str]:
    found = {address.removeprefix(here.prefix) for address in re.findall(r'href="([^"]+)"', html)}
    return found & DESK
