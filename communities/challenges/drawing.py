"""A draw that anybody can repeat.

    digest      = SHA-256(seed)                       on the page from the beginning
    list        = for each entry, in order: number, space, key, new line
    ticket of n = SHA-256(seed, new line, SHA-256(list), new line, n, new line)

Digests are in lower-case hexadecimal, texts in UTF-8. The entries are taken by their tickets, the smallest first. The
seed is chosen before anybody has entered, and the list is known only once entries have closed: neither alone says who
wins, and the digest keeps the seed from being changed. A draw that arrives from another installation before it is
decided comes without its seed, and gets another one.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from communities.challenges.models import Challenge


def new_seed() -> str:
    return secrets.token_hex(32)


def commit_to_seed(challenge: Challenge) -> None:
    """Give a draw its seed, once."""
    if challenge.is_drawn and not challenge.seed_digest:
        challenge.seed = new_seed()
        challenge.seed_digest = digest_of(challenge.seed)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def listed(entries: Iterable[tuple[int, UUID]]) -> str:
    """The list of the numbers and keys of entries, in their order."""
    return "".join(f"{number} {key.hex}\n" for number, key in entries)


def ticket_of(seed: str, listing: str, number: int) -> str:
    return digest_of(f"{seed}\n{digest_of(listing)}\n{number}\n")


def drawn(seed: str, listing: str) -> list[int]:
    """The numbers of the entries in the order in which they are drawn."""
    numbers = [int(line.split()[0]) for line in listing.splitlines()]
    whole = digest_of(listing)
    return sorted(numbers, key=lambda number: digest_of(f"{seed}\n{whole}\n{number}\n"))
