"""Programmes travel with their charters, terms, kit and thanks."""

from __future__ import annotations

from communities.animation.ambassadors.journal import OF_PROGRAMMES, OF_TERMS
from communities.animation.ambassadors.models import (
    Charter,
    KitItem,
    Programme,
    Task,
    TaskDone,
    Term,
    Thanks,
)
from communities.content.models import Space
from communities.portable import Portable, narrow_to, register_about, register_portable


def register() -> None:
    register_portable(
        Portable(Programme, named=True),
        Portable(Charter),
        Portable(Term, numbers={"spaces": narrow_to(Space)}, named=True),
        Portable(Task),
        Portable(TaskDone),
        Portable(KitItem, files=("picture", "picture_renditions")),
        Portable(Thanks),
    )
    register_about(Programme, acts=tuple(OF_PROGRAMMES))
    register_about(Term, acts=tuple(OF_TERMS))
