"""Who gets what from an address: the vocabulary of the table in addresses.py."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.http import HttpResponse

from tests.sweeps.world import MEMBERS, OUTSIDERS, ROLES

# What an answer means. A refused form (422) was open to the person who sent it.
OPENS, REFUSES, HIDES, SENDS_TO_SIGN_IN, SENDS_TO_JOIN = (
    "opens",
    "refuses",
    "hides",
    "asks to sign in",
    "asks to join",
)
OTHER = {405: "no such method", 410: "gone", 400: "bad request", 409: "conflict"}

Audience = dict[str, str]


def meaning(response: HttpResponse) -> str:
    status = response.status_code
    if status in (301, 302, 303, 307):
        path = urlsplit(response.headers["Location"]).path
        if path.endswith("/sign-in/"):
            return SENDS_TO_SIGN_IN
        return SENDS_TO_JOIN if path.endswith("/join/") else OPENS
    if 200 <= status < 300 or status == 422:
        return OPENS
    return {403: REFUSES, 404: HIDES}.get(status, OTHER.get(status, str(status)))


def _audience(visitor: str, outsider: str, members: str, but: Mapping[str, str]) -> Audience:
    roles = {"visitor": visitor} | dict.fromkeys(OUTSIDERS, outsider) | dict.fromkeys(MEMBERS, members)
    roles |= but
    assert set(roles) == set(ROLES)
    return roles


def only(
    *roles: str, others: str = REFUSES, visitor: str = SENDS_TO_SIGN_IN, outsider: str = SENDS_TO_JOIN
) -> Audience:
    """Members of these roles; other members are refused, or see nothing of it."""
    return _audience(visitor, outsider, others, dict.fromkeys(roles, OPENS))


def public(**but: str) -> Audience:
    return _audience(OPENS, OPENS, OPENS, but)


def nobody(answer: str) -> Audience:
    return _audience(answer, answer, answer, {})


EVERYBODY = public()
ALL_MEMBERS = only(*MEMBERS)
AUTHOR = only("member")
JUDGES = only("moderator", "manager", "owner")
AUTHOR_AND_JUDGES = only("member", "moderator", "manager", "owner")
MANAGERS = only("manager", "owner")
SIGNED_IN = {role: OPENS if role != "visitor" else SENDS_TO_SIGN_IN for role in ROLES}
# Reading an address that only takes acts.
BY_POST_ONLY = _audience(SENDS_TO_SIGN_IN, SENDS_TO_JOIN, OTHER[405], {})
BY_POST_ONLY_FOR_ALL = nobody(OTHER[405])
