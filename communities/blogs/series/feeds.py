"""The feed of one series: its articles as they appear."""

from __future__ import annotations

from django.http import Http404

from communities.blogs.queries import readable_blogs
from communities.blogs.series.queries import find_series, parts_of
from communities.content.kinds import Kind
from communities.content.models import Thread
from communities.content.viewers import Viewer
from communities.content.views.feeds import Chooser, Chosen, entries_of, register_feed_of
from communities.models import Community


def of_series(_kind: Kind) -> Chooser:
    def choose(community: Community, viewer: Viewer, slug: str) -> Chosen:
        series = find_series(readable_blogs(community, viewer), slug)
        if series is None:
            raise Http404
        numbers = parts_of(viewer, series).order_by().values("pk")
        newest = Thread.objects.visible_to(viewer).filter(pk__in=numbers).published_before()
        entries = entries_of(community, viewer, newest)
        if not entries:
            # As its page: what holds nothing to read is not there yet.
            raise Http404
        title = f"{series.title} – {community.name}"
        address = series.get_absolute_url()
        return Chosen(f"series {series.pk}", title, address, entries, language=series.language)

    return choose


def register() -> None:
    register_feed_of("series", of_series)
