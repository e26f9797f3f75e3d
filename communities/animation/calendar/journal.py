"""What the journal knows of the calendar."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date, parse_time
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.calendar.exceptions import MovedMeanwhile
from communities.animation.calendar.models import Entry
from communities.animation.calendar.services import Plan, edit_entry, move_entry, plan_text
from communities.content.kinds import THREAD_KINDS
from communities.content.models import Space, Thread
from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.models import Membership

WORDS = {
    "title": gettext_lazy("Working title"),
    "brief": gettext_lazy("Brief"),
    "kind": gettext_lazy("Kind"),
    "step": gettext_lazy("State"),
    "day": gettext_lazy("Day"),
    "hour": gettext_lazy("Hour"),
    "owner": gettext_lazy("Who writes it"),
    "space": gettext_lazy("Space"),
    "weekday": gettext_lazy("Every"),
    "ahead": gettext_lazy("Days ahead"),
}


def _page(change: Change) -> str:
    found = Entry.objects.filter(pk=_number(change)).exists()
    return reverse("animation:show-entry", args=[change.about]) if found else ""


def _rituals(_change: Change) -> str:
    return reverse("animation:list-rituals")


def _number(change: Change) -> int:
    return int(change.about) if change.about.isdecimal() else 0


def _now(change: Change) -> Mapping[str, Any]:
    entry = Entry.objects.filter(pk=_number(change)).first()
    values = entry.values() if entry is not None else {}
    return {name: values.get(name) for name in change.after}


def _entry(change: Change) -> Entry:
    entry = Entry.objects.shown().filter(pk=_number(change)).first()
    if entry is None:
        raise MovedMeanwhile
    return entry


def _move_back(change: Change, by: Membership) -> None:
    entry = _entry(change)
    said = {"day": entry.day, "hour": entry.hour} | _read(change.before)
    move_entry(entry, said["day"], said["hour"], by=by, community=change.place_now())


def _edit_back(change: Change, by: Membership) -> None:
    entry = _entry(change)
    said = entry.values() | _read(change.before)
    plan = Plan(
        title=said["title"],
        kind=said["kind"],
        space=Space.objects.filter(pk=said["space"]).first(),
        brief=said["brief"],
        owner=Membership.objects.active().filter(pk=said["owner"]).first(),
        day=said["day"],
        hour=said["hour"],
        step=said["step"],
    )
    edit_entry(entry, plan, by=by, community=change.place_now())


def _put_back(change: Change, by: Membership) -> None:
    said = _read(change.before)
    plan = Plan(
        title=said.get("title", change.what),
        kind=said["kind"],
        space=Space.objects.filter(pk=said.get("space") or 0).first(),
        brief=said.get("brief", ""),
        owner=Membership.objects.active().filter(pk=said.get("owner") or 0).first(),
        day=said.get("day"),
        hour=said.get("hour"),
        step=said.get("step", Entry.Step.IDEA),
    )
    entry = plan_text(plan, by=by, community=change.place_now())
    noted = Membership.objects.filter(pk=said.get("created_by") or 0).first()
    # The text that it had led to stayed, and may stand in the calendar again by now.
    draft = Thread.objects.filter(pk=said.get("thread") or 0).first()
    if draft is not None and Entry.objects.filter(thread=draft).exists():
        draft = None
    Entry.objects.filter(pk=entry.pk).update(thread=draft, created_by=noted or by)


def _read(kept: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON kept it."""
    said = dict(kept)
    if said.get("day"):
        said["day"] = parse_date(said["day"])
    if said.get("hour"):
        said["hour"] = parse_time(said["hour"])
    return said


def _shown(name: str, value: Any) -> str | None:
    if name == "kind" and value in THREAD_KINDS:
        return str(THREAD_KINDS[value].label)
    if name == "step" and value in Entry.Step.values:
        return str(Entry.Step(value).label)
    if name == "weekday" and value is not None:
        return str(WEEKDAYS[value])
    if name == "hour" and value:
        return f"{datetime.time.fromisoformat(value):%H:%M}"
    if name == "owner":
        person = Membership.objects.filter(pk=value).first() if value else None
        return person.display_name if person is not None else _("Nobody yet")
    if name == "space":
        space = Space.objects.filter(pk=value).first() if value else None
        return space.name if space is not None else _("Not chosen yet")
    return None


def register() -> None:
    register_act(Act("text_planned", gettext_lazy("Text planned"), url=_page))
    register_act(
        Act("plan_edited", gettext_lazy("Planned text changed"), WORDS, _page, _now, _edit_back, _shown)
    )
    register_act(
        Act("plan_moved", gettext_lazy("Planned text moved"), WORDS, _page, _now, _move_back, _shown)
    )
    register_act(Act("plan_begun", gettext_lazy("Planned text begun"), url=_page))
    register_act(Act("plan_scheduled", gettext_lazy("Planned text scheduled"), url=_page))
    register_act(
        Act(
            "plan_deleted",
            gettext_lazy("Planned text taken out of the calendar"),
            WORDS,
            undo=_put_back,
            shown=_shown,
        )
    )
    register_act(Act("ritual_started", gettext_lazy("Ritual begun"), url=_rituals))
    register_act(Act("ritual_edited", gettext_lazy("Ritual changed"), WORDS, _rituals, shown=_shown))
    register_act(Act("ritual_paused", gettext_lazy("Ritual paused"), url=_rituals))
    register_act(Act("ritual_resumed", gettext_lazy("Ritual resumed"), url=_rituals))
    register_act(Act("ritual_ended", gettext_lazy("Ritual ended"), url=_rituals))
    register_act(Act("calendar_feed_made", gettext_lazy("Address of the calendar made")))
    register_act(Act("calendar_feed_revoked", gettext_lazy("Address of the calendar revoked")))
