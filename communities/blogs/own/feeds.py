"""The feed of one member’s blog."""

from __future__ import annotations

from django.http import Http404

from communities.blogs.models import ARTICLE
from communities.blogs.own.permissions import FEATURE
from communities.blogs.own.queries import find_blog, own_spaces
from communities.content.kinds import Kind
from communities.content.models import Thread
from communities.content.viewers import Viewer
from communities.content.views.feeds import Chooser, Chosen, entries_of, register_feed_of
from communities.launch.features import is_open
from communities.models import Community


def of_owner(_kind: Kind) -> Chooser:
    def choose(community: Community, viewer: Viewer, handle: str) -> Chosen:
        is_there = is_open(community, None, FEATURE)
        blog = find_blog(own_spaces(community, viewer), handle) if is_there else None
        if blog is None:
            raise Http404
        articles = Thread.objects.visible_to(viewer).of_kind(ARTICLE).in_space(blog.space_id)
        entries = entries_of(community, viewer, articles.started_by(blog.owner_id).published_before())
        title = f"{blog.title} – {community.name}"
        return Chosen(
            f"own blog {blog.pk}", title, blog.get_absolute_url(), entries, blog.about, blog.language
        )

    return choose


def register() -> None:
    register_feed_of("owner", of_owner)
