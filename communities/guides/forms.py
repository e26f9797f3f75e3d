"""The writing page of pages."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from communities.content.addresses import to_shown
from communities.content.forms import BodyForm
from communities.content.models import PendingEdit, Post, Thread
from communities.fields import one_line
from communities.guides.models import guide_of
from communities.guides.services import Draft
from communities.models import Community


class PageForm(BodyForm):
    """Title, text, and how the page is shown; `arranges` for those who may put it into the menu."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        widget=forms.Textarea({"class": "title-input", "rows": 1, "placeholder": _("Title")}),
        error_messages={"required": _("Give it a title first.")},
    )
    language = forms.ChoiceField(label=_("Language of the text"), required=False)
    folds = forms.BooleanField(
        label=_("Each heading is a question that opens"),
        required=False,
        help_text=_("For answers to common questions: readers see the questions, and open one to read on."),
    )
    in_menu = forms.BooleanField(
        label=_("In the menu"),
        required=False,
        help_text=_("Linked from every page of the community, for those who may read it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    then = forms.ChoiceField(choices=[(act, act) for act in ("save", "publish")], required=False)
    keeps = False

    def __init__(
        self,
        *args: Any,
        community: Community,
        key: str = "page:new",
        arranges: bool = False,
        is_new: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(*args, key=key, headings=True, **options)
        # Pictures stand where the writer puts them.
        del self.fields["picture"], self.fields["picture_alt"]
        self.fields["body"].widget.attrs["rows"] = 16
        if not arranges:
            del self.fields["in_menu"]
        codes = community.all_languages
        if not is_new or len(codes) < 2:
            del self.fields["language"]
            return
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, get_language_info(code)["name_local"].capitalize()) for code in codes]

    def clean_title(self) -> str:
        return one_line(str(self.cleaned_data["title"]))

    def draft(self) -> Draft:
        data = self.cleaned_data
        return Draft(
            title=data["title"],
            body=data["body"],
            body_format=data["body_format"],
            language=data.get("language", ""),
            folds=data["folds"],
            in_menu=data.get("in_menu"),
        )


def blank_values(community: Community, language: str) -> dict[str, Any]:
    """The initial values of a new page."""
    return {
        "submission": uuid.uuid4(),
        "body_format": Post.Format.MARKDOWN,
        "language": language or community.language,
    }


def values_of(thread: Thread, body: Post, edit: PendingEdit | None) -> dict[str, Any]:
    """A page as its form shows it; `edit` is a change of it that waits for a moderator."""
    text, page = edit or body, guide_of(thread)
    return {
        "title": edit.beside.get("title", thread.title) if edit is not None else thread.title,
        "body": to_shown(text.body_source or text.body_html),
        "body_format": text.body_format if text.body_source else Post.Format.HTML,
        "version": thread.version,
        "folds": page.folds if page else False,
        "in_menu": page.in_menu if page else False,
    }
