from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.content.kinds import Filed, Kind, Planned, ThreadKind
from communities.content.managers import Reader, ThreadQuerySet
from communities.content.models import Thread
from communities.launch.features import Feature
from communities.models import Community
from tests.kinds.notes.models import NOTE, NOTES, Note


class NoteKind(Kind):
    name = NOTES
    label, label_many = _("Notes"), _("Notes")
    order = 90
    header_label = "Notes"
    header_order = 95
    features = (Feature("notes", _("Notes"), 90, frozenset({"texts"})),)
    thread_kinds = (ThreadKind(NOTE, _("Note"), awaits_replies=True, notice_of_start="note_started"),)
    path, urls = "notes", "tests.kinds.notes.urls"
    list_route, space_route, thread_route, start_route = "list-notes", "show-notes", "show-note", "write-note"
    threads_name, threads_label = "notes", _("Notes")
    reply_offers = frozenset({"follow"})
    minimum = 2
    side, beside_labels = Note, {"mood": _("Mood")}
    imports = {"notebook": NOTE}
    demo_spaces = frozenset({"notebook"})
    demo_threads = {"note": NOTE}

    def takes_replies(self, thread: Thread) -> bool:
        note = _note_of(thread)
        return note is None or note.replies_open

    def words_beside(self, thread: Thread) -> dict[str, str]:
        return dict(Note.objects.filter(thread=thread).values("mood").first() or {})

    def empty_sides(self, threads: Sequence[int]) -> None:
        Note.objects.filter(pk__in=threads).update(mood="", margin="")

    def pictures(self, community: Community, threads: ThreadQuerySet) -> dict[int, str]:
        drawn = Note.objects.filter(thread__in=threads.values("pk")).exclude(mood="")
        return {pk: f"https://pictures.example/{mood}.png" for pk, mood in drawn.values_list("pk", "mood")}

    def data_of(self, thread: Thread) -> dict[str, Any]:
        note = _note_of(thread)
        return super().data_of(thread) | {"mood": note.mood if note else ""}

    def planned(self, viewer: Reader, first: datetime.date, last: datetime.date) -> Iterable[Planned]:
        visible = Thread.objects.visible_to(viewer).filter(note__again_on__range=(first, last))
        for thread in visible.select_related("space", "note").order_by("note__again_on", "pk"):
            at = datetime.datetime.combine(thread.note.again_on, datetime.time(9), datetime.UTC)
            yield Planned(thread.title, thread.get_absolute_url(), at)

    def file_sides(self, filed: Sequence[Filed]) -> None:
        Note.objects.bulk_create([Note(thread=one.thread, mood=one.said.excerpt[:80]) for one in filed])

    def demo_space(self, said: Mapping[str, Any]) -> dict[str, Any]:
        return {"prompt": said.get("mood", "")}


def _note_of(thread: Thread) -> Note | None:
    return getattr(thread, "note", None)
