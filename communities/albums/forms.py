"""An album to start or to change, photographs to send and to describe, whose a photograph is, who is in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.albums.models import LONGEST_CAPTION, LONGEST_NAME, Album, Photo
from communities.albums.services import Rights, Wishes, Written
from communities.content.forms import BodyForm
from communities.content.models import Thread
from communities.content.tag_input import TagsField
from communities.fields import one_line

# So many photographs come at once: each is drawn anew in four widths while its sender waits.
MOST_AT_ONCE = 12


class AlbumFields(forms.Form):
    """All of an album but its text."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        error_messages={"required": _("Say in one sentence what it is about.")},
    )
    gathering = forms.TypedChoiceField(
        label=_("Photographs of"), required=False, coerce=int, empty_value=None
    )
    adds = forms.ChoiceField(
        label=_("Who adds photographs"),
        choices=Album.Adds.choices,
        initial=Album.Adds.MEMBERS,
        widget=forms.RadioSelect,
    )
    tags = TagsField()

    def __init__(
        self,
        *args: Any,
        gatherings: Sequence[Thread],
        tagged: bool = True,
        chosen: Thread | None = None,
        kept: int | None = None,
        **options: Any,
    ) -> None:
        """`gatherings` are offered; `tagged` where there are tags; `chosen` is what the album is of, where its reader
        can open that, `kept` its number where they cannot."""
        super().__init__(*args, **options)
        if not tagged:
            del self.fields["tags"]
        offered: dict[int, Any] = {one.pk: one.title for one in gatherings}
        if chosen is not None:
            offered.setdefault(chosen.pk, chosen.title)
        elif kept is not None:
            offered[kept] = _("Something that you cannot open")
        field = self.fields["gathering"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("No event")), *offered.items()]
        if not offered:
            del self.fields["gathering"]

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def wishes(self) -> Wishes:
        data = self.cleaned_data
        return Wishes(adds=data["adds"], gathering=data.get("gathering"))


class StartAlbumForm(AlbumFields, BodyForm):
    """What its first readers see before there is a photograph: title, and a sentence or two."""

    field_order = ("title", "body", "gathering", "adds", "tags")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"].label = _("What these photographs are of")
        # Its photographs come afterwards, each with its own rights.
        del self.fields["picture"], self.fields["picture_alt"]

    def written(self) -> Written:
        data = self.cleaned_data
        return Written(
            title=data["title"],
            body=data["body"],
            body_format=data["body_format"],
            tags=data.get("tags", ()),
            submission=data["submission"],
        )


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, as a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            raise forms.ValidationError(self.error_messages["required"])
        if len(files) > MOST_AT_ONCE:
            said = ngettext(
                "Only %(most)s photograph at a time. Send the others afterwards.",
                "Up to %(most)s photographs at a time. Send the others afterwards.",
                MOST_AT_ONCE,
            )
            raise forms.ValidationError(said % {"most": MOST_AT_ONCE})
        # What an empty file is refused with is said of the picture, by name.
        return list(files)


class SendForm(forms.Form):
    """Photographs on their way in; what may enter is decided where pictures are kept."""

    pictures = FilesField(
        label=_("Photographs"),
        widget=ManyFiles(attrs={"accept": "image/*", "class": "input"}),
        error_messages={"required": _("Choose a picture first.")},
    )


class RightsForm(forms.Form):
    """Whose photographs are, and what others may do with them."""

    photographer = forms.CharField(
        label=_("Who took them"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("Leave it empty if it was you."),
    )
    licence = forms.ChoiceField(
        label=_("Rights"),
        choices=Photo.Licence.choices,
        initial=Photo.Licence.RESERVED,
        widget=forms.Select({"class": "input"}),
        help_text=_("What others may do with them elsewhere. Shown beside each photograph."),
    )
    may_download = forms.BooleanField(
        label=_("Members may download them"),
        required=False,
        help_text=_("As files without their location or camera details."),
    )
    assured = forms.BooleanField(
        label=_("I made these photographs, or have the right to show them"),
        error_messages={"required": _("Confirm that you may show them, or leave them out.")},
    )

    def rights(self) -> Rights:
        data = self.cleaned_data
        return Rights(data["photographer"], data["licence"], data["may_download"])


class OneRightsForm(RightsForm):
    """The same of one photograph."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        labels = {
            "photographer": _("Who took it"),
            "may_download": _("Members may download it"),
            "assured": _("I made this photograph, or have the right to show it"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["licence"].help_text = _(
            "What others may do with it elsewhere. Shown beside the photograph."
        )
        self.fields["may_download"].help_text = _("As a file without its location or camera details.")


class WordsForm(forms.Form):
    """What is said of one photograph that was just sent; its prefix is the picture’s number."""

    caption = forms.CharField(label=_("Caption"), max_length=LONGEST_CAPTION, required=False)
    alt = forms.CharField(
        label=_("Description of the picture"),
        max_length=300,
        required=False,
        help_text=_("For people who cannot see it."),
    )


class PersonForm(forms.Form):
    """Somebody who is in a photograph."""

    handle = forms.CharField(
        label=_("Handle"),
        max_length=60,
        help_text=_("Only this person is told. Their name appears once they agree."),
        error_messages={"required": _("Write a handle, such as @petra.")},
    )
