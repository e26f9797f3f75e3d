"""The facts that texts speak of: each is set in one place, and texts name it in braces (`{publisher}`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from communities.registries import Registry
from communities.texts.authorities import country_name

# One line, or a list of them; empty where nobody has given it.
Value = str | list[str]


@dataclass(frozen=True)
class Fact:
    """Something true of this place. `value` is asked in the language of the text.

    `page` is where it is set (a route, and the field on it); a fact without one follows from the software. A `block`
    is a list and stands in a paragraph of its own.
    """

    name: str
    label: Promise
    value: Callable[[Community], Value] = field(compare=False)
    page: str = ""
    anchor: str = ""
    block: bool = False
    order: int = 50

    def address(self) -> str:
        """Where it is set, under the present prefix; empty for what nobody sets, or cannot be set here."""
        try:
            return reverse(self.page) + (f"#{self.anchor}" if self.anchor else "") if self.page else ""
        except NoReverseMatch:
            return ""


facts: Registry[Fact] = Registry("fact")


def register_fact(fact: Fact) -> Fact:
    return facts.register(fact)


# What the French law on confidence in the digital economy asks of a publisher, in its order.
IDENTITY: tuple[tuple[str, Promise], ...] = (
    ("publisher", _("Publisher")),
    ("form", _("Legal form")),
    ("registration", _("Registration")),
    ("address", _("Address")),
    ("country", _("Country")),
    ("phone", _("Telephone")),
    ("contact", _("E-mail address")),
    ("publication_director", _("Publication director")),
    ("host", _("Host")),
    ("dpo", _("Data protection officer")),
)
IDENTITY_PAGE = "console:edit-legal-identity"


def identity_of(community: Community) -> list[tuple[str, Promise, str]]:
    """What is known of who publishes the place: name, label and value, in the order of the law."""
    legal = community.legal
    return [(name, label, said_of_identity(name, legal[name])) for name, label in IDENTITY if legal.get(name)]


def said_of_identity(name: str, value: object) -> str:
    """As it is read: a country is kept by its code."""
    return country_name(str(value)) if name == "country" else str(value)


def identity_missing(community: Community) -> list[str]:
    """The labels of what nobody has said."""
    return [str(label) for name, label in IDENTITY if not community.legal.get(name)]


def known(community: Community, names: Iterable[str]) -> dict[str, Value]:
    """The values of these facts in the present language; what is not known is empty."""
    return {name: facts[name].value(community) for name in dict.fromkeys(names) if name in facts}


def missing(community: Community, names: Iterable[str]) -> list[Fact]:
    """Those of these facts that nobody has given."""
    return [facts[name] for name, value in known(community, names).items() if not value]


def _of_identity(name: str) -> Callable[[Community], Value]:
    def value(community: Community) -> Value:
        lines = said_of_identity(name, community.legal.get(name) or "").splitlines()
        return ", ".join(line.strip().rstrip(",") for line in lines if line.strip())

    return value


# What need not be there says so in the texts, where it was left empty.
LEFT_EMPTY: dict[str, Promise] = {
    "form": _("private person"),
    "registration": _("none"),
    "phone": _("not given"),
    "dpo": _("none has been appointed"),
}


def _or_said(name: str) -> Callable[[Community], Value]:
    return lambda community: _of_identity(name)(community) or str(LEFT_EMPTY[name])


def _form(community: Community) -> Value:
    """No private person stands in a register of companies: there the form is missing, and asked for."""
    said = _of_identity("form")(community)
    return said if said or community.legal.get("registration") else str(LEFT_EMPTY["form"])


for number, (name, label) in enumerate(IDENTITY):
    value = _or_said(name) if name in LEFT_EMPTY else _of_identity(name)
    value = _form if name == "form" else value
    register_fact(Fact(name, label, value, IDENTITY_PAGE, f"id_{name}", order=10 + number))
