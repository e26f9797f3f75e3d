"""Calls travel with what was sent to them, its scores and its steps. Files do not: they were sent to this team."""

from __future__ import annotations

from communities.calls.models import Application, ApplicationFile, Call, Evaluation, Juror, Step, Worth
from communities.portable import Portable, Stays, register_portable


def register() -> None:
    register_portable(
        Portable(Call),
        Portable(Juror),
        Portable(Application, named=True),
        Portable(Evaluation),
        Portable(Step),
        Stays(Worth, why="Added up anew from the applications that arrive."),
        Stays(ApplicationFile, why="Sent to this team for its eyes and those of its jury alone."),
    )
