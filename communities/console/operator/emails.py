"""Mails of the platform to owners and operators. They belong to no community: a suspended one sends nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from communities.console.operator.letters import LETTERS, Told
from communities.mails import brand_of
from communities.models import Community, Membership
from communities.scoping import community_scope
from members.mails.building import Letter, build, on_platform
from members.mails.kinds import MailKind, register_kind
from members.mails.outbox import post
from members.models import Member

PLATFORM = register_kind(MailKind("platform", gettext_lazy("From the platform"), urgency=2, repeats=True))
TEMPLATE = "operator/mail"


def owners_of(community: Community) -> list[Member]:
    """The accounts of its owners."""
    with community_scope(community):
        owners = Membership.objects.active().in_role(Membership.Role.OWNER).select_related("member")
        return [one.member for one in owners.order_by("id") if one.member is not None]


def operators() -> list[Member]:
    return list(Member.objects.filter(is_operator=True, is_active=True).order_by("id"))


def write_to(
    people: Iterable[Member],
    name: str,
    community: Community,
    context: Mapping[str, Any] | None = None,
    *,
    url: str = "",
) -> int:
    """One of LETTERS to each of these, in their language or the community’s; how many.

    `url` is where its button leads: a path of the platform, or a whole address.
    """
    values = {"community": community.name, **(context or {})}
    why = gettext_lazy("You receive this because you run %(community)s, or the platform.")
    people = list(people)
    for person in people:
        language = person.language or community.language
        _post(person, LETTERS[name], values, why, language, url=url, zone=community.zone)
    return len(people)


def write_to_operators(told: Told, values: Mapping[str, Any], *, url: str = "", **rest: Any) -> int:
    """A letter about the machine to each operator; how many. `rest` is for the outbox: kind and about."""
    people = operators()
    why = gettext_lazy("You receive this because you run this platform.")
    for person in people:
        _post(person, told, values, why, person.language or settings.LANGUAGE_CODE, url=url, **rest)
    return len(people)


def _post(
    person: Member,
    told: Told,
    values: Mapping[str, Any],
    why: Promise,
    language: str,
    *,
    url: str,
    zone: datetime.tzinfo = datetime.UTC,
    kind: MailKind = PLATFORM,
    about: str = "",
) -> None:
    with translation.override(language):
        said = {
            name: date_format(value.astimezone(zone), "DATETIME_FORMAT")
            if isinstance(value, datetime.datetime)
            else value
            for name, value in values.items()
        }
        words = {
            "sentences": [str(sentence) % said for sentence in told.sentences],
            "url": on_platform(url) if url.startswith("/") else url,
            "label": str(told.label),
            "why": str(why) % said,
            "contact": settings.DEFAULT_FROM_EMAIL,
        }
        letter = Letter(person.email, str(told.subject) % said, TEMPLATE, words)
        post(build(letter, brand_of(None)), kind=kind, about=about)
