"""What becomes of members’ own blogs when all that stands in their space goes to another one."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from communities.blogs.own.models import OwnBlog
from communities.blogs.own.permissions import holds_own
from communities.content.models import Space
from communities.signals import space_emptied


def follow_articles(sender: type[Space], source: Space, target: Space, **_extra: Any) -> None:
    """Blogs go where their articles are, with name, look and followers. Where no such blogs are held, they stay, and
    come along once their owner starts anew elsewhere."""
    if holds_own(source) and holds_own(target):
        OwnBlog.objects.filter(space=source).update(space=target, version=F("version") + 1)


def connect() -> None:
    space_emptied.connect(follow_articles, dispatch_uid="blogs.space_emptied")
