"""What the pages of the settings show around their own content."""

from __future__ import annotations

from django import template
from django.conf import settings

from communities.console.permissions import is_own_machine
from communities.console.place.onward import Way, way_of

register = template.Library()


@register.simple_tag(takes_context=True)
def setup_way(context: template.Context) -> Way | None:
    """On the page of a step, while the place is a draft: how far it is, and what comes next."""
    reader = context["membership"]
    return way_of(context["community"], reader, context["request"].path) if reader else None


@register.simple_tag(takes_context=True)
def mails_here(context: template.Context) -> str:
    """Where mails are read on a machine that names no mail server, for whoever sits at it; empty elsewhere."""
    if settings.EMAIL_HOST or not is_own_machine(context["request"]):
        return ""
    return f"{settings.PLATFORM_URL}/mails/"
