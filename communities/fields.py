"""What a column of a community’s row may hold: keys of the same community, names that can be seen."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, TypeVar

from django.db import models

# What may be assigned, and what is read.
_ST = TypeVar("_ST")
_GT = TypeVar("_GT")


class OwnedForeignKey(models.ForeignKey[_ST, _GT]):
    """A foreign key whose constraint is (community_id, this) → parent(community_id, id).

    Django cannot say a composite key, so the constraint is made by `communities.rowsecurity.protect` in the
    migration, and lists are indexed by hand: see docs/decisions/0002-content-model.md.
    """

    def __init__(self, to: Any, on_delete: Any, **options: Any) -> None:
        options["db_constraint"] = False
        options.setdefault("db_index", False)
        super().__init__(to, on_delete, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("db_constraint", None)
        return name, path, args, options


class OwnedOneToOneField(models.OneToOneField[_ST, _GT]):
    """The key of a side table (Article, Question): the parent's id, with the composite constraint."""

    def __init__(self, to: Any, on_delete: Any, **options: Any) -> None:
        options["db_constraint"] = False
        super().__init__(to, on_delete, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("db_constraint", None)
        return name, path, args, options


def one_line(text: str) -> str:
    """A name or a title as it is kept: on one line, composed, without signs that nobody sees.

    Those that turn the direction of writing reorder what stands beside the name; blank ones make a name that
    looks like none. Joiners stay inside words and emoji, which need them, and no-break spaces between words:
    French sets one before “:”. May be empty.
    """
    seen = UNSEEN_SIGNS.sub("", unicodedata.normalize("NFC", text))
    return SPACES.sub(_one_space, BLANK_SIGNS.sub(" ", seen)).strip()


def _one_space(run: re.Match[str]) -> str:
    return next((sign for sign in run.group() if sign in NO_BREAK_SPACES), " ")


def can_be_stored(said: Any) -> bool:
    """Whether PostgreSQL can keep words that came as JSON: no zero byte, no half of a character."""
    text = json.dumps(said, ensure_ascii=False)
    return not _ZERO_BYTE.search(text) and not any("\ud800" <= sign <= "\udfff" for sign in text)


# As JSON writes it; behind another backslash it is only how somebody wrote about it.
_ZERO_BYTE = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
SPACES = re.compile(r"\s+")
NO_BREAK_SPACES = "\u00a0\u202f"
# Controls and directions, soft hyphens, marks of order, and joiners at either end of a word.
UNSEEN_SIGNS = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e001f]"
    "|(?<!\\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\\S)"
)
# Letters and signs that are drawn as nothing.
BLANK_SIGNS = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
