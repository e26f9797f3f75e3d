"""Lines about the launch: a part has opened or is paused, and what the plan asks of those who run it.

A file of its own, as what they say depends on no text, and who may still read them on the plan and not on a post.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from communities.launch.audiences import audience_of, would_be_inside
from communities.launch.features import open_features
from communities.launch.permissions import can_edit_plan
from communities.models import Community, Membership
from communities.notifications.models import Notification

_Kind = Notification.Kind
# For those who run the plan.
NOTES = {
    "opened": _Kind.STAGE_OPENED,
    "ready": _Kind.STAGE_READY,
    "due": _Kind.STAGE_DUE,
    "alarm": _Kind.STAGE_ALARM,
}
TEAM_KINDS = frozenset({_Kind.STAGE_READY, _Kind.STAGE_DUE, _Kind.STAGE_ALARM})
ICONS = {
    _Kind.STAGE_OPENED.value: "door",
    _Kind.STAGE_PAUSED.value: "pause",
    _Kind.STAGE_READY.value: "check",
    _Kind.STAGE_DUE.value: "clock",
    _Kind.STAGE_ALARM.value: "alert",
}


def may_still_hear(row: Notification, community: Community, reader: Membership) -> bool:
    """A line about a part that is closed to its reader by now is not there any more."""
    assert row.stage is not None  # only lines about a stage are asked about
    if can_edit_plan(reader):
        return True
    if row.kind == _Kind.STAGE_OPENED:
        return row.stage.is_open and set(row.stage.features) <= open_features(community, reader)
    if row.kind == _Kind.STAGE_PAUSED:
        return row.stage.has_effect and would_be_inside(
            community.launch, row.stage.compiled(), audience_of(reader)
        )
    return False


def stage_sentence(row: Notification) -> str:
    """What happened, in one line; also the subject of the mail."""
    assert row.stage is not None  # as above
    words = {"name": ", ".join(row.stage.feature_labels) or row.stage.name, "stage": row.stage.name}
    patterns = {
        _Kind.STAGE_OPENED: _("%(name)s is open"),
        _Kind.STAGE_PAUSED: _("%(name)s is paused"),
        _Kind.STAGE_READY: _("Ready to open %(stage)s"),
        _Kind.STAGE_DUE: _("%(stage)s opens tomorrow"),
        _Kind.STAGE_ALARM: _("%(stage)s: look before tonight"),
    }
    return patterns[_Kind(row.kind)] % words


def stage_lead(row: Notification) -> str:
    """The first sentences of the mail: what it means, what to do."""
    assert row.stage is not None  # as above
    leads = {
        _Kind.STAGE_OPENED: row.stage.announcement,
        _Kind.STAGE_READY: _("All its gauges are green. Open it when you like."),
        _Kind.STAGE_DUE: _("It opens by itself on the planned date. Move the date if it is too early."),
        _Kind.STAGE_ALARM: _("As things are, it cannot open as planned. Its page says what is in its way."),
    }
    return leads.get(_Kind(row.kind), "")
