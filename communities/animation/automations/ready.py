"""Automations that are proposed where there is none yet: a sentence to begin with, to be made one’s own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.automatic import automatics, triggers


@dataclass(frozen=True)
class Ready:
    """`initial` are values of the form; words are said in the language of whoever asks."""

    name: str
    trigger: str
    act: str
    title: str | Promise
    text: str | Promise
    icon: str
    initial: Mapping[str, Any] = field(default_factory=dict)
    words: Callable[[], str] | None = None

    @property
    def can_be_made(self) -> bool:
        """Whether the rooms that it needs are here."""
        trigger, act = triggers.get(self.trigger), automatics.get(self.act)
        return trigger is not None and act is not None and act.takes(trigger)

    def values(self) -> dict[str, Any]:
        return dict(self.initial) | ({"words": self.words()} if self.words is not None else {})


READY = (
    Ready(
        "greet",
        "joined",
        "note",
        gettext_lazy("A word for newcomers"),
        gettext_lazy(
            "Everyone who joins gets a note in your words. Greeting them in person stays on your list."
        ),
        "hand",
        {"person_days": 365, "daily": 50},
        lambda: _(
            "Hello {name},\n\ngood that you are here. Have a look around, and ask whatever you want to know:"
            " somebody always answers."
        ),
    ),
    Ready(
        "unanswered",
        "unanswered",
        "assign",
        gettext_lazy("No answer for a day"),
        gettext_lazy("Whatever has had no answer for 24 hours is given to somebody, on Today."),
        "clock",
        {"when_hours": 24, "daily": 10, "person_days": 1},
    ),
    Ready(
        "thanks",
        "answer_accepted",
        "note",
        gettext_lazy("Thanks for a good answer"),
        gettext_lazy("Anyone whose answer is accepted gets a note of thanks, once a month at most."),
        "heart",
        {"person_days": 30, "daily": 20},
        lambda: _("Hello {name},\n\nyour answer has solved it. Thank you for taking the time."),
    ),
    Ready(
        "first",
        "first_text",
        "assign",
        gettext_lazy("A reply to first texts"),
        gettext_lazy("A newcomer’s first text is given to somebody to reply to."),
        "reply",
        {"daily": 20, "person_days": 365},
    ),
)


def offered() -> list[Ready]:
    return [one for one in READY if one.can_be_made]


def named(name: str) -> Ready | None:
    return next((one for one in offered() if one.name == name), None)
