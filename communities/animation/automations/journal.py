"""What the journal knows of automations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from communities.animation.automations.exceptions import AutomationChanged
from communities.animation.automations.models import Automation
from communities.animation.automations.services import (
    AutomationWishes,
    bring_back,
    edit_automation,
    go_on,
    remove_automation,
    stop_all,
    switch_off,
    switch_on,
)
from communities.animation.automations.shapes import kept_pairs, kept_values
from communities.animation.automations.showing import act_words, conditions_words, trigger_words
from communities.automatic import automatics, triggers
from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.models import Membership

WORDS = {
    "trigger": gettext_lazy("When"),
    "trigger_values": gettext_lazy("Details of when"),
    "conditions": pgettext_lazy("automation", "If"),
    "act": pgettext_lazy("automation", "Then"),
    "act_values": gettext_lazy("Details of what"),
    "to": gettext_lazy("Who it is for"),
    "words": gettext_lazy("Words"),
    "daily": gettext_lazy("Times a day"),
    "person_days": gettext_lazy("Days for one person"),
    "pause": gettext_lazy("Minutes between two times"),
}
STATE = {"state": gettext_lazy("State"), "removed": gettext_lazy("Removed")}


def _page(_change: Change) -> str:
    return reverse("animation:list-automations")


def _number(change: Change) -> int:
    return int(change.about) if change.about.isdecimal() else 0


def _row(change: Change) -> Automation:
    row = Automation.objects.select_related("to", "signed_by").filter(pk=_number(change)).first()
    if row is None:
        raise AutomationChanged
    return row


def _named(change: Change) -> str:
    """The sentence, as it reads now."""
    row = Automation.objects.select_related("to", "signed_by").filter(pk=_number(change)).first()
    if row is None:
        return change.what
    return _("When %(when)s, then %(then)s") % {"when": trigger_words(row), "then": act_words(row)}


def _now(change: Change) -> Mapping[str, Any]:
    row = Automation.objects.filter(pk=_number(change)).first()
    values = row.values() if row is not None else {}
    return {name: values.get(name) for name in change.after}


def _state_now(change: Change) -> Mapping[str, Any]:
    row = Automation.objects.filter(pk=_number(change)).first()
    values = {"state": str(row.state), "removed": row.ended_at is not None} if row is not None else {}
    return {name: values.get(name) for name in change.after}


def _edit_back(change: Change, by: Membership) -> None:
    row = _row(change)
    said = row.values() | dict(change.before)
    said["to"] = Membership.objects.active().filter(pk=said["to"] or 0).first()
    said["conditions"] = tuple((name, key) for name, key in said["conditions"])
    edit_automation(row, AutomationWishes(**said), by=by)


def _switch_back(change: Change, by: Membership) -> None:
    act = switch_on if change.before.get("state") == Automation.State.ON else switch_off
    act(_row(change), by=by)


def _bring_back(change: Change, by: Membership) -> None:
    if change.before.get("removed"):
        remove_automation(_row(change), by=by)
        return
    row = bring_back(_row(change), by=by)
    if change.before.get("state") == Automation.State.ON:
        switch_on(row, by=by)


def _shown(name: str, value: Any) -> str | None:
    if name == "conditions":
        return conditions_words(kept_pairs(value)) or _("nothing more")
    if name in ("trigger_values", "act_values"):
        return ", ".join(str(one) for one in kept_values(value).values()) or "–"
    if name == "trigger" and str(value) in triggers:
        return str(triggers[str(value)].label)
    if name == "act" and str(value) in automatics:
        return str(automatics[str(value)].label)
    if name == "to":
        person = Membership.objects.filter(pk=value).first() if isinstance(value, int) else None
        return person.display_name if person is not None else _("nobody")
    if name == "state" and value in Automation.State.values:
        return str(Automation.State(value).label)
    if name == "removed":
        return _("yes") if value else _("no")
    return None


def _ignore(_n: int) -> None:
    """How many there were."""


ACTS = (
    Act("automation_made", gettext_lazy("Automation made"), url=_page, named=_named),
    Act(
        "automation_edited",
        gettext_lazy("Automation changed"),
        WORDS,
        _page,
        _now,
        _edit_back,
        _shown,
        _named,
    ),
    Act(
        "automation_switched",
        gettext_lazy("Automation switched"),
        STATE,
        _page,
        _state_now,
        _switch_back,
        _shown,
        _named,
    ),
    Act("automation_stopped", gettext_lazy("Automation stopped automatically"), url=_page, named=_named),
    Act(
        "automation_removed",
        gettext_lazy("Automation removed"),
        STATE,
        _page,
        _state_now,
        _bring_back,
        _shown,
        _named,
    ),
    Act(
        "automations_stopped",
        gettext_lazy("All automations stopped"),
        url=_page,
        undo=lambda _change, by: _ignore(go_on(by=by)),
    ),
    Act(
        "automations_resumed",
        gettext_lazy("Automations resumed"),
        url=_page,
        undo=lambda _change, by: _ignore(stop_all(by=by)),
    ),
    Act("firing_undone", gettext_lazy("Work of an automation undone"), url=_page, named=_named),
)


def register() -> None:
    for act in ACTS:
        register_act(act)
