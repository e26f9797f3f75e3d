"""What the journal knows of listening."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.journal.acts import Act, register_act
from communities.journal.models import Change

WORDS = {
    "name": gettext_lazy("Name"),
    "rival": gettext_lazy("Whose name it is"),
    "words": gettext_lazy("Other words for it"),
}


def _names(_change: Change) -> str:
    return reverse("animation:list-tracked-names")


def _mentions(_change: Change) -> str:
    return reverse("animation:list-mentions")


def _sources(_change: Change) -> str:
    return reverse("animation:list-mention-sources")


def _shown(name: str, value: Any) -> str | None:
    if name == "rival":
        return _("A competitor’s") if value else _("Our own")
    if name == "words" and isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return None


def register() -> None:
    register_act(Act("name_tracked", gettext_lazy("Name listened for"), WORDS, _names, shown=_shown))
    register_act(
        Act("tracked_name_changed", gettext_lazy("Name listened for changed"), WORDS, _names, shown=_shown)
    )
    register_act(Act("name_dropped", gettext_lazy("Name no longer listened for"), url=_names))
    register_act(Act("mention_deleted", gettext_lazy("Mention deleted"), url=_mentions))
    register_act(Act("mention_source_added", gettext_lazy("Source of mentions added"), url=_sources))
    register_act(Act("mention_source_removed", gettext_lazy("Source of mentions removed"), url=_sources))
    register_act(Act("mention_secret_changed", gettext_lazy("Secret of a source changed"), url=_sources))
