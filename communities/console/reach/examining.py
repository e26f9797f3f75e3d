"""Whether a domain leads here, and whose it is: what its records must hold, and what they hold now.

Only questions to the domain name system are asked (`communities.lookups`); nothing is fetched from the domain itself.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from communities.lookups import Answer, NotAName, State, addresses_of, is_public, look_up, public_name

PROOF_PREFIX, PROOF_KEY = "_parvis.", "parvis-proof="
# What is kept of an answer, for the page.
MOST_SEEN = 6


class Mark(enum.StrEnum):
    """How one record stands."""

    FOUND = "found"
    MISSING = "missing"
    WRONG = "wrong"
    PRIVATE = "private"
    """It leads to an address that nobody outside can reach: a proof of nothing."""
    UNKNOWN = "unknown"
    """Nobody answered, or we do not know our own address: nothing follows from it."""


@dataclass(frozen=True)
class Finding:
    """One record as it was found, with what stood there."""

    mark: Mark
    seen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Findings:
    proof: Finding
    address: Finding
    # Where the platform itself leads, as far as we know.
    targets: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


NOT_LOOKED_UP = Finding(Mark.UNKNOWN)


def findings_of(kept: Mapping[str, Any]) -> Findings:
    """From what a row keeps; where nothing was looked up yet, nothing is known."""
    return Findings(
        finding_of(kept.get("proof")),
        finding_of(kept.get("address")),
        tuple(map(str, kept.get("targets", ()))),
    )


def finding_of(kept: Any) -> Finding:
    if not kept:
        return NOT_LOOKED_UP
    return Finding(Mark(kept["mark"]), tuple(map(str, kept.get("seen", ()))))


def platform_name() -> str:
    """The public name of the platform; empty where it has none, as on a laptop."""
    try:
        return public_name(urlsplit(settings.PLATFORM_URL).hostname or "")
    except NotAName:
        return ""


def platform_addresses() -> tuple[str, ...]:
    """The public addresses that a domain must lead to: those of the settings, else those of the platform’s name."""
    if settings.PLATFORM_ADDRESSES:
        return tuple(one for one in settings.PLATFORM_ADDRESSES if is_public(one))
    name = platform_name()
    if not name:
        return ()
    return tuple(one for one in addresses_of(name).values if is_public(one))


def examine(host: str, token: str, targets: tuple[str, ...]) -> Findings:
    """Ask for both records of a domain. Never raises for what somebody else’s server answers."""
    return Findings(_proof(host, token), _address(host, targets), targets)


def _proof(host: str, token: str) -> Finding:
    answer = look_up(f"{PROOF_PREFIX}{host}", "TXT")
    if answer.state is State.UNKNOWN:
        return Finding(Mark.UNKNOWN)
    proofs = [one.strip() for one in answer.values if one.strip().startswith(PROOF_KEY)]
    if f"{PROOF_KEY}{token}" in proofs:
        return Finding(Mark.FOUND)
    # Many services keep a text under a name: only one that was meant for us is wrong.
    return Finding(Mark.WRONG, tuple(proofs[:MOST_SEEN])) if proofs else Finding(Mark.MISSING)


def _address(host: str, targets: tuple[str, ...]) -> Finding:
    answer = addresses_of(host)
    seen = tuple([*answer.names, *answer.values][:MOST_SEEN])
    if answer.state is State.UNKNOWN:
        return Finding(Mark.UNKNOWN)
    if answer.state is not State.FOUND:
        return Finding(Mark.MISSING, seen)
    if not all(map(is_public, answer.values)):
        return Finding(Mark.PRIVATE, seen)
    if _leads_to_our_name(answer) or (targets and set(answer.values) <= set(targets)):
        return Finding(Mark.FOUND, seen)
    # Without a public address of our own, nobody can say that another one is wrong.
    return Finding(Mark.WRONG if targets else Mark.UNKNOWN, seen)


def _leads_to_our_name(answer: Answer) -> bool:
    ours = platform_name()
    return bool(ours) and any(one == ours or one.endswith(f".{ours}") for one in answer.names)
