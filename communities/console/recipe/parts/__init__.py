"""The parts of a recipe: each proposes, is edited, applied and undone by itself.

Floors above register theirs when their app is ready: moderation the modes, measurement objectives and forecast.
"""

from communities.console.recipe.parts.base import Part, PartForm, Wish, parts, register_part
from communities.console.recipe.parts.forms import Rows

__all__ = ["Part", "PartForm", "Rows", "Wish", "parts", "register_part"]
