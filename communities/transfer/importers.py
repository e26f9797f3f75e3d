"""Formats that can be imported: each is one folder and a line in its app's `ready`.

    register_importer(WordpressImporter())

The pages, the worker, progress, the report, stopping, going on and taking back know no format by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.functional import Promise

from communities.models import Community, Membership
from communities.registries import Registry
from communities.transfer.course import Course


class Importer:
    """One format. A subclass says its names and how a file becomes ours; whatever differs from what suits most."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    # What it brings, in a sentence, where one chooses among the formats.
    text: ClassVar[str | Promise]
    # Which file is wanted, and where to get it.
    expects: ClassVar[str | Promise]
    icon: ClassVar[str] = "download"
    order: ClassVar[int] = 50
    # Endings, for the file chooser only: what a file is, `check` finds out by its content.
    accept: ClassVar[str] = ""

    def may(self, membership: Membership) -> bool:
        """Whether somebody who may import content may import this; more than content needs more than that."""
        return True

    def form(self, community: Community, data: Mapping[str, Any] | None = None, **kwargs: Any) -> forms.Form:
        """What is asked beside the file. Its cleaned values are kept as JSON and given to `bring`."""
        return forms.Form(data, **kwargs)

    def check(self, file: Path) -> None:
        """Look at the beginning of a file that was just uploaded, for a second at most.

        Raises UnreadableExport with a sentence that says what it is instead.
        """

    def bring(self, file: Path, options: Mapping[str, Any], course: Course) -> None:
        """Read the file and write what it holds, part by part, inside `with course.part():`.

        A rehearsal is the same, taken back at the end: it differs by nothing but `course.rehearsal`, which only spares
        what no transaction takes back (files). May be called again after an interruption, with `course.done` steps
        behind it. Raises TransferError (UnreadableExport before anything is written) with a sentence.
        """
        raise NotImplementedError

    def undo(self, course: Course) -> None:
        """Take back more than what is remembered as `ImportedItem`s (threads, replies, people, tags, spaces,
        redirects, pictures), which are taken back for every format. Called before those, each part inside
        `with course.part():`; called again after an interruption, and then nothing is left of what is gone.
        """


@dataclass(frozen=True)
class ImportDoor:
    """An import that has a page of its own, and is only led to."""

    name: str
    label: Promise
    text: Promise
    url_name: str
    may: Callable[[Membership], bool]
    icon: str = "download"
    order: int = 50

    @property
    def url(self) -> str:
        return reverse(self.url_name)


importers: Registry[Importer] = Registry("importer")
doors: Registry[ImportDoor] = Registry("import with a page of its own")


def register_importer(importer: Importer) -> None:
    importers.register(importer)


def register_import_door(door: ImportDoor) -> None:
    doors.register(door)
