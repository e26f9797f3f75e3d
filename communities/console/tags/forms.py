"""Forms of the tags."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.content.models import Tag
from communities.letters import slug_of


class TagForm(forms.Form):
    """What a tag is called, and with which others it stands."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("The former address leads to the new one, and the former word still means this tag."),
    )
    group = forms.CharField(
        label=_("Group"),
        max_length=40,
        required=False,
        help_text=_("A heading in the list of tags, such as “Products”. Empty: without one."),
        widget=forms.TextInput(attrs={"list": "groups", "autocomplete": "off"}),
    )


class WordForm(forms.Form):
    word = forms.CharField(
        label=_("Word"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class MergeForm(forms.Form):
    """Which tag takes over: typed, so that no list of thousands has to be read."""

    into = forms.CharField(
        label=_("Merge it into"),
        max_length=60,
        help_text=_("The name of the tag that stays."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, tag: Tag, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tag = tag

    def clean_into(self) -> Tag:
        typed = str(self.cleaned_data["into"])
        found: Tag | None = Tag.objects.filter(slug=slug_of(typed, 80)).first()
        found = found or Tag.objects.filter(name__iexact=typed).first()
        if found is None:
            raise forms.ValidationError(_("There is no tag with this name."), code="unknown")
        if found.pk == self.tag.pk:
            raise forms.ValidationError(_("Choose another tag to merge it with."), code="itself")
        return found
