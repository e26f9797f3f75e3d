"""What name, place and state bring to the settings: their pages, their steps, their acts in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from communities.console.place.checklist import ACT as CHECKLIST
from communities.console.place.services import ACT, put_back, values_there
from communities.console.place.states import (
    CHANGED,
    DELETION,
    OPENED,
    put_deletion_back,
    put_state_back,
    state_there,
)
from communities.console.place.values import LABELS, SYNONYMS, in_words, present_values
from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.models import Community, Membership
from communities.permissions import can_close_community, can_configure_community, can_read_changes
from communities.setup import Group, Setting, SettingsPage, register_settings_page


def _place(community: Community, reader: Membership) -> Sequence[Setting]:
    values = present_values(community)
    return [
        Setting(str(LABELS[name]), in_words(name, value), f"id_{name}", words=str(SYNONYMS[name]))
        for name, value in values.items()
        if name != "language"
    ]


def _state(community: Community, reader: Membership) -> Sequence[Setting]:
    value = str(community.get_state_display())
    if community.deletes_at is not None:
        day = date_format(localtime(community.deletes_at, community.zone), "DATE_FORMAT")
        value = _("to be deleted on %(day)s") % {"day": day}
    words = _("draft open closed read-only archive delete remove state")
    return [Setting(_("State"), value, words=words, missing=community.deletes_at is not None)]


def _journal(community: Community, reader: Membership) -> Sequence[Setting]:
    last = Change.objects.newest().first()
    said = _("nothing changed yet")
    if last is not None:
        day = date_format(localtime(last.at, community.zone), "DATE_FORMAT")
        said = _("last change on %(day)s") % {"day": day}
    return [Setting(_("Changes"), said, words=_("history log audit undo who when export"))]


def _edit_place(change: Change) -> str:
    return reverse("console:edit-place")


def _say_state(name: str, value: Any) -> str:
    if name == "state":
        return str(Community.State(value).label) if value in Community.State.values else str(value)
    return str(value)[:10] if value else _("not asked for")


def register() -> None:
    register_settings_page(
        SettingsPage(
            gettext_lazy("Name and place"),
            "console:edit-place",
            "globe",
            Group.PLACE,
            10,
            can_configure_community,
            _place,
        )
    )
    register_settings_page(
        SettingsPage(
            gettext_lazy("Journal"),
            "console:show-journal",
            "clock",
            Group.DATA,
            80,
            can_read_changes,
            _journal,
        )
    )
    register_settings_page(
        SettingsPage(
            gettext_lazy("Close or delete"),
            "console:close-community",
            "lock",
            Group.DATA,
            90,
            can_close_community,
            _state,
        )
    )
    _register_acts()


def _register_acts() -> None:
    register_act(
        Act(
            CHECKLIST,
            gettext_lazy("List of what is left to do"),
            fields={"shown": gettext_lazy("Shown")},
            url=lambda _change: reverse("console:show-console"),
        )
    )
    register_act(
        Act(
            ACT,
            gettext_lazy("Name and place"),
            fields=LABELS,
            url=_edit_place,
            present=values_there,
            undo=put_back,
            shown=in_words,
        )
    )
    _register_acts_on_state()


def _register_acts_on_state() -> None:
    state = {"state": pgettext_lazy("of a place", "State")}
    register_act(Act(OPENED, gettext_lazy("Place opened"), fields=state, shown=_say_state))
    register_act(
        Act(
            CHANGED,
            gettext_lazy("State of the place"),
            fields=state,
            present=state_there,
            undo=put_state_back,
            shown=_say_state,
        )
    )
    register_act(
        Act(
            DELETION,
            gettext_lazy("Deletion of the place"),
            fields={"deletes_at": gettext_lazy("To be deleted on")},
            present=state_there,
            undo=put_deletion_back,
            shown=_say_state,
        )
    )
