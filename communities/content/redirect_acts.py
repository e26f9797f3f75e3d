"""What the journal knows of redirects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.content.models import Redirect
from communities.content.services.forwarding import set_redirect_back
from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.models import Membership


def _leads_now(change: Change) -> Mapping[str, Any]:
    target = Redirect.objects.filter(path=change.what).values_list("target", flat=True).first()
    return {"target": target or ""}


def _set_back(change: Change, by: Membership) -> None:
    set_redirect_back(change.what, change.before, by=by)


def register() -> None:
    register_act(
        Act(
            "redirect_set",
            _("Redirect changed"),
            {
                "target": _("Leads to"),
                "below": _("With everything below it"),
                "by_hand": _("Set by the team"),
            },
            lambda _change: reverse("console:list-redirects"),
            _leads_now,
            _set_back,
        )
    )
