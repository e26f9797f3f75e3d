"""The bells of two memberships of one person become one: lines about the same thing are one, which tells of all."""

from __future__ import annotations

from communities.notifications.models import Notification
from members.personal import register_merger

# As many as a line remembers (`services.GROUPED`).
MOST_POSTS = 100


def register_mergers() -> None:
    register_merger("notifications.Notification.membership", move_lines)


def move_lines(kept: int, gone: int) -> None:
    """What either was told of, the person was told of; of an occasion they were told once."""
    own = Notification.objects.filter(membership=kept)
    lines = Notification.objects.filter(membership=gone)
    occasions = own.exclude(occasion="").values_list("kind", "occasion")
    for kind, occasion in occasions.filter(occasion__in=lines.values("occasion")):
        lines.filter(kind=kind, occasion=occasion).delete()
    unread = {(line.kind, line.grouping): line for line in own.unread().exclude(grouping="")}
    for line in lines.unread().exclude(grouping="").order_by("pk"):
        twin = unread.get((line.kind, line.grouping))
        if twin is not None:
            _tell_of_both(twin, line)
            line.delete()
    lines.update(membership=kept)


def _tell_of_both(kept: Notification, gone: Notification) -> None:
    older, newer = sorted((kept, gone), key=lambda line: line.created_at)
    both = set(kept.posts) & set(gone.posts)
    posts = [pk for pk in older.posts if pk not in both] + newer.posts
    kept.count, kept.posts = kept.count + gone.count - len(both), posts[-MOST_POSTS:]
    for name in ("thread", "post", "actor", "path", "created_at"):
        setattr(kept, name, getattr(newer, name))
    if kept.mailed_at is None:
        # With whichever comes first: what was to be a mail of its own makes no digest outside its hour.
        waiting = [(line.mail_due_at, line.gathered) for line in (kept, gone) if line.mail_due_at is not None]
        kept.mail_due_at, kept.gathered = min(waiting, default=(None, False))
    kept.save()
