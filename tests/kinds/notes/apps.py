from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "tests.kinds.notes"
    label = "notes"
    verbose_name = "Notes"

    def ready(self) -> None:
        from communities.content.kinds import register_kind
        from communities.portable import Portable, register_portable
        from tests.kinds.notes import notices, sections, subject  # noqa: F401  declaring is their import
        from tests.kinds.notes.kind import NoteKind
        from tests.kinds.notes.models import Note

        register_kind(NoteKind())
        sections.register()
        register_portable(Portable(Note))
