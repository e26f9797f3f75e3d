"""Creating a community: its row and its owner."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction
from django.utils import translation

from communities.console.exceptions import AddressTaken, OperatorStaysOut
from communities.launch.services import join_community
from communities.letters import plain
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.scoping import community_scope
from communities.theming import read_theme, theme_from_hex
from members.models import Member
from members.operators import account_at

# Names that are, or may become, hosts of the platform itself.
RESERVED = frozenset(
    {"www", "mail", "smtp", "imap", "admin", "api", "static", "media", "status", "support", "c", "new"}
)
LONGEST_SLUG = 63  # one label of a host name
# What results can be counted in: those of the places where the interface’s languages are spoken, and a few more.
CURRENCIES = (
    "EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "XOF", "XAF", "XPF", "MAD", "TND", "DZD", "MUR", "SEK", "DKK",
    "NOK", "PLN", "CZK", "JPY",
)  # fmt: skip


@transaction.atomic
def create_community(
    *,
    name: str,
    owner: Member,
    slug: str = "",
    owner_name: str = "",
    language: str = "en",
    languages: tuple[str, ...] = (),
    colour: str = "",
    time_zone: str = "Europe/Paris",
    currency: str = "EUR",
    tagline: str = "",
) -> Community:
    """Make a community with its owner, as a draft; what is in it, a recipe says.

    `colour` is hexadecimal, `currency` one of CURRENCIES; it stays, since amounts are counted in it.

    Raises AddressTaken, OperatorStaysOut.
    """
    if owner.is_operator:
        raise OperatorStaysOut
    community = Community(
        slug=slug or free_slug(name),
        name=name,
        tagline=tagline,
        language=language,
        languages=[code for code in languages if code != language],
        time_zone=time_zone,
        currency=currency,
        theme=(theme_from_hex(colour) if colour else read_theme({})).as_json(),
        state=Community.State.DRAFT,
    )
    community.full_clean(exclude=["slug"], validate_constraints=False)
    _store(community)
    _bring_in_owner(community, owner, name=owner_name or owner.email.partition("@")[0])
    transaction.on_commit(forget_all)
    community.refresh_from_db()
    return community


def _store(community: Community) -> None:
    try:
        with transaction.atomic():
            community.save()
    except IntegrityError as error:
        raise AddressTaken from error


def _bring_in_owner(community: Community, owner: Member, *, name: str) -> None:
    with community_scope(community), translation.override(community.language):
        membership = join_community(
            community, person=owner, display_name=name, language=community.language, as_team=True
        )
        membership.role = Membership.Role.OWNER
        membership.trust_level = 4
        membership.came_by = Membership.Way.FOUNDING
        membership.save(update_fields=["role", "trust_level", "came_by"])


def free_slug(name: str) -> str:
    """An address derived from a name, neither taken nor reserved."""
    base = re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")[: LONGEST_SLUG - 4].strip("-") or "community"
    taken = set(Community.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidate, number = base, 1
    while candidate in taken or candidate in RESERVED:
        number += 1
        candidate = f"{base}-{number}"
    return candidate


def owner_for(email: str) -> Member:
    """The account with this address, created if there is none.

    Its address is known but not proven: the link of the owner’s mail proves it, or the first code that signs in.
    """
    return account_at(email)
