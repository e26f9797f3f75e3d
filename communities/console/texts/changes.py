"""The journal’s line about the legal identity, and how it is put back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.console.services import IDENTITY_CHANGED, edit_legal_identity
from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.models import Membership
from communities.texts.facts import IDENTITY, said_of_identity


def _page(_change: Change) -> str:
    return reverse("console:edit-legal-identity")


def _present(change: Change) -> Mapping[str, Any]:
    legal = change.place_now().legal
    return {key: legal[key] for key in change.after if key in legal}


def _put_back(change: Change, by: Membership) -> None:
    community = change.place_now()
    former = {key: change.before.get(key, "") for key in {**change.before, **change.after}}
    edit_legal_identity(community, by=by, identity=former)


def register() -> None:
    register_act(
        Act(
            IDENTITY_CHANGED,
            _("Legal identity changed"),
            dict(IDENTITY),
            url=_page,
            present=_present,
            undo=_put_back,
            shown=lambda name, value: said_of_identity(name, value) if value else None,
        )
    )
