"""Trust levels in words. A level weighs a member’s reports and decides whether their texts are read first."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LEVELS: tuple[tuple[int, Promise], ...] = (
    (0, pgettext_lazy("trust level", "New")),
    (1, pgettext_lazy("trust level", "Known")),
    (2, pgettext_lazy("trust level", "Regular")),
    (3, pgettext_lazy("trust level", "Experienced")),
    (4, pgettext_lazy("trust level", "Expert")),
)
HIGHEST = 4
EFFECT = _("At level 0 the first texts are read before they appear; reports weigh more the higher the level.")


def level_name(level: int) -> str:
    """The word for a level; those above the highest have its word."""
    return str(dict(LEVELS)[min(level, HIGHEST)])
