"""The field for writing a body: a plain text area for everybody, a rich editor where scripts run."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpResponseBase
from django.templatetags.static import static
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.content.editor import settings_address
from communities.content.models import Post, Space

# Fields that the preview page writes itself.
PREVIEW_ONLY = frozenset({"csrfmiddlewaretoken", "body", "body_format", "form_action"})
# Read by the editor's script: the submission with this number has arrived, its kept draft can go.
SENT_COOKIE = "sent"


class BodyWidget(forms.Textarea):
    """A text area that the editor's script takes over; `body_format` says which of the two wrote.

    `key` names what is written, so that a kept draft comes back in its place ("reply:42"); `headings` offers
    headings, for articles. `keeps` offers to keep it unsent, where its form has no such button of its own. With
    `words_only` no pictures are offered. `preview` is the address that renders it where posts are not meant: without
    scripts its form shows the preview by itself. With `at_once` the editor opens before anybody reaches for it.
    """

    template_name = "content/editor.html"
    keeps_itself = True

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        key: str = "",
        headings: bool = False,
        keeps: bool = False,
        words_only: bool = False,
        preview: str = "",
        at_once: bool = False,
    ) -> None:
        super().__init__({"rows": 6, **(attrs or {})})
        self.key = key
        self.headings = headings
        self.keeps = keeps
        self.words_only = words_only
        self.preview = preview
        self.at_once = at_once

    def use_required_attribute(self, initial: Any) -> bool:
        # The browser would complain about a text area that the editor hides.
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        is_markup = str(value or "").lstrip().startswith("<")
        if self.at_once or is_markup:
            # A text of the rich editor is unreadable markup in a plain text area, so the editor loads at once, not on
            # focus.
            context["widget"]["attrs"]["data-eager"] = True
        context["editor"] = {
            "key": self.key,
            "headings": self.headings,
            "words_only": self.words_only,
            "is_markup": is_markup,
            "settings": settings_address(),
            "start": static("js/editor/start.mjs"),
            "own_preview": self.preview,
            "kept": static("js/kept.mjs"),
            "preview": reverse("content:preview-post"),
            "keep": f"{reverse('content:keep-unsent')}?{urlencode({'about': self.key})}",
            "keeps": self.keeps,
        }
        return context


class BodyField(forms.CharField):
    """Text as it was typed; rendered by the services."""

    widget = BodyWidget

    def __init__(self, *, key: str = "", headings: bool = False, **options: Any) -> None:
        options.setdefault("label", _("Text"))
        options.setdefault("widget", BodyWidget(key=key, headings=headings))
        options.setdefault("error_messages", {"required": _("Write something first.")})
        super().__init__(strip=False, **options)


class FallbackInput(forms.FileInput):
    """For those without scripts: the editor sends pictures and files by itself."""

    is_fallback = True


class UploadForm(forms.Form):
    """A picture or file on its way in; what may enter is decided by `images` and `documents`."""

    file = forms.FileField(label=_("Picture"), error_messages={"required": _("Choose a picture first.")})
    alt = forms.CharField(label=_("Description of the picture"), max_length=300, required=False)


class RemotePictureForm(forms.Form):
    """A picture of another site that somebody wants to have in a text."""

    address = forms.CharField(max_length=2000)
    alt = forms.CharField(max_length=300, required=False)


class PreviewForm(forms.Form):
    body = BodyField()
    body_format = forms.ChoiceField(choices=Post.Format.choices, widget=forms.HiddenInput)


class BodyForm(forms.Form):
    """Base of every form that writes a post: the text, how it was written, a picture or file for forms without
    script, and a number that makes a second sending harmless.

    Give `key` so that a kept draft returns to its place. Show it with `enctype="multipart/form-data"`.
    """

    body = BodyField()
    body_format = forms.ChoiceField(
        choices=Post.Format.choices,
        widget=forms.HiddenInput,
        initial=Post.Format.MARKDOWN,
        required=False,
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    # The unsent text that this form keeps, and the state of it that the page knows.
    unsent = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)
    # Or a document: what was sent says by itself which of the two it is.
    picture = forms.FileField(
        label=_("Picture or file"),
        required=False,
        widget=FallbackInput(attrs={"class": "input"}),
    )
    picture_alt = forms.CharField(
        label=_("Description of the picture"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "input"}),
    )

    # As their pages have them, so that what is wrong is listed from top to bottom.
    field_order: Sequence[str] | None = ("title", "excerpt", "body")
    # Whether it offers to keep the text unsent: not where another button of it keeps a draft.
    keeps = True

    def __init__(self, *args: Any, key: str = "", headings: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        widget = self.fields["body"].widget
        if isinstance(widget, BodyWidget):
            widget.key, widget.headings, widget.keeps = key, headings, self.keeps

    def add_error(self, field: str | None, error: Any) -> None:
        """A browser sends no file a second time by itself: whoever gets the form back is told to choose it again."""
        super().add_error(field, error)
        sent = "picture" in self.fields and self.files.get(self.add_prefix("picture"))
        if sent and not self.has_error("picture"):
            super().add_error("picture", _("Choose the file again: it was not sent."))

    def clean_body_format(self) -> str:
        return self.cleaned_data["body_format"] or Post.Format.MARKDOWN.value


def suit_space(form: forms.Form, space: Space) -> None:
    """What a form that starts something says of its space: the prompt in the empty text, what its text begins with, the
    tags it asks for."""
    form.fields["body"].widget.attrs["placeholder"] = space.prompt
    begins = not form.is_bound and not form.initial.get("body")
    if space.template and begins and form.initial.get("body_format") != Post.Format.HTML:
        form.initial["body"] = space.template
    if space.required_tags and "tags" in form.fields:
        names = get_text_list(list(space.required_tags), gettext("or"))
        form.fields["tags"].help_text = gettext("At least one of these: %(names)s.") % {"names": names}


_Answer = TypeVar("_Answer", bound=HttpResponseBase)


def mark_sent(response: _Answer, submission: uuid.UUID | None) -> _Answer:
    """Tells the editor's script that this submission arrived, so that it discards its local draft."""
    if submission is not None:
        response.set_cookie(
            SENT_COOKIE, str(submission), max_age=600, secure=settings.SECURE, samesite="Lax", path="/"
        )
    return response
