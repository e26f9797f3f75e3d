"""Codes for the door, for templates."""

from __future__ import annotations

from django import template

from communities.events import door_codes

register = template.Library()


@register.filter
def spaced(code: str) -> str:
    """`{{ one.door_code|spaced }}`: as people read it."""
    return door_codes.spaced(code)
