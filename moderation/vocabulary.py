"""The words that columns keep: acts and outcomes that all subjects share, and those that one of them brings along.

Columns name their choices by a function, so that a new word needs no migration.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.registries import Registry


class Act(TextChoices):
    """What was decided: of whatever is judged, and measures against a person."""

    APPROVE = "approve", _("Left up")
    REFUSE = "refuse", _("Not published")
    HIDE = "hide", _("Hidden")
    REMOVE = "remove", _("Removed")
    RESTORE = "restore", _("Put back")
    WARN = "warn", _("Warning")
    MUTE = "mute", _("Read only")
    SUSPEND = "suspend", _("Suspended")
    LIFT = "lift", _("Sanction lifted")


MEASURES = frozenset({Act.WARN, Act.MUTE, Act.SUSPEND, Act.LIFT})


class Outcome(TextChoices):
    """How a case ended."""

    APPROVED = "approved", _("Left up")
    HIDDEN = "hidden", _("Hidden")
    REMOVED = "removed", _("Removed")
    REFUSED = "refused", _("Not published")
    RESTORED = "restored", _("Put back")
    WITHDRAWN = "withdrawn", _("Taken back by its author")


# What stood before stands afterwards.
LEFT_UP = frozenset({Outcome.APPROVED, Outcome.RESTORED})


@dataclass(frozen=True)
class Word:
    name: str
    label: str | Promise
    restricts: bool = True


_acts: Registry[Word] = Registry("act")
_outcomes: Registry[Word] = Registry("outcome")


def add_act(word: Word) -> None:
    """A subject's own act. Raises ValueError where another one under this name is said in other words: a decision
    is kept by the name alone."""
    _add(_acts, Act, word)


def add_outcome(word: Word) -> None:
    """How a case ends that no other subject knows. Raises ValueError as `add_act`."""
    _add(_outcomes, Outcome, word)


def _add(known: Registry[Word], shared: type[TextChoices], word: Word) -> None:
    if word.name not in shared.values:
        known.register(word)
        return
    said = shared(word.name).label
    if word.label is not said and word.label != said:
        raise ValueError(f"{word.name!r} is said as {said!r} already")


def act_choices() -> list[tuple[str, str | Promise]]:
    return [*Act.choices, *((word.name, word.label) for word in _acts)]


def outcome_choices() -> list[tuple[str, str | Promise]]:
    return [*Outcome.choices, *((word.name, word.label) for word in _outcomes)]


def act_label(name: str) -> str:
    """What a decision says it was; the name itself where its subject is not there any more."""
    return str(dict(act_choices()).get(name, name))


# What was approved of a case that waited was not there before: it is published by that.
PUBLISHED = _("Published")


def act_words(act: str, *, waited: bool) -> str:
    """What a decision was; `waited` where its case held something back until it was read."""
    return str(PUBLISHED) if waited and act == Act.APPROVE else act_label(act)


def outcome_words(outcome: str, *, waited: bool) -> str:
    """How a case ended; empty for one that is open."""
    if waited and outcome == Outcome.APPROVED:
        return str(PUBLISHED)
    return str(dict(outcome_choices()).get(outcome, outcome))


def acts_that_leave_it() -> frozenset[str]:
    """After these acts what is judged stands as it stood, or again."""
    return frozenset({Act.APPROVE, Act.RESTORE, *(word.name for word in _acts if not word.restricts)})
