"""Newsletters travel with who asked for them; what is planned leaves from here, or not at all."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from communities.animation.newsletters.exceptions import NoPictures, NoWords
from communities.animation.newsletters.journal import ACTS
from communities.animation.newsletters.models import (
    Newsletter,
    NewsletterCopy,
    NewsletterSubscription,
    NewsletterVersion,
    Segment,
)
from communities.animation.newsletters.writing import BUTTON, PICK, TEXT, format_of, kept_text
from communities.content.exceptions import TextTooLong
from communities.content.models import Thread
from communities.launch.models import Stage
from communities.portable import Moved, Portable, Row, Stays, register_about, register_portable
from communities.promotions.targets import check_target

# A number that no row has.
NOBODY = 0
# What each kind of block says, beside its number.
SAID = {PICK: ("title", "path", "label", "words", "why"), BUTTON: ("label", "url")}
# All subscriptions have lower numbers: nobody is left to be laid out.
EVERYBODY = 2**63 - 1


def register() -> None:
    register_portable(
        Portable(Segment, numbers={"rule": _rule}, named=True),
        Portable(
            NewsletterSubscription,
            among={"became__isnull": True},
            why="What has become another one keeps the way of mails that were sent from here, and those stay.",
        ),
        Portable(
            Newsletter,
            blank={"look_at": None, "laid_to": EVERYBODY},
            numbers={"state": _state},
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
        acts=tuple(name for name, _label in ACTS),
    )


def _state(value: Any, _row: Row, _moved: Moved) -> str:
    """What waited is a draft there, to be planned anew; what was leaving has left, to those who had it from here."""
    state = Newsletter.State
    there = {state.PLANNED: state.DRAFT, state.SENDING: state.SENT, state.STOPPED: state.SENT}
    return str(there.get(value, value))


def _rule(value: Any, _row: Row, moved: Moved) -> Any:
    """What leads nowhere keeps a number that no row has: a condition that goes would mean more people."""
    tables = {"stages": Stage, "within": Segment, "without": Segment}
    return {
        name: [moved(tables[name], one) or NOBODY for one in said] if name in tables else said
        for name, said in (value or {}).items()
    }


def _blocks(value: Any, _row: Row, moved: Moved) -> Any:
    """As they would be kept if they were written here: an export can be written by hand, and is shown as it is."""
    return [block for one in value or () if (block := _block(one, moved)) is not None]


def _block(one: dict[str, Any], moved: Moved) -> dict[str, Any] | None:
    number = int(one["id"])
    if one["kind"] == TEXT:
        try:
            return {"id": number, **kept_text(str(one["source"]), format_of(one))}
        except (TextTooLong, NoPictures, NoWords) as error:
            raise ValueError(str(error)) from error
    target = "path" if one["kind"] == PICK else "url"
    if one["kind"] not in (PICK, BUTTON) or not _leads_somewhere(one, target):
        return None
    said = {name: str(one.get(name, "")) for name in SAID[one["kind"]]}
    if one["kind"] == PICK:
        return {"id": number, "kind": PICK, "thread": moved(Thread, one["thread"]) or NOBODY, **said}
    return {"id": number, "kind": BUTTON, **said}


def _leads_somewhere(one: dict[str, Any], target: str) -> bool:
    try:
        check_target(str(one[target]))
    except ValidationError:
        return False
    return target == "url" or str(one[target]).startswith("/")
