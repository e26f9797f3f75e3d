"""Writing a recipe: each step is kept as soon as it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from communities.console.recipe.exceptions import AlreadyFounded, TooMany
from communities.console.recipe.models import Recipe, SavedBlueprint, kept
from communities.exceptions import NotAllowed
from members.models import Member

PLACE = "place"
# Unfinished recipes of one account: as many as a page lists.
MOST = 50


def start_recipe(*, by: Member, step: str, answers: Mapping[str, Any]) -> Recipe:
    """Begin a recipe with its first answers. Raises TooMany."""
    if Recipe.objects.filter(account=by, founded_at=None).count() >= MOST:
        raise TooMany
    return Recipe.objects.create(account=by, answers=kept(dict(answers)), done=[step])


def answer_step(recipe: Recipe, *, by: Member, step: str, answers: Mapping[str, Any]) -> Recipe:
    """Keep the answers of one step. Raises NotAllowed, AlreadyFounded."""

    def answer(fresh: Recipe) -> None:
        if step == PLACE:
            fresh.place = kept(dict(answers))
        else:
            fresh.answers = {**fresh.answers, **kept(dict(answers))}
        fresh.done = [*fresh.done, step] if step not in fresh.done else fresh.done

    return _change(recipe, by, answer)


def choose_blueprint(
    recipe: Recipe, *, by: Member, name: str = "", saved: SavedBlueprint | None = None
) -> Recipe:
    """Take another shape; what was edited of the former proposal is gone. Raises NotAllowed, AlreadyFounded."""
    if saved is not None and saved.account_id != by.pk:
        raise NotAllowed

    def choose(fresh: Recipe) -> None:
        fresh.blueprint, fresh.saved_blueprint, fresh.edited = name, saved, {}

    return _change(recipe, by, choose)


def edit_part(recipe: Recipe, *, by: Member, part: str, values: Any) -> Recipe:
    """Keep an edited part of the proposal; answers given later leave it as it is. Raises NotAllowed, AlreadyFounded."""

    def edit(fresh: Recipe) -> None:
        fresh.edited = {**fresh.edited, part: kept(values)}

    return _change(recipe, by, edit)


def reset_part(recipe: Recipe, *, by: Member, part: str) -> Recipe:
    """Take the proposed values again. Raises NotAllowed, AlreadyFounded."""

    def reset(fresh: Recipe) -> None:
        fresh.edited = {name: values for name, values in fresh.edited.items() if name != part}

    return _change(recipe, by, reset)


@transaction.atomic
def discard_recipe(recipe: Recipe, *, by: Member) -> None:
    """Throw an unfinished recipe away. Raises NotAllowed, AlreadyFounded."""
    locked(recipe, by).delete()


def locked(recipe: Recipe, by: Member) -> Recipe:
    """The recipe as it is now, nobody else changing it. Raises NotAllowed, AlreadyFounded."""
    fresh = Recipe.objects.select_for_update().get(pk=recipe.pk)
    if fresh.account_id != by.pk:
        raise NotAllowed
    if fresh.founded_at is not None:
        raise AlreadyFounded
    return fresh


def _change(recipe: Recipe, by: Member, change: Callable[[Recipe], None]) -> Recipe:
    with transaction.atomic():
        fresh = locked(recipe, by)
        change(fresh)
        fresh.version += 1
        fresh.save()
    return fresh
