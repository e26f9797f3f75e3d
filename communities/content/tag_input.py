"""Where tags are typed: words with commas between them, of which those that the place has are offered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy


class TagsInput(forms.TextInput):
    template_name = "content/tag_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        offered = {"autocomplete": "off", "data-tags": reverse_lazy("content:suggest-tags")}
        context: dict[str, Any] = super().get_context(name, value, offered | (attrs or {}))
        return context
