"""The field for writing a body, and the base of every form that writes a post."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from communities.content.models import Post


class BodyField(forms.CharField):
    """Text as it was typed; rendered by the services."""

    def __init__(self, *, key: str = "", headings: bool = False, **options: Any) -> None:
        options.setdefault("label", _("Text"))
        options.setdefault("widget", forms.Textarea({"rows": 6}))
        options.setdefault("error_messages", {"required": _("Write something first.")})
        super().__init__(strip=False, **options)


class BodyForm(forms.Form):
    """The text, how it was written, and a number that makes a second sending harmless."""

    body = BodyField()
    body_format = forms.ChoiceField(
        choices=Post.Format.choices, widget=forms.HiddenInput, initial=Post.Format.MARKDOWN, required=False
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, key: str = "", headings: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)

    def clean_body_format(self) -> str:
        return self.cleaned_data["body_format"] or Post.Format.MARKDOWN.value


def mark_sent(response: HttpResponseBase, submission: uuid.UUID | None) -> HttpResponseBase:
    """Tells the editor's script that this submission arrived."""
    return response
