"""Foreign keys between rows of one community."""

from __future__ import annotations

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
