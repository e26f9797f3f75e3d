"""What the journal knows of the choice of reactions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.content.models import Reaction
from communities.content.services.naming_reactions import name_reactions
from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.models import Membership


def _standing(change: Change) -> dict[str, Any]:
    community = change.place_now()
    kept: dict[str, Any] = {"offered": [], "names": {}} | community.settings.get("reactions", {})
    return kept


def _present(change: Change) -> Mapping[str, Any]:
    standing = _standing(change)
    return {name: standing[name] for name in change.after}


def _put_back(change: Change, by: Membership) -> None:
    former = _standing(change) | change.before
    community = change.place_now()
    name_reactions(community, by=by, offered=former["offered"], names=former["names"])


def _shown(name: str, value: Any) -> str | None:
    """Kinds by their usual words; names as they are read, in each language."""
    if name == "offered":
        return ", ".join(_word(kind) for kind in value) or None
    said = [f"{_word(kind)} → {' / '.join(words.values())}" for kind, words in value.items()]
    return ", ".join(said) or None


def _word(kind: str) -> str:
    return str(Reaction.Kind(kind).label) if kind in Reaction.Kind.values else kind


def register() -> None:
    register_act(
        Act(
            "reactions_named",
            _("Reactions changed"),
            {"offered": _("Offered"), "names": _("Names")},
            lambda _change: reverse("console:edit-reactions"),
            _present,
            _put_back,
            _shown,
        )
    )
