"""Small things that only the operator’s pages say."""

from __future__ import annotations

import datetime

from django import template
from django.utils.translation import ngettext

from communities.models import Community

register = template.Library()


@register.simple_tag
def host_of(community: Community) -> str:
    """The host that it answers to, from the domains that were fetched with it; else its path."""
    primary = [domain for domain in community.domains.all() if domain.primary]
    return primary[0].host if primary else f"/c/{community.slug}/"


@register.simple_tag
def interval(length: datetime.timedelta) -> str:
    """“10 seconds”, “5 minutes”, “6 hours”, “1 day”."""
    seconds = int(length.total_seconds())
    if seconds < 60:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    if seconds < 3600:
        return ngettext("%(n)s minute", "%(n)s minutes", seconds // 60) % {"n": seconds // 60}
    if seconds < 86400:
        return ngettext("%(n)s hour", "%(n)s hours", seconds // 3600) % {"n": seconds // 3600}
    return ngettext("%(n)s day", "%(n)s days", seconds // 86400) % {"n": seconds // 86400}
