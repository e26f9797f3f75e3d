"""The tag by which every page shows an announcement, or nothing."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from communities.animation.announcements.reading import key_for
from communities.animation.announcements.showing import bar_for
from communities.content.openable import may_open
from communities.languages import plain_language
from communities.templatetags.shell import piece

register = template.Library()


@register.simple_tag(takes_context=True)
def announcement_bar(context: template.Context) -> SafeString:
    """Nothing on a page outside communities, on an error page, and where nothing stands: without a query."""
    request, community = context.get("request"), context.get("community")
    if request is None or community is None or not community.announced:
        return SafeString("")
    bar = bar_for(request)
    if bar is None:
        return SafeString("")
    said = bar.said(community)
    if said["link"] and not may_open(request, bar.target):
        # The sentence is for them all the same.
        said["link"] = ""
    other = said["language"] if said["language"] != plain_language() else ""
    key = key_for(bar.id, request.membership.pk) if bar.is_for_segment else ""
    with context.push(bar=bar, said=said, lang=other, key=key, page_address=request.get_full_path()):
        return piece(context, "animation/announcements/bar.html")
