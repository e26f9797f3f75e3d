"""What followers of a notebook are told."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.launch.features import is_open_to
from communities.models import Membership
from communities.notices import About, Heading, Line, declare
from communities.notifications.notices import PostNotice, actor_of
from tests.kinds.notes.models import NOTES


@declare
class NoteStarted(PostNotice):
    name = "note_started"
    label = gettext_lazy("Note")
    heading = Heading.FOLLOWED
    icon = "talk"
    order = 15
    question = "Somebody leaves a note in a notebook that I follow"
    act = gettext_lazy("Read on")
    why = gettext_lazy("You follow this space.")

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, NOTES)

    def group(self, about: About) -> str:
        """Notes are short and many: those of one notebook are one line."""
        return f"notebook {about.thread.space_id}"

    def sentence(self, line: Line) -> str:
        if line.count == 1:
            return f"{actor_of(line)} left a note: {line.thread.title}"
        return f"{line.count} new notes in {line.thread.space.name}, the latest: {line.thread.title}"

    def subject(self, line: Line) -> str:
        return _("New in %(space)s: {title}") % {"space": line.thread.space.name}
