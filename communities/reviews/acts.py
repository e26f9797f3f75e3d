"""What the journal of the team says of things that are reviewed."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.reviews.models import Thing
from communities.reviews.things import ADD, EDIT, REMOVE

FIELDS = {
    "name": _("Name"),
    "kind": _("What it is"),
    "about": _("In one sentence"),
    "address": _("Where it is"),
    "offer": _("Offer"),
    "own": _("The brand’s own"),
    "picture_alt": _("Description of the picture"),
    "closed": _("Closed to new reviews"),
}


def register() -> None:
    for name, label in (
        (ADD, _("Product or place added")),
        (EDIT, _("Product or place changed")),
        (REMOVE, _("Product or place removed")),
    ):
        register_act(Act(name, label, FIELDS, url=_thing, shown=_shown))


def _thing(change: Change) -> str:
    number = int(change.about) if change.about.isdecimal() else 0
    thing = Thing.objects.filter(pk=number).first()
    return reverse("reviews:show-thing", args=[thing.slug]) if thing is not None else ""


def _shown(name: str, value: Any) -> str | None:
    return str(Thing.Kind(value).label) if name == "kind" and value in Thing.Kind.values else None
