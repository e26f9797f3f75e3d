"""The writing page of articles, and a reply under one."""

from __future__ import annotations

import datetime
import re
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.blogs.models import Article
from communities.blogs.services import About, Draft, goes_out_at
from communities.content.models import Post, Thread
from communities.content.services.tagging import MOST_TAGS
from communities.models import Community

BEST_TITLE, BEST_EXCERPT = 70, 160
# Drawings of static/art.svg that stand well as a cover.
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


class ArticleForm(forms.Form):
    """Everything an article is made of. Values stay what was typed until `draft()` reads them."""

    title = forms.CharField(label=_("Title"), max_length=200)
    excerpt = forms.CharField(label=_("Standfirst"), max_length=400, required=False, widget=forms.Textarea)
    body = forms.CharField(label=_("Text"), strip=False, widget=forms.Textarea, error_messages={"required": _("Write something first.")})
    body_format = forms.ChoiceField(choices=Post.Format.choices, widget=forms.HiddenInput, required=False)
    cover = forms.FileField(label=_("Picture"), required=False)
    remove_cover = forms.BooleanField(label=_("Remove the picture"), required=False)
    cover_drawing = forms.ChoiceField(label=_("Drawing"), choices=COVER_DRAWINGS, required=False)
    cover_alt = forms.CharField(label=_("What the picture shows"), max_length=300, required=False)
    focal_x = forms.IntegerField(label=_("Horizontal"), min_value=0, max_value=100, required=False)
    focal_y = forms.IntegerField(label=_("Vertical"), min_value=0, max_value=100, required=False)
    tags = forms.CharField(label=_("Tags"), max_length=600, required=False)
    co_authors = forms.CharField(label=_("Written with"), max_length=400, required=False)
    language = forms.ChoiceField(label=_("Language of the text"), required=False)
    seo_title = forms.CharField(label=_("Title in search engines"), max_length=70, required=False)
    seo_description = forms.CharField(label=_("Description in search engines"), max_length=170, required=False, widget=forms.Textarea)
    comments_open = forms.BooleanField(label=_("Members may reply"), required=False)
    day = forms.DateField(label=_("Day"), required=False)
    hour = forms.TimeField(label=_("Hour"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    then = forms.ChoiceField(choices=[(act, act) for act in ("save", "preview", "publish", "schedule")], required=False)

    def __init__(self, *args: Any, community: Community, **options: Any) -> None:
        super().__init__(*args, **options)
        self.community = community
        names = dict(forms.fields.ChoiceField(choices=Community._meta.get_field("language").choices or []).choices)
        self.fields["language"].choices = [(code, names.get(code, code)) for code in community.all_languages]  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return " ".join(str(self.cleaned_data["title"]).split())

    def clean_tags(self) -> list[str]:
        tags = [tag for tag in (" ".join(part.split()) for part in re.split(r"[,;\n]", self.cleaned_data["tags"])) if tag]
        if len(tags) > MOST_TAGS:
            raise forms.ValidationError(
                ngettext("%(most)s tag at most.", "%(most)s tags at most.", MOST_TAGS) % {"most": MOST_TAGS}
            )
        if any(len(tag) > 60 for tag in tags):
            raise forms.ValidationError(_("A tag has 60 characters at most."))
        return tags

    def clean_co_authors(self) -> list[str]:
        return [handle.lstrip("@") for handle in re.split(r"[\s,;]+", self.cleaned_data["co_authors"]) if handle.strip("@")]

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
            body_format=data["body_format"] or Post.Format.MARKDOWN,
            tags=data["tags"],
            co_authors=data["co_authors"],
            language=data["language"],
            about=about,
        )


def blank_values(community: Community, language: str) -> dict[str, Any]:
    """What the writing page starts with."""
    return {
        "submission": uuid.uuid4(),
        "body_format": Post.Format.MARKDOWN,
        "comments_open": True,
        "focal_x": 50,
        "focal_y": 50,
        "language": language or community.language,
    }


def values_of(thread: Thread, article: Article | None, body: Post, co_authors: list[str]) -> dict[str, Any]:
    """An article as the writing page shows it."""
    values: dict[str, Any] = {
        "title": thread.title,
        "body": body.body_source or body.body_html,
        "body_format": body.body_format,
        "language": thread.language,
        "version": thread.version,
        "tags": ", ".join(name for name, _slug in getattr(thread, "tag_pairs", [])),
        "co_authors": ", ".join(co_authors),
    }
    for name in ("excerpt", "cover_drawing", "cover_alt", "focal_x", "focal_y", "seo_title", "seo_description", "comments_open"):
        values[name] = getattr(article or Article(), name)
    if thread.scheduled_for is not None:
        local = timezone.localtime(thread.scheduled_for)
        values |= {"day": local.date(), "hour": local.time().replace(second=0, microsecond=0)}
    return values


class ReplyForm(forms.Form):
    body = forms.CharField(
        label=_("Your reply"), strip=False, widget=forms.Textarea, error_messages={"required": _("Write something first.")}
    )
    body_format = forms.ChoiceField(choices=Post.Format.choices, widget=forms.HiddenInput, required=False)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)


class ScheduleForm(forms.Form):
    """A day and an hour, in the community's time zone."""

    day = forms.DateField()
    hour = forms.TimeField()
