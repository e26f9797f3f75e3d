"""The only way to change recipes, and to make a community of one."""

from communities.console.recipe.services.applying import apply_parts, undo_part
from communities.console.recipe.services.founding import found_by_recipe, found_community
from communities.console.recipe.services.owner_links import send_owner_link, use_owner_link
from communities.console.recipe.services.recipes import (
    answer_step,
    choose_blueprint,
    discard_recipe,
    edit_part,
    reset_part,
    start_recipe,
)
from communities.console.recipe.services.saving import clone_community, save_as_blueprint

__all__ = [
    "answer_step",
    "apply_parts",
    "choose_blueprint",
    "clone_community",
    "discard_recipe",
    "edit_part",
    "found_by_recipe",
    "found_community",
    "reset_part",
    "save_as_blueprint",
    "send_owner_link",
    "start_recipe",
    "undo_part",
    "use_owner_link",
]
