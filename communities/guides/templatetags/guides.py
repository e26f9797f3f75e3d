"""How the text of a page whose headings are questions reaches it."""

from __future__ import annotations

from typing import Any

from django import template

from communities.content.models import Post
from communities.content.templatetags.content import body, part_of
from communities.guides.text import questions_in

register = template.Library()


@register.inclusion_tag("guides/questions.html")
def questions(post: Post, features: frozenset[str] | None = None) -> dict[str, Any]:
    """`{% questions post open_features %}`: a stored text, each heading of which opens what is below it."""
    before, found = questions_in(body(post, features))
    shown = [(one.anchor, part_of(one.asked), part_of(one.answer)) for one in found]
    return {"before": part_of(before), "questions": shown}
