"""The people of the demo: those its files describe, and a background of invented names that gives it life."""

from __future__ import annotations

import random
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from communities.demo.fields import answers_of
from communities.demo.reading import Brand, Clock, Entry, read_names
from communities.letters import slug_of
from communities.models import Community, Membership
from members.models import Member

BACKGROUND = 60
PORTRAITS = 12
CHOSE = 4
# What of the fields says most about somebody, the first that is there; nothing that only names their rank.
HEADLINES = (
    "domaine",
    "metier",
    "trade",
    "function",
    "boat",
    "cuisson",
    "hob",
    "pierres",
    "cuisine",
    "fonction",
)
RANKS = frozenset(
    {
        "expert",
        "lecteur",
        "lectrice",
        "équipe",
        "community manager",
        "marketing lead",
        "modération",
        "responsable de communauté",
        "responsable marketing",
    }
)

# Whose background members come from; Mirabelle has friends beyond the Channel.
TONGUES = {"mirabelle": ("fr", "fr", "fr", "fr", "en")}


def tongues_of(brand: Brand) -> tuple[str, ...]:
    """The languages that its invented people are drawn from."""
    return TONGUES.get(brand.slug, (brand.community["languages"][0],))


def settle_people(
    brand: Brand, community: Community, clock: Clock, *, background: int = BACKGROUND
) -> dict[str, Membership]:
    """The community's people by handle, created where missing; existing ones are left as they are. Needs the scope."""
    wanted = [_described(brand, member, clock) for member in brand.members] + _background(
        brand, clock, background
    )
    known = set(
        Membership.objects.filter(handle__in=[one["handle"] for one in wanted]).values_list(
            "handle", flat=True
        )
    )
    missing = [one for one in wanted if one["handle"] not in known]
    accounts = _accounts(brand.slug, missing)
    Membership.objects.bulk_create([Membership(member=accounts[one["handle"]], **one) for one in missing])
    return {
        membership.handle: membership
        for membership in Membership.objects.filter(handle__in=[one["handle"] for one in wanted])
    }


def _accounts(slug: str, people: list[dict[str, Any]]) -> dict[str, Member]:
    """One account each, without a password: the demo's door or a code by mail are the ways in."""
    emails = {one["handle"]: f"{one['handle']}@{slug}.example" for one in people}
    Member.objects.bulk_create(
        [
            Member(email=emails[one["handle"]], language=one["language"], password=make_password(None))
            for one in people
        ],
        ignore_conflicts=True,
    )
    members = {member.email: member for member in Member.objects.filter(email__in=emails.values())}
    EmailAddress.objects.bulk_create(
        [
            EmailAddress(user=member, email=email, verified=True, primary=True)
            for email, member in members.items()
        ],
        ignore_conflicts=True,
    )
    return {handle: members[email] for handle, email in emails.items()}


def _described(brand: Brand, said: Entry, clock: Clock) -> dict[str, Any]:
    fields = said["fields"]
    headline = next((fields[key] for key in HEADLINES if fields.get(key) and fields[key] not in RANKS), "")
    return {
        "handle": said["handle"],
        "display_name": said["name"],
        "place": said["place"],
        "role": said["role"],
        "trust_level": said["trust"],
        "drawing": said["portrait"],
        "headline": headline[:1].upper() + headline[1:120],
        "bio": said["bio"],
        "profile": answers_of(brand, said),
        "language": said["lang"],
        "joined_at": clock.at(said["joined"]),
    }


def _background(brand: Brand, clock: Clock, count: int) -> list[dict[str, Any]]:
    """Members who read and react but have not written; the same ones each time."""
    dice = random.Random(f"background of {brand.slug}")
    names = read_names()
    since = min(member["joined"] for member in brand.members)
    taken = {member["handle"] for member in brand.members}
    people: list[dict[str, Any]] = []
    while len(people) < count:
        tongue = dice.choice(tongues_of(brand))
        first, last = dice.choice(names["first"][tongue]), dice.choice(names["last"][tongue])
        handle = slug_of(f"{first} {last}")
        # Most came early enough to have reacted to what was written; a few each week since.
        joined = round(since * (1 - dice.random() ** 2)) or -1
        time = f"{dice.randrange(7, 23)}:{dice.randrange(60):02d}"
        person = {
            "handle": handle,
            "display_name": f"{first} {last}",
            "place": dice.choice(names["towns"][tongue]),
            "trust_level": dice.choice((0, 0, 1, 1, 1, 2)),
            # Some chose a drawn portrait; most left it at their initials.
            "drawing": f"p{drawn}" if (drawn := dice.randrange(1, PORTRAITS + 1)) <= CHOSE else "",
            "language": tongue,
            "joined_at": clock.at(min(joined, -1), time),
        }
        if handle not in taken:
            taken.add(handle)
            people.append(person)
    return people
