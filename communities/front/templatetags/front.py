"""The parts of the home page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from communities.homepage import Shown
from communities.templatetags.shell import kept_section

register = template.Library()


@register.simple_tag(takes_context=True)
def home_section(context: template.Context, shown: Shown) -> SafeString:
    """`{% home_section one %}`: one section of the home page; kept by what it is made of, where it says that."""
    made_of = shown.made_of
    with context.push(section=shown.content):
        if made_of is not None:
            return kept_section(context, shown.template, *made_of)
        drawn: SafeString = _template(context, shown.template).render(context)
        return drawn


def _template(context: template.Context, name: Any) -> Any:
    """By its name, or one that is there already: what `include` takes."""
    if hasattr(name, "render"):
        return name
    assert context.template is not None
    return context.template.engine.get_template(name)
