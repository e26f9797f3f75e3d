"""The words of acts: what a button says depends on what waits behind it, and what a line of the journal tells."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from communities.content.models import State
from communities.models import Community
from moderation.models import AuditEvent, Case, Decision, Sanction

# What one tried to do, for the page that says that somebody else was first.
ACT_LABELS = {
    "approve": gettext_lazy("Let it be read"),
    "hide": gettext_lazy("Hide"),
    "remove": gettext_lazy("Remove"),
    "refuse": gettext_lazy("Do not publish"),
    "clear": gettext_lazy("Clear the profile"),
    "restore": gettext_lazy("Restore"),
}


def time_left(until: datetime.datetime) -> str:
    """How long one has still: “40 min”, “3 h”, “2 days”."""
    minutes = max(int((until - timezone.now()).total_seconds() // 60), 1)
    if minutes < 60:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d h", "%(n)d h", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}


@dataclass(frozen=True)
class Act:
    name: str
    label: str | Promise
    key: str
    about: str | Promise = ""
    bad: bool = False


def act_labels(case: Case, acts: list[str]) -> list[Act]:
    """The acts possible now as choices, each with its key and what it does."""
    if case.person is not None:
        return [_PROFILE_ACTS[name] for name in acts]
    hidden = case.post is not None and case.post.state == State.HIDDEN
    waits = case.kind in (Case.Kind.HELD, Case.Kind.EDIT)
    approve = _("Publish") if waits else pgettext("verb", "Put back") if hidden else _("Leave up")
    gone = _("A line says that it was here.")
    refused = _("The former text stays.") if case.kind == Case.Kind.EDIT else _("Only its author keeps it.")
    known = {
        "approve": Act("approve", approve, "a"),
        "hide": Act("hide", _("Keep hidden") if hidden else _("Hide"), "h", _("It can come back as it was.")),
        "remove": Act("remove", _("Remove"), "r", gone, bad=True),
        "refuse": Act("refuse", _("Do not publish"), "r", refused, bad=True),
        "restore": Act("restore", _("Restore"), "a", _("With its date and its replies.")),
    }
    return [known[name] for name in acts]


_PROFILE_ACTS = {
    "approve": Act("approve", gettext_lazy("Leave it as it is"), "a"),
    "clear": Act(
        "clear",
        gettext_lazy("Clear the profile"),
        "r",
        gettext_lazy("Name and handle stay; the rest can be put back."),
        bad=True,
    ),
    "restore": Act(
        "restore", gettext_lazy("Restore"), "a", gettext_lazy("What was cleared, where nothing new stands.")
    ),
}


def tells_author(decision: Decision, case: Case) -> bool:
    """A text that nobody held back is left up without a word to its author; every other decision is told."""
    return decision.act != Decision.Act.APPROVE or case.kind in (Case.Kind.HELD, Case.Kind.EDIT)


@dataclass(frozen=True)
class Chip:
    """One kind of case as a filter of the queue."""

    name: str
    label: str
    count: int


_REPORTS = frozenset({"report_post", "report_member"})


@dataclass(frozen=True)
class Line:
    """One line of the journal in words."""

    at: datetime.datetime
    what: str
    who: str
    ref: str
    detail: str

    @classmethod
    def of(cls, event: AuditEvent, *, sees_reporters: bool) -> Line:
        hidden = event.act in _REPORTS and not sees_reporters
        return cls(event.created_at, _what(event), "" if hidden else _who(event), _ref(event), _detail(event))


def _ref(event: AuditEvent) -> str:
    return event.case.ref if event.case else ""


def _who(event: AuditEvent) -> str:
    if event.actor is not None:
        return event.actor.display_name or event.actor.handle
    return _("somebody without an account") if event.act in _REPORTS else ""


def _what(event: AuditEvent) -> str:
    if event.act == "decide_case":
        return _("Decided: %(act)s") % {"act": Decision.Act(event.after).label}
    if event.act == "sanction_member":
        return _("Measure: %(kind)s") % {"kind": Sanction.Kind(event.after).label}
    return {
        "open_case": _("Case opened"),
        "claim_case": _("Taken in hand"),
        "take_over_case": _("Taken over"),
        "release_case": _("Let go"),
        "withdraw_case": _("Taken back by its author"),
        "hide_post": _("Hidden by the rule, until a person has read it"),
        "report_post": _("Reported"),
        "report_member": _("Reported"),
        "lift_sanction": _("Measure ended"),
        "set_mode": _("Mode changed"),
        "add_watch_word": _("Word watched"),
        "delete_watch_word": _("Word watched no more"),
    }.get(event.act, event.act)


def _mode(name: str) -> str:
    return str(Community.Mode(name).label) if name in Community.Mode.values else name or _("As the community")


def _detail(event: AuditEvent) -> str:
    """What it was about, where the line itself does not say: a space, a word, a person."""
    if event.act == "set_mode":
        before, after = (_mode(name) for name in (event.before, event.after))
        return f"{event.subject} {before} → {after}".strip()
    return event.subject if event.act in ("add_watch_word", "delete_watch_word", "lift_sanction") else ""


def headline_of(decision: Decision) -> str:
    """What happened, at the top of a statement of reasons."""
    if decision.act == Decision.Act.RESTORE and _is_about_page(decision):
        return _("Your profile is back")
    return {
        Decision.Act.REFUSE: _("Your text was not published"),
        Decision.Act.HIDE: _("Your text is hidden"),
        Decision.Act.REMOVE: _("Your text was removed"),
        Decision.Act.CLEAR: _("Your profile was cleared"),
        Decision.Act.RESTORE: _("Your text is back in its place"),
        Decision.Act.WARN: _("A warning"),
        Decision.Act.MUTE: _("You can read but not write for a while"),
        Decision.Act.SUSPEND: _("Your account is suspended for a while"),
    }.get(Decision.Act(decision.act), str(decision.get_act_display()))


def effect_of(decision: Decision) -> str:
    """What it changes for the person, and what stays."""
    still = _("Your account is not touched: you can read and write.")
    if decision.act == Decision.Act.RESTORE and _is_about_page(decision):
        return _("We were wrong. What your profile said is back. Our apologies.")
    return {
        Decision.Act.REFUSE: _("Only you can see the text.") + " " + still,
        Decision.Act.HIDE: _("Readers see a line in its place, until it is decided again.") + " " + still,
        Decision.Act.REMOVE: _("Readers do not see the text any more.") + " " + still,
        Decision.Act.CLEAR: _("Your page keeps your name and handle; picture and words are taken away.")
        + " "
        + still,
        Decision.Act.RESTORE: _("We were wrong. It has its date and its replies again. Our apologies."),
        Decision.Act.WARN: _("Nothing is taken away. The warning is kept, and weighs if it happens again."),
        Decision.Act.MUTE: _("You read as before, but do not write or react until the date below."),
        Decision.Act.SUSPEND: _("You read as before, but do not write or react until the date below."),
    }.get(Decision.Act(decision.act), still)


def _is_about_page(decision: Decision) -> bool:
    return decision.case is not None and decision.case.person_id is not None
