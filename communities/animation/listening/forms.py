"""What is listened for and where; how the list of mentions is narrowed; a reply and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.animation.listening.models import MOST_WORDS, Mention, MentionSource, TrackedName
from communities.dates import DayField
from communities.models import Membership


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    words = forms.CharField(
        label=_("Other words for it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One per line: short forms, products, how it is often misspelt. Case and accents make no difference; only"
            " whole words count."
        ),
    )
    rival = forms.BooleanField(
        label=_("It is a competitor’s"),
        required=False,
        help_text=_("The share of voice compares your own names with those of competitors."),
    )

    def clean_words(self) -> list[str]:
        words = [line.strip() for line in self.cleaned_data["words"].splitlines() if line.strip()]
        if len(words) > MOST_WORDS:
            raise forms.ValidationError(gettext("Twenty words at most."))
        if any(len(word) > 80 for word in words):
            raise forms.ValidationError(gettext("A word has 80 characters at most."))
        return words

    @staticmethod
    def values_of(row: TrackedName) -> dict[str, Any]:
        return {"name": row.name, "words": "\n".join(row.words), "rival": row.rival}


class FeedForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What it is called in the list."))
    address = forms.CharField(
        label=_("Address of the feed"),
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "RSS or Atom. Many sites link to theirs as “RSS”, and many search services offer one "
            "for a search."
        ),
    )


class HookForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("The tool that will send what it has found.")
    )


class FilterForm(forms.Form):
    """How the list is narrowed, by what an address says; what makes no sense narrows nothing."""

    STATES = (("", _("New and seen")), ("new", _("New")), ("seen", _("Seen")), ("hidden", _("Hidden")))
    WHOSE = (("", _("Everybody’s")), ("mine", _("Mine")), ("reply", _("A reply is planned")))

    name = forms.TypedChoiceField(label=_("Name"), coerce=int, empty_value=None, required=False)
    source = forms.TypedChoiceField(label=_("Source"), coerce=int, empty_value=None, required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    whose = forms.ChoiceField(label=_("Whose"), choices=WHOSE, required=False)

    def __init__(self, data: Any, *, names: Sequence[TrackedName], sources: Sequence[MentionSource]) -> None:
        super().__init__(data)
        rows: tuple[tuple[str, Sequence[Any]], ...] = (("name", names), ("source", sources))
        for field, found in rows:
            choices = [("", gettext("All")), *((str(one.pk), one.name) for one in found)]
            self.fields[field].choices = choices  # type: ignore[attr-defined]

    def narrowed(self, by: Membership) -> Any:
        """The mentions that are asked for, the newest first."""
        self.is_valid()
        said = self.cleaned_data
        rows = Mention.objects.newest()
        rows = rows.filter(state=said["state"]) if said.get("state") else rows.heard()
        if said.get("name"):
            rows = rows.of_name(said["name"])
        if said.get("source"):
            rows = rows.filter(source=said["source"])
        if said.get("whose") == "mine":
            rows = rows.filter(assignee=by)
        elif said.get("whose") == "reply":
            rows = rows.filter(reply_on__isnull=False, replied_at__isnull=True)
        return rows

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())


class ReplyForm(forms.Form):
    day = DayField(
        label=_("Day"),
        help_text=_("From then on Today says so, until it is marked as given."),
    )
    to = forms.TypedChoiceField(label=_("Who replies"), coerce=int, empty_value=None, required=False)

    def __init__(self, data: Any = None, *, people: Sequence[Membership], **options: Any) -> None:
        super().__init__(data, **options)
        _offer(self.fields["to"], people)


class AssignForm(forms.Form):
    to = forms.TypedChoiceField(label=_("Whose it is"), coerce=int, empty_value=None, required=False)

    def __init__(self, data: Any = None, *, people: Sequence[Membership], **options: Any) -> None:
        super().__init__(data, **options)
        _offer(self.fields["to"], people)


def _offer(field: Any, people: Sequence[Membership]) -> None:
    named = [(str(one.pk), one.display_name or one.handle) for one in people]
    field.choices = [("", gettext("Nobody in particular")), *named]
