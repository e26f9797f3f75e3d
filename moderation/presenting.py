"""The wording around cases: the lines of the journal, and the head of a statement of reasons."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.journal.sources import role_words
from communities.models import Community
from moderation.models import AuditEvent, Case, Decision, Sanction
from moderation.subjects.acts import Act
from moderation.subjects.base import subject_of
from moderation.vocabulary import act_words


def time_left(until: datetime.datetime) -> str:
    """How much time is left: “40 min”, “3 h”, “2 days”."""
    minutes = max(int((until - timezone.now()).total_seconds() // 60), 1)
    if minutes < 60:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d h", "%(n)d h", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}


def tells_author(decision: Decision, case: Case) -> bool:
    """If something that was never held is left up, its author is not told; of every other decision they are."""
    return decision.act != Decision.Act.APPROVE or case.waited


@dataclass(frozen=True)
class Chip:
    """One kind of case as a filter of the queue."""

    name: str
    label: str
    count: int


@dataclass(frozen=True)
class Line:
    """One line of the journal in words."""

    at: datetime.datetime
    what: str
    who: str
    # As what they did it; hidden with who it was.
    role: str
    ref: str
    detail: str

    @classmethod
    def of(cls, event: AuditEvent, *, sees_reporters: bool) -> Line:
        hidden = _is_report(event) and not sees_reporters
        who, role = ("", "") if hidden else (_who(event), role_words(event.actor_role))
        return cls(event.created_at, _what(event), who, role, _ref(event), _detail(event))


def _is_report(event: AuditEvent) -> bool:
    return event.act.startswith("report_")


def _ref(event: AuditEvent) -> str:
    return event.case.ref if event.case else ""


def _who(event: AuditEvent) -> str:
    if event.actor is not None:
        return event.actor.display_name or event.actor.handle
    return _("somebody without an account") if _is_report(event) else ""


def _what(event: AuditEvent) -> str:
    if event.act == "decide_case":
        waited = event.case is not None and event.case.waited
        return _("Decided: %(act)s") % {"act": act_words(event.after, waited=waited)}
    if event.act == "sanction_member":
        return _("Sanction: %(kind)s") % {"kind": Sanction.Kind(event.after).label}
    if _is_report(event):
        return _("Reported")
    if event.act.startswith("hide_"):
        return _("Hidden by the rule, until a person has read it")
    return {
        "open_case": _("Case opened"),
        "claim_case": _("Case taken"),
        "take_over_case": _("Taken over"),
        "release_case": _("Released"),
        "withdraw_case": _("Taken back by its author"),
        "lift_sanction": _("Sanction lifted"),
        "set_mode": _("Mode changed"),
        "add_watch_word": _("Word added"),
        "delete_watch_word": _("Word removed"),
    }.get(event.act, event.act)


def _mode(name: str) -> str:
    return (
        str(Community.Mode(name).label)
        if name in Community.Mode.values
        else name or _("Same as the community")
    )


def _detail(event: AuditEvent) -> str:
    """What it was about, where the line itself does not say: a space, a word, a person."""
    if event.act == "set_mode":
        before, after = (_mode(name) for name in (event.before, event.after))
        return f"{event.subject} {before} → {after}".strip()
    return event.subject if event.act in ("add_watch_word", "delete_watch_word", "lift_sanction") else ""


# What is said of a measure: what happened, and what it changes.
_MEASURES = {
    Decision.Act.WARN: (
        gettext_lazy("A warning"),
        gettext_lazy("Nothing is removed. The warning stays on record and counts if it happens again."),
    ),
    Decision.Act.MUTE: (
        gettext_lazy("You can read but not write for a while"),
        gettext_lazy("You read as before, but do not write or react until the date below."),
    ),
    Decision.Act.SUSPEND: (
        gettext_lazy("Your account is suspended for a while"),
        gettext_lazy("You read as before, but do not write or react until the date below."),
    ),
}


def _act_of(decision: Decision) -> Act | None:
    """The row of its subject's table; None for a measure."""
    return subject_of(decision.case).act(decision.act) if decision.case else None


def headline_of(decision: Decision) -> str:
    """What happened, at the top of a statement of reasons."""
    if decision.act in _MEASURES:
        return str(_MEASURES[Decision.Act(decision.act)][0])
    act = _act_of(decision)
    return str((act.headline if act else "") or decision.act_words)


def effect_of(decision: Decision) -> str:
    """What it changes for the person, and what stays."""
    if decision.act in _MEASURES:
        return str(_MEASURES[Decision.Act(decision.act)][1])
    act = _act_of(decision)
    said = [str(act.effect)] if act and act.effect else []
    if not said or decision.restricts:
        said.append(_("Your account is not touched: you can read and write."))
    return " ".join(said)


def advice_of(decision: Decision) -> str:
    """What the person can do about what was decided, beside asking again."""
    act = _act_of(decision)
    return str(act.advice) if act else ""
