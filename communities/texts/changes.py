"""What the journal of the team knows of texts, and how a change of them is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.models import Membership
from communities.texts.kinds import kinds
from communities.texts.models import TextVersion
from communities.texts.services.drafting import DISCARDED, EDITED
from communities.texts.services.publishing import (
    CHECKED,
    PUBLISHED,
    WITHDRAWN,
    publishing_of,
    take_back,
    version_name,
)

WORDS = {
    "rule": _("Rule"),
    "order": pgettext_lazy("of a list", "Order"),
    "rules": _("Number of rules"),
    "version": _("Version"),
    "in_force_at": _("In force from"),
    "checked_by": _("Checked by"),
    "words_en": _("Words in English"),
    "words_fr": _("Words in French"),
}


def _page(change: Change) -> str:
    return reverse("console:show-text", args=[change.about.split()[0]])


def _text(change: Change) -> str:
    told = kinds.get(change.about)
    return str(told.label) if told else change.what


def _numbered(change: Change) -> str:
    kind, _blank, number = change.about.partition(" ")
    told = kinds.get(kind)
    return version_name(told, int(number)) if told else change.what


def _said(name: str, value: Any) -> str | None:
    """The moment of coming into force as people write it; the rest as it is kept."""
    moment = parse_datetime(str(value)) if name == "in_force_at" else None
    return date_format(moment, "DATETIME_FORMAT") if moment else None


def _version(change: Change) -> TextVersion | None:
    kind, _blank, number = change.about.partition(" ")
    return TextVersion.objects.of(kind).filter(number=int(number)).first()


def _publishing_now(change: Change) -> Mapping[str, Any]:
    """What stands there now, in the keys of the line."""
    version = _version(change)
    if version is None or version.in_force_at is None:
        return {}
    present = publishing_of(version)
    return {key: present[key] for key in change.after if key in present}


def _undo_publishing(change: Change, by: Membership) -> None:
    """A version that has come into force has been relied on: only one that is still to come is taken back."""
    kind, _blank, number = change.about.partition(" ")
    take_back(change.place_now(), kind, int(number), by=by)


def register() -> None:
    register_act(Act(EDITED, _("Draft of a text changed"), WORDS, url=_page, named=_text))
    register_act(Act(DISCARDED, _("Draft of a text discarded"), WORDS, url=_page, named=_text))
    register_act(Act(CHECKED, _("Text marked as checked"), WORDS, url=_page, named=_numbered))
    register_act(Act(WITHDRAWN, _("Text taken back"), WORDS, url=_page, named=_numbered))
    register_act(
        Act(
            PUBLISHED,
            _("Text published"),
            WORDS,
            url=_page,
            present=_publishing_now,
            undo=_undo_publishing,
            named=_numbered,
            shown=_said,
        )
    )
