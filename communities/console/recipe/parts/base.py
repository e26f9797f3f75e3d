"""What a part of a recipe is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from django.utils.functional import Promise

from communities.console.recipe.answers import Answers
from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.schema import At, Blueprint, PartReader, Texts, in_language, readers
from communities.models import Community, Membership
from communities.permissions import can_configure_community
from communities.registries import Registry


@dataclass(frozen=True)
class Wish:
    """What a part leans on when it proposes: the answers, the blueprint, and the language of the community."""

    blueprint: Blueprint
    answers: Answers
    language: str
    # The features that the recipe chooses, by name: what is not chosen shows nowhere.
    modules: frozenset[str] = frozenset()
    # All languages that the community will speak, its own first; only that one where none are named.
    languages: tuple[str, ...] = ()

    @property
    def spoken(self) -> tuple[str, ...]:
        return (self.language, *(one for one in self.languages if one != self.language))

    def words(self, said: Texts) -> str:
        return in_language(said, self.language)


class PartForm(Protocol):
    """What edits a part: a form, or a list of them (`Rows`)."""

    def is_valid(self) -> bool: ...

    @property
    def values(self) -> Any:
        """The edited part as JSON, of a valid form."""


@dataclass(frozen=True)
class Made:
    """What applying a part brought about: in words for the team, and as JSON for undoing it."""

    words: str
    kept: dict[str, Any] = field(default_factory=dict)


class Part:
    """One part of a recipe. Its values are JSON: a mapping or a list."""

    name: ClassVar[str]
    label: ClassVar[Promise]
    # What it does, in one line under its heading.
    says: ClassVar[Promise | str] = ""
    order: ClassVar[int] = 50
    # How the proposal shows it: it gets `part`, `values` and what `shown` adds.
    template: ClassVar[str]
    # Whether `short` is made of the community’s own words, and so in its language.
    short_in_its_words: ClassVar[bool] = False
    # Whether every blueprint must speak of it.
    needed: ClassVar[bool] = True
    can_be_edited: ClassVar[bool] = True

    def may(self, membership: Membership) -> bool:
        """Who may apply it to a community that exists."""
        return can_configure_community(membership)

    def read(self, said: Any, at: At) -> Any:
        """What a blueprint says of this part. Raises BlueprintError."""
        raise NotImplementedError

    def propose(self, wish: Wish) -> Any:
        """The values for these answers; empty where nothing is proposed."""
        raise NotImplementedError

    def form(self, values: Any, wish: Wish, data: Mapping[str, Any] | None = None) -> PartForm:
        raise NotImplementedError

    def shown(self, values: Any, wish: Wish) -> dict[str, Any]:
        """What its template needs beside the values."""
        return {}

    def short(self, values: Any, wish: Wish) -> str:
        """The whole of it in one line, for whoever need not read more."""
        return ""

    def missing(self, community: Community, values: Any) -> Any:
        """Of these values, what the community does not have yet: applying adds that and nothing else."""
        return values

    def apply(self, community: Community, *, by: Membership, values: Any) -> Made | None:
        """Make what is missing; None where nothing is. Raises DomainError; nothing is then applied at all."""
        raise NotImplementedError

    def undo(self, community: Community, *, by: Membership, kept: Mapping[str, Any]) -> None:
        """Take back what was made, where nobody has used it since. Raises WrittenSince."""
        raise WrittenSince

    def describe(self, community: Community) -> Any:
        """What a blueprint made of this community would say of this part, in the words of `read`; None for nothing."""
        return None


parts: Registry[Part] = Registry("part of a recipe")


def register_part(part: Part) -> Part:
    readers.register(PartReader(part.name, part.read, part.needed))
    return parts.register(part)
