"""That a text of somebody’s stands in another space now."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.content.models import Space, Thread
from communities.content.signing import co_authors_of
from communities.content.viewers import viewer_for
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.notifications.services import tell
from communities.queries import local_path
from communities.signals import thread_moved


@declare
class ThreadMoved(Notice):
    name = "thread_moved"
    label = gettext_lazy("A text of yours was moved")
    heading = Heading.TEXTS
    icon = "right"
    order = 77
    question = gettext_lazy("A text of mine is moved to another space")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """As long as it stands there, and can be read."""
        if "moved_threads" not in reading.memo:
            viewer = viewer_for(reading.community, reading.membership)
            ids = {_parts(one)[0] for one in reading.lines if one.kind == self.name}
            there = Thread.objects.visible_to(viewer).filter(pk__in=ids).select_related("space")
            reading.memo["moved_threads"] = {thread.pk: thread for thread in there}
        number, space = _parts(line)
        line.moved = reading.memo["moved_threads"].get(number)
        return line.moved is not None and line.moved.space_id == space

    def sentence(self, line: Line) -> str:
        thread = _thread(line)
        if thread is None:
            return str(self.label)
        return _("“%(title)s” is now in %(space)s") % {"title": thread.title, "space": thread.space.name}

    def words(self, line: Line) -> Words:
        lead = _("Links to it still work, and everything said in it has moved with it.")
        return Words(lead, _("See the text"), _("You have signed this text."))


@receiver(thread_moved, dispatch_uid="notifications.thread_moved")
def tell_its_authors(
    sender: type[Thread], thread: Thread, by: Membership, source: Space, **_extra: Any
) -> None:
    """All who have signed it, but for whoever moves it."""
    own = [thread.author_id] if thread.author_id is not None else []
    told = sorted({*own, *co_authors_of([thread.pk]).get(thread.pk, ())} - {by.pk})
    if not told or not thread.is_published:
        return
    # The moment makes each time one of its own: what comes back is told, too.
    occasion = f"{thread.pk} {thread.space_id} {timezone.now().isoformat()}"
    tell(ThreadMoved, told, About(actor=by, path=local_path(thread.get_absolute_url()), occasion=occasion))


def _parts(line: Line) -> tuple[int, int]:
    number, _gap, rest = line.occasion.partition(" ")
    space = rest.partition(" ")[0]
    return (int(number) if number.isdecimal() else 0), (int(space) if space.isdecimal() else 0)


def _thread(line: Line) -> Thread | None:
    if not hasattr(line, "moved"):
        line.moved = Thread.objects.select_related("space").filter(pk=_parts(line)[0]).first()
    found: Thread | None = line.moved
    return found
