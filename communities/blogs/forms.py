"""The writing page of articles."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from communities.blogs.models import WORDS, Article
from communities.blogs.services import About, Draft, goes_out_at
from communities.content.addresses import to_shown
from communities.content.forms import BodyForm
from communities.content.models import PendingEdit, Post, Thread
from communities.content.tag_input import TagsField, TagsInput
from communities.dates import DayField, HourField
from communities.fields import one_line
from communities.models import Community

BEST_TITLE, BEST_EXCERPT = 70, 160
# Drawings of static/art.svg that work well as a cover.
COVER_DRAWINGS = (
    ("", _("No drawing")),
    ("sea-wide", _("Sea")),
    ("sea-hero", _("Boats")),
    ("rope", _("Rope")),
    ("block", _("Block")),
    ("chart-sea", _("Chart")),
    ("kitchen-hero", _("Kitchen")),
    ("plums", _("Plums")),
    ("pan", _("Pan")),
    ("knife", _("Knife")),
    ("bowls", _("Bowls")),
    ("arches", _("Arches")),
    ("balance", _("Scales")),
    ("columns", _("Columns")),
    ("pages", _("Pages")),
    ("paving", _("Paving")),
)


def _line(**attributes: object) -> forms.TextInput:
    return forms.TextInput({"class": "input", **attributes})


def _lines(rows: int, **attributes: object) -> forms.Textarea:
    return forms.Textarea({"class": "input", "rows": rows, **attributes})


def _counted(best: int, out: str) -> dict[str, object]:
    """Read by js/write.mjs: how many characters, of how many that are best."""
    return {"data-count": out, "data-best": best}


class RangeInput(forms.NumberInput):
    """A number set with a slider."""

    input_type = "range"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__({"class": "range", "min": 0, "max": 100, **(attrs or {})})


class ArticleForm(BodyForm):
    """Everything an article is made of. Values stay what was typed until `draft()` reads them."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        widget=forms.Textarea(
            {
                "class": "title-input",
                "rows": 2,
                "placeholder": _("Title"),
                **_counted(BEST_TITLE, "title-count"),
            }
        ),
        error_messages={"required": _("Give it a title first.")},
    )
    excerpt = forms.CharField(
        label=_("Standfirst"),
        max_length=400,
        required=False,
        widget=forms.Textarea(
            {
                "class": "stand-input",
                "rows": 2,
                "placeholder": _("Standfirst"),
                **_counted(BEST_EXCERPT, "excerpt-count"),
            }
        ),
    )
    cover = forms.FileField(
        label=_("Picture"), required=False, widget=forms.FileInput({"class": "input", "accept": "image/*"})
    )
    remove_cover = forms.BooleanField(label=_("Remove the picture"), required=False)
    cover_drawing = forms.ChoiceField(
        label=_("Or a drawing"),
        choices=COVER_DRAWINGS,
        required=False,
        widget=forms.Select({"class": "input"}),
    )
    cover_alt = forms.CharField(
        label=_("Description of the picture"), max_length=300, required=False, widget=_line()
    )
    focal_x = forms.IntegerField(
        label=_("Horizontal"),
        min_value=0,
        max_value=100,
        required=False,
        widget=RangeInput(),
    )
    focal_y = forms.IntegerField(
        label=_("Vertical"),
        min_value=0,
        max_value=100,
        required=False,
        widget=RangeInput(),
    )
    tags = TagsField(widget=TagsInput(attrs=_line().attrs))
    seo_title = forms.CharField(
        label=_("Title in search engines"),
        max_length=70,
        required=False,
        widget=_line(**{"data-serp": "title"}),
    )
    seo_description = forms.CharField(
        label=_("Description in search engines"),
        max_length=170,
        required=False,
        widget=_lines(3, **{"data-serp": "description"}),
    )
    comments_open = forms.BooleanField(label=_("Members may reply"), required=False)
    day = DayField(label=_("Day"), required=False)
    hour = HourField(label=_("Hour"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    keeps = False
    then = forms.ChoiceField(
        choices=[(act, act) for act in ("save", "preview", "publish", "schedule", "submit", "authors")],
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        community: Community,
        key: str = "article:new",
        tagged: bool = True,
        **options: Any,
    ) -> None:
        """`tagged` where there are tags."""
        super().__init__(*args, key=key, headings=True, **options)
        if not tagged:
            del self.fields["tags"]
        # Pictures stand where the writer puts them, or above as the cover.
        del self.fields["picture"], self.fields["picture_alt"]
        self.community = community
        self.fields["body"].widget.attrs["rows"] = 16
        choices = [
            (code, get_language_info(code)["name_local"].capitalize()) for code in community.all_languages
        ]
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of the text"),
            required=False,
            choices=choices,
            widget=forms.Select({"class": "input"}),
        )

    def clean_title(self) -> str:
        return one_line(str(self.cleaned_data["title"]))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("then") != "schedule":
            return data
        if not data.get("day") or not data.get("hour"):
            if not {"day", "hour"} & self.errors.keys():
                self.add_error("day", _("Choose a day and an hour."))
        elif self.goes_out() <= timezone.now():
            self.add_error("day", _("The date must be after now."))
        return data

    def goes_out(self) -> datetime.datetime:
        return goes_out_at(self.cleaned_data["day"], self.cleaned_data["hour"], self.community.zone)

    def draft(self) -> Draft:
        data = self.cleaned_data
        about = About(
            excerpt=data["excerpt"],
            cover_drawing=data["cover_drawing"],
            cover_alt=data["cover_alt"],
            focal_x=50 if data["focal_x"] is None else data["focal_x"],
            focal_y=50 if data["focal_y"] is None else data["focal_y"],
            seo_title=data["seo_title"],
            seo_description=data["seo_description"],
            comments_open=data["comments_open"],
        )
        return Draft(
            title=data["title"],
            body=data["body"],
            body_format=data["body_format"],
            tags=data.get("tags", ()),
            language=data["language"],
            about=about,
        )


def blank_values(community: Community, language: str) -> dict[str, Any]:
    """The initial values of the writing page."""
    return {
        "submission": uuid.uuid4(),
        "body_format": Post.Format.MARKDOWN,
        "comments_open": True,
        "focal_x": 50,
        "focal_y": 50,
        "language": language or community.language,
    }


def values_of(thread: Thread, article: Article | None, body: Post) -> dict[str, Any]:
    """An article as the writing page shows it."""
    values: dict[str, Any] = {
        "title": thread.title,
        "body": to_shown(body.body_source or body.body_html),
        "body_format": body.body_format,
        "language": thread.language,
        "version": thread.version,
        "tags": ", ".join(name for name, _slug in getattr(thread, "tag_pairs", [])),
    }
    for name in (
        "excerpt",
        "cover_drawing",
        "cover_alt",
        "focal_x",
        "focal_y",
        "seo_title",
        "seo_description",
        "comments_open",
    ):
        values[name] = getattr(article or Article(), name)
    if thread.scheduled_for is not None:
        local = timezone.localtime(thread.scheduled_for)
        values |= {"day": local.date(), "hour": local.time().replace(second=0, microsecond=0)}
    return values


def values_of_edit(edit: PendingEdit) -> dict[str, Any]:
    """A change that waits for a moderator, as the starting point of the writing page."""
    values = {"body": to_shown(edit.body_source or edit.body_html), "body_format": edit.body_format}
    if "title" in edit.beside:
        values["title"] = edit.beside["title"]
    if "tags" in edit.beside:
        values["tags"] = ", ".join(edit.beside["tags"])
    about = edit.beside.get("about", {})
    return values | {name: text for name, text in about.items() if name in WORDS}


class ScheduleForm(forms.Form):
    """A date and time, in the community's time zone."""

    day = DayField(label=_("Day"))
    hour = HourField(label=_("Hour"))
