"""Newsletters travel with who asked for them; what is planned leaves from here, or not at all."""

from __future__ import annotations

from typing import Any

from communities.animation.newsletters.models import (
    Newsletter,
    NewsletterCopy,
    NewsletterSubscription,
    NewsletterVersion,
    Segment,
)
from communities.content.models import Thread
from communities.launch.models import Stage
from communities.portable import Moved, Portable, Row, Stays, register_about, register_portable

# All subscriptions have lower numbers: nobody is left to be laid out.
EVERYBODY = 2**63 - 1


def register() -> None:
    register_portable(
        Portable(Segment, numbers={"rule": _rule}, named=True),
        Portable(NewsletterSubscription),
        Portable(
            Newsletter,
            blank={"look_at": None, "laid_to": EVERYBODY},
            named=True,
            why="A newsletter that is planned or half sent leaves from here, where it is known who has got it; there it"
            " can be planned anew, or goes to nobody.",
        ),
        Portable(NewsletterVersion, numbers={"blocks": _blocks}),
        Stays(
            NewsletterCopy,
            why="To whom this installation has sent: its mails and their links are known here only.",
        ),
    )
    register_about(
        Newsletter,
        acts=("newsletter_planned", "newsletter_taken_back", "newsletter_stopped", "newsletter_resumed"),
    )


def _rule(value: Any, _row: Row, moved: Moved) -> Any:
    tables = {"stages": Stage, "within": Segment, "without": Segment}
    return {
        name: [new for new in (moved(tables[name], one) for one in said) if new is not None]
        if name in tables
        else said
        for name, said in (value or {}).items()
    }


def _blocks(value: Any, _row: Row, moved: Moved) -> Any:
    return [
        one | {"thread": moved(Thread, one["thread"]) or 0} if one.get("kind") == "pick" else one
        for one in value or ()
    ]
