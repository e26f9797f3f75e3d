"""What a blog says of itself, and how it looks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.blogs.own.models import LONGEST_ABOUT, LONGEST_NAME, OwnBlog
from communities.blogs.own.queries import own_titles
from communities.blogs.own.services import BlogWishes
from communities.content.drawings import DRAWINGS

# As many of its articles, the newest, can be chosen to stand first.
MOST_TITLES = 100


class BlogForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("Leave it empty and the blog takes your name."),
    )
    about = forms.CharField(
        label=_("What it is about"),
        max_length=LONGEST_ABOUT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown under the name, at the top of your blog and in the list of blogs."),
    )
    band = forms.ChoiceField(label=_("Head"), choices=OwnBlog.Band.choices, widget=forms.RadioSelect)
    drawing = forms.ChoiceField(label=_("Drawing"), choices=DRAWINGS, required=False)
    pinned = forms.TypedChoiceField(
        label=_("Article shown first"), coerce=int, empty_value=None, required=False
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, blog: OwnBlog) -> None:
        names = ("name", "about", "band", "drawing", "version")
        initial = {name: getattr(blog, name) for name in names} | {"pinned": blog.pinned_id or ""}
        super().__init__(data, initial=initial)
        titles = own_titles(blog, MOST_TITLES)
        field = self.fields["pinned"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("None: the newest one")), *titles]

    def wishes(self) -> BlogWishes:
        data = self.cleaned_data
        return BlogWishes(data["name"], data["about"], data["band"], data["drawing"], data["pinned"])
