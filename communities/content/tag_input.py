"""Where tags are typed: words with commas between them, of which those that the place has are offered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from communities.content.services.tagging import LONGEST_TAG, MOST_TAGS, tags_in


class TagsInput(forms.TextInput):
    template_name = "content/tag_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        offered = {"autocomplete": "off", "data-tags": reverse_lazy("content:suggest-tags")}
        context: dict[str, Any] = super().get_context(name, value, offered | (attrs or {}))
        return context


class TagsField(forms.CharField):
    """What is typed becomes a list of names. Raises ValidationError for too many, and for one that is too long."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Tags"))
        options.setdefault("required", False)
        options.setdefault("max_length", 600)
        options.setdefault("widget", TagsInput)
        options.setdefault("help_text", _("A few words, separated by commas."))
        super().__init__(**options)

    def clean(self, value: Any) -> list[str]:
        names = tags_in(super().clean(value))
        if len(names) > MOST_TAGS:
            raise ValidationError(_("%(most)s tags at most."), params={"most": MOST_TAGS})
        if any(len(name) > LONGEST_TAG for name in names):
            raise ValidationError(_("A tag has 60 characters at most."))
        return names
