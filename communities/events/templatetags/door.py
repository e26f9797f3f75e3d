"""Codes for the door, for templates."""

from __future__ import annotations

from django import template

from communities.events import door_codes

register = template.Library()


@register.filter
def spaced(code: str) -> str:
    """`{{ one.door_code|spaced }}`: as people read it."""
    return door_codes.spaced(code)


@register.filter
def mark(code: str, event: int) -> str:
    """`{{ one.door_code|mark:event.pk }}`: by what a phone without a network knows it."""
    return door_codes.mark_of(event, code)
