"""Recipes belong to accounts, and what was applied of one is undone by numbers: nothing of this travels."""

from __future__ import annotations

from communities.console.recipe.models import AppliedPart, OwnerLink, Recipe, SavedBlueprint
from communities.portable import Stays, register_portable


def register() -> None:
    register_portable(
        Stays(AppliedPart, why="What came of a part travels; the note by which it is taken back is of here."),
        Stays(OwnerLink, why="A way in, of use only to whoever got the mail."),
        Stays(Recipe, why="The account’s, for what it founds."),
        Stays(SavedBlueprint, why="The account’s, for what it founds."),
    )
