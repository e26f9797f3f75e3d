"""Reading blueprints strictly: what is missing, unknown, too long or of another kind is said with its place.

Texts are written once for each language. What belongs to one part of a recipe is read by that part.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from communities.console.recipe.answers import Aim, Audience, Brand, Motive
from communities.console.recipe.exceptions import BlueprintError
from communities.registries import Registry

Value = TypeVar("Value")
Texts = dict[str, str]
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class At:
    """A place in a blueprint: `fans.yaml: spaces[2].prompt`. `languages` are those that a text must have."""

    file: str
    languages: tuple[str, ...]
    path: str = ""

    def __truediv__(self, key: str | int) -> At:
        step = f"[{key}]" if isinstance(key, int) else f".{key}" if self.path else str(key)
        return At(self.file, self.languages, self.path + step)

    def refuse(self, why: str) -> BlueprintError:
        return BlueprintError(f"{self.file}: {self.path or 'the file'}: {why}")


def mapping(
    said: Any, at: At, *, needed: Collection[str] = (), optional: Collection[str] = ()
) -> dict[str, Any]:
    """A mapping with these keys and no others. Raises BlueprintError, as all readers here do."""
    if not isinstance(said, Mapping):
        raise at.refuse("must be a mapping")
    for key in needed:
        if key not in said:
            raise (at / key).refuse("is missing")
    for key in said:
        if key not in needed and key not in optional:
            raise (at / str(key)).refuse(f"is unknown; known are {', '.join([*needed, *optional])}")
    return dict(said)


def rows(
    said: Any, at: At, read: Callable[[Any, At], Value], *, least: int = 1, most: int = 40
) -> list[Value]:
    if not isinstance(said, list):
        raise at.refuse("must be a list")
    if not least <= len(said) <= most:
        raise at.refuse(f"has {len(said)} entries; {least} to {most} are possible")
    return [read(one, at / number) for number, one in enumerate(said)]


def texts(said: Any, at: At, *, most: int = 200, others: Collection[str] = ()) -> Texts:
    """A text in each language, and in `others` where it is there. `most` is its length in signs."""
    found = mapping(said, at, needed=at.languages, optional=others)
    for language, text in found.items():
        if not isinstance(text, str) or not text.strip():
            raise (at / language).refuse("is empty")
        if len(text) > most:
            raise (at / language).refuse(f"has {len(text)} signs; {most} are possible")
    return {language: text.strip() for language, text in found.items()}


def choice(said: Any, at: At, among: Collection[str]) -> str:
    if said not in among:
        raise at.refuse(f"{said!r} is unknown; known are {', '.join(among)}")
    return str(said)


def choices(said: Any, at: At, among: Collection[str], *, least: int = 1) -> list[str]:
    found = rows(said, at, lambda one, here: choice(one, here, among), least=least)
    if len(set(found)) < len(found):
        raise at.refuse("names something twice")
    return found


def number(said: Any, at: At, *, least: float = 0, most: float = 1_000_000_000) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise at.refuse("must be a number")
    if not least <= said <= most:
        raise at.refuse(f"must be between {least} and {most}")
    return float(said) if isinstance(said, float) else int(said)


def flag(said: Any, at: At) -> bool:
    if not isinstance(said, bool):
        raise at.refuse("must be true or false")
    return said


@dataclass(frozen=True)
class Blueprint:
    """A shape that a community may have: for whom it fits, and what each part of a recipe proposes for it.

    `parts` holds what each part has read, under its name; a part that says nothing proposes nothing.
    """

    name: str
    label: Texts
    words: Texts
    fits: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    order: int = 0


# What a blueprint may fit, by question.
FITS: dict[str, Collection[str]] = {
    "brands": Brand.values,
    "audiences": Audience.values,
    "aims": Aim.values,
    "motives": Motive.values,
}

Reader = Callable[[Any, At], Any]


@dataclass(frozen=True)
class PartReader:
    """How one part of a recipe reads what a blueprint says of it."""

    name: str
    read: Reader = field(compare=False)
    needed: bool = True


readers: Registry[PartReader] = Registry("part of a recipe")


def read_blueprint(said: Any, at: At, *, order: int = 0, whole: bool = True) -> Blueprint:
    """Raises BlueprintError that says where and why. One of a community (not `whole`) may lack any part."""
    asked = [one.name for one in readers if one.needed and whole]
    needed = ["name", "label", "words", *asked]
    optional = ["fits", *(one.name for one in readers if one.name not in asked)]
    found = mapping(said, at, needed=needed, optional=optional)
    name = found["name"]
    if not isinstance(name, str) or not name.replace("_", "").isalnum():
        raise (at / "name").refuse("must be letters, figures and _")
    fits = mapping(found.get("fits", {}), at / "fits", optional=FITS)
    return Blueprint(
        name=name,
        label=texts(found["label"], at / "label", most=60),
        words=texts(found["words"], at / "words", most=200),
        fits={
            question: tuple(choices(values, at / "fits" / question, FITS[question]))
            for question, values in fits.items()
        },
        parts={one.name: one.read(found[one.name], at / one.name) for one in readers if one.name in found},
        order=order,
    )


@lru_cache(maxsize=8)
def shared(name: str) -> dict[str, Any]:
    """What several blueprints use, by its key: stages, rules. Read by whoever uses it."""
    found: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def in_language(said: Texts, language: str) -> str:
    """The text in a language, else in the first that it has."""
    return said.get(language) or next(iter(said.values()))
