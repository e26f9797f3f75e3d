"""Mails of the platform to owners and operators. They belong to no community: a suspended one sends nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.mails import brand_of
from communities.models import Community, Membership
from communities.scoping import community_scope
from members.mails.building import Letter, build, on_platform
from members.mails.kinds import MailKind, register_kind
from members.mails.outbox import post
from members.models import Member

PLATFORM = register_kind(MailKind("platform", gettext_lazy("From the platform"), urgency=2, repeats=True))
TEMPLATE = "operator/mail"


@dataclass(frozen=True)
class Told:
    """One thing that owners are told: subject, sentences and the label of the one button, all with `%(…)s`."""

    subject: Promise
    sentences: tuple[Promise, ...]
    label: Promise | str = ""


# Named by what has happened. `%(community)s` is known to all of them.
LETTERS = {
    "suspended": Told(
        gettext_lazy("%(community)s is suspended"),
        (
            gettext_lazy(
                "The operator of the platform has suspended your community. The reason: “%(reason)s”."
            ),
            gettext_lazy(
                "Nothing is deleted. Until it is resumed nobody can read or write there, and no e-mails leave; people"
                " find a page that says so. Members can still take their data, and leave."
            ),
        ),
    ),
    "resumed": Told(
        gettext_lazy("%(community)s is open again"),
        (gettext_lazy("The operator has ended the suspension: everything is as it was."),),
        gettext_lazy("Go there"),
    ),
    "entered": Told(
        gettext_lazy("The operator opened %(community)s"),
        (
            gettext_lazy("%(operator)s of the platform may look at your community until %(until)s."),
            gettext_lazy("The reason: “%(reason)s”."),
            gettext_lazy(
                "They read what you would see, without results, and can change nothing. You can end it."
            ),
        ),
        gettext_lazy("See all openings"),
    ),
    "quota": Told(
        gettext_lazy("%(community)s is close to its limits"),
        (
            gettext_lazy("More than four fifths are used of: %(quotas)s."),
            gettext_lazy(
                "When nothing is left, nobody else can join, no more pictures can be added, or news leaves the next"
                " day. Answer this e-mail if you need more."
            ),
        ),
        gettext_lazy("Open the settings"),
    ),
    "handed_over": Told(
        gettext_lazy("%(community)s has a new owner"),
        (
            gettext_lazy(
                "The operator of the platform has made %(owner)s the owner. The reason: “%(reason)s”."
            ),
            gettext_lazy("You are a community manager there from now on."),
        ),
        gettext_lazy("Go there"),
    ),
    "new_owner": Told(
        gettext_lazy("%(community)s is yours"),
        (
            gettext_lazy("The operator of the platform has made you its owner. The reason: “%(reason)s”."),
            gettext_lazy("Sign in with this address: a code comes by e-mail."),
        ),
        gettext_lazy("Sign in"),
    ),
}


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
    told = LETTERS[name]
    people = list(people)
    for person in people:
        with translation.override(person.language or community.language):
            values = {"community": community.name, **(context or {})}
            if isinstance(until := values.get("until"), datetime.datetime):
                values["until"] = date_format(until.astimezone(community.zone), "DATETIME_FORMAT")
            words = {
                "sentences": [str(sentence) % values for sentence in told.sentences],
                "url": on_platform(url) if url.startswith("/") else url,
                "label": str(told.label),
                "why": _("You receive this because you run %(community)s, or the platform.") % values,
                "contact": settings.DEFAULT_FROM_EMAIL,
            }
            letter = Letter(person.email, str(told.subject) % values, TEMPLATE, words)
            post(build(letter, brand_of(None)), kind=PLATFORM)
    return len(people)
