"""Creating a community: its row, its owner, its first spaces."""

from __future__ import annotations

import re

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.console.exceptions import AddressTaken, OperatorStaysOut
from communities.content.kinds import KINDS as CONTENT_KINDS
from communities.content.models import Space
from communities.launch.services import join_community
from communities.letters import plain
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.scoping import community_scope
from communities.theming import read_theme, theme_from_hex
from members.models import Member

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


# Four kinds of brand, and the spaces that suit each: few, so that none stays empty.
# Each place by its address: kinds of content say which they offer (`first_spaces`).
KINDS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "passion": (_("A brand that people are passionate about"), ("news", "talk", "show")),
    "serves": (_("A brand whose products serve a passion"), ("questions", "show", "news")),
    "group": (_("A brand whose audience is already a group with affinities"), ("hello", "talk", "news")),
    "expertise": (_("A brand with expertise to share"), ("articles", "questions")),
}


@transaction.atomic
def create_community(
    *,
    name: str,
    owner: Member,
    slug: str = "",
    owner_name: str = "",
    language: str = "en",
    languages: tuple[str, ...] = (),
    kind: str = "serves",
    colour: str = "",
    time_zone: str = "Europe/Paris",
    currency: str = "EUR",
    tagline: str = "",
) -> Community:
    """Found a community with its owner and its first places: a draft, seen by its team until it is opened.

    `colour` is hexadecimal, `currency` one of CURRENCIES; it stays, since amounts are counted in it.

    Raises AddressTaken, OperatorStaysOut.
    """
    if owner.is_operator:
        raise OperatorStaysOut
    theme = theme_from_hex(colour) if colour else read_theme({})
    community = Community(
        slug=slug or free_slug(name),
        name=name,
        tagline=tagline,
        language=language,
        languages=[code for code in languages if code != language],
        time_zone=time_zone,
        currency=currency,
        theme=theme.as_json(),
        settings={"kind": kind},
        state=Community.State.DRAFT,
    )
    community.full_clean(exclude=["slug"], validate_constraints=False)
    try:
        with transaction.atomic():
            community.save()
    except IntegrityError as error:
        raise AddressTaken from error
    with community_scope(community), translation.override(language):
        membership = join_community(
            community,
            person=owner,
            display_name=owner_name or owner.email.partition("@")[0],
            language=language,
            as_team=True,
        )
        membership.role = Membership.Role.OWNER
        membership.trust_level = 4
        membership.save(update_fields=["role", "trust_level"])
        _open_places(community, kind)
    transaction.on_commit(forget_all)
    community.refresh_from_db()
    return community


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
    """The account with this address, created if there is none; its owner signs in with a code."""
    email = email.strip().lower()
    known = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    if known is not None:
        owner: Member = known.user
        return owner
    person = Member.objects.filter(email__iexact=email).first()
    return person or Member.objects.create_user(email)


def _open_places(community: Community, kind: str) -> None:
    offered = {
        place.slug: (content.name, place) for content in CONTENT_KINDS for place in content.first_spaces
    }
    for order, slug in enumerate(KINDS[kind][1]):
        content, place = offered[slug]
        Space.objects.create(
            kind=content,
            slug=place.slug,
            name=str(place.name),
            description=str(place.description),
            language=community.language,
            posting=place.posting,
            asks=place.asks,
            drawing=place.drawing,
            place=order,
        )
