"""What of the last days could stand in a newsletter, each with the reason; as far as everybody may read it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.content.kinds import THREAD_KINDS
from communities.content.models import Thread
from communities.content.viewers import public_viewer
from communities.models import Community
from communities.queries import local_path

# Of a quiet week there is little; what is older than a month is no news.
WEEK, MONTH = datetime.timedelta(days=7), datetime.timedelta(days=30)
MOST, LOOKED_AT = 6, 60
# A reaction is a press, a reply is work; an answer that was accepted helps whoever reads it.
REPLY, REACTION, SOLVED = 3, 1, 5


@dataclass(frozen=True)
class Pick:
    """One text, as it would stand in a newsletter, and why it is proposed."""

    thread: int
    title: str
    path: str
    label: str
    why: str
    icon: str = ""

    def as_block(self) -> dict[str, Any]:
        return {
            "thread": self.thread,
            "title": self.title,
            "path": self.path,
            "label": self.label,
            "why": self.why,
            "words": "",
        }


def proposed(community: Community, *, without: Iterable[int] = ()) -> list[Pick]:
    """The best of the last seven days; of thirty, where the week was quiet. At most two queries."""
    taken = set(without)
    found = _best(community, WEEK, taken)
    return found if len(found) >= MOST // 2 else _best(community, MONTH, taken)


def pick_of(community: Community, number: int) -> Pick | None:
    """A text that everybody may read, whether it was proposed or not."""
    thread = (
        Thread.objects.visible_to(public_viewer(community)).select_related("space").filter(pk=number).first()
    )
    return _pick(thread, _reason(thread)) if thread is not None else None


def readable(community: Community, numbers: Iterable[int]) -> dict[int, bool]:
    """Those of the texts that everybody may read now, each with whether it was written for a reward."""
    rows = Thread.objects.visible_to(public_viewer(community)).filter(pk__in=list(numbers))
    return dict(rows.values_list("pk", "rewarded"))


def _best(community: Community, back: datetime.timedelta, taken: set[int]) -> list[Pick]:
    score = REPLY * F("reply_count") + REACTION * F("reaction_count")
    rows = (
        Thread.objects.visible_to(public_viewer(community))
        .filter(published_at__gte=timezone.now() - back)
        .exclude(pk__in=taken)
        .select_related("space")
        .annotate(score=score)
        .order_by("-score", "-published_at", "-pk")[:LOOKED_AT]
    )
    best = sorted(rows, key=lambda one: one.score + (SOLVED if one.solved else 0), reverse=True)
    return [_pick(one, _reason(one)) for one in best[:MOST]]


def _pick(thread: Thread, why: str) -> Pick:
    kind = THREAD_KINDS[thread.kind]
    return Pick(
        thread=thread.pk,
        title=thread.title,
        path=local_path(thread.get_absolute_url()),
        label=str(kind.label),
        why=why,
        icon=kind.kind.icon,
    )


def _reason(thread: Thread) -> str:
    """In words and figures; of a text to which nobody has answered, where it stands."""
    said = []
    replies, reactions = thread.reply_count, thread.reaction_count
    if thread.solved:
        said.append(_("has an accepted answer"))
    if replies:
        said.append(ngettext("%(n)s reply", "%(n)s replies", replies) % {"n": replies})
    if reactions:
        said.append(ngettext("%(n)s reaction", "%(n)s reactions", reactions) % {"n": reactions})
    return ", ".join(said) or _("new in “%(space)s”") % {"space": thread.space.name}
