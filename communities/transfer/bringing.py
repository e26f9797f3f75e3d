"""What the import of an old site is made of, whatever its format: put together here, once."""

from __future__ import annotations

from collections.abc import Iterable

from communities.content.kinds import kind_for_import
from communities.content.models import Thread
from communities.transfer.arrivals import NewThread
from communities.transfer.bodies import BodyRenderer
from communities.transfer.course import Course
from communities.transfer.filing import Filing
from communities.transfer.media import MediaFolder
from communities.transfer.media_tree import MediaTree
from communities.transfer.memory_of_imports import ImportMemory
from communities.transfer.models import ImportedItem
from communities.transfer.people import People
from communities.transfer.writing import ThreadWriter


class Bringing:
    """One course of an import: who came, under which words, with which pictures, and what writes it.

    Formats inherit it; they say what in their file is which thread.
    """

    def __init__(self, course: Course, memory: ImportMemory, pictures: MediaTree, *, format: str) -> None:
        self.course = course
        self.community = community = course.community
        self.report = report = course.report
        self.kind, self.thread_kind = kind_for_import(format)
        self.memory = memory
        self.people = People(memory, report)
        self.filing = Filing(memory, report)
        self.media = MediaFolder(pictures, community, memory, report)
        self.writer = ThreadWriter(
            community,
            memory,
            self.people,
            BodyRenderer(self.media.pictures),
            report,
            by=course.by,
            words=self.filing.tags,
        )

    def write(self, threads: list[NewThread]) -> None:
        """A batch of threads, and where the addresses of their pictures lead."""
        self.writer.write(threads)
        self.writer.redirect(self.media.settle(threads))

    def kept_slugs(self, keys: Iterable[str]) -> dict[str, str]:
        """The addresses of what an earlier run brought, by its key; empty where the thread is gone since."""
        known = self.memory.known(ImportedItem.Kind.THREAD, keys)
        numbers = [item.object_id for item in known.values()]
        slugs = dict(Thread.objects.filter(pk__in=numbers).values_list("pk", "slug"))
        return {key: slugs.get(int(item.object_id), "") for key, item in known.items()}
