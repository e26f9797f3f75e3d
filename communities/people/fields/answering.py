"""Profile fields in a form: asked at joining, and on the page of one’s profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from communities.launch.asked import Asked
from communities.models import Community
from communities.people.exceptions import FileRefused
from communities.people.fields.defined import Field, fields_of
from communities.people.fields.files import check_file
from communities.people.fields.kinds import KINDS
from communities.people.fields.showing import audience_words, own_words
from communities.people.models import ProfileFile

PREFIX = "asked-"


def controls_for(fields: Iterable[Field], profile: Mapping[str, Any]) -> dict[str, forms.Field]:
    """A field of a form for each, filled with what the profile has."""
    return {PREFIX + field.key: _control(field, profile.get(field.key)) for field in fields}


def _control(field: Field, value: Any) -> forms.Field:
    control = KINDS[field.kind].control(field, value)
    control.label, control.required = field.label, field.required
    control.help_text = " ".join(filter(None, [field.help, audience_words(field)]))
    control.widget.is_required = control.required
    return control


def answers_in(fields: Iterable[Field], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of the cleaned data of such a form; None for an answer that was taken back."""
    return {
        field.key: KINDS[field.kind].kept(cleaned.get(PREFIX + field.key))
        for field in fields
        if field.kind != "file"
    }


class AskedAtJoining(Asked):
    """The fields that newcomers are asked beside name and handle."""

    name = "profile"

    def controls(self, community: Community) -> dict[str, forms.Field]:
        return controls_for(_at_joining(community), {})

    def kept(self, community: Community, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        said = answers_in(_at_joining(community), cleaned)
        return {key: value for key, value in said.items() if value is not None}

    def words(self, community: Community, profile: Mapping[str, Any]) -> list[str]:
        return own_words(profile, _at_joining(community))


def _at_joining(community: Community) -> list[Field]:
    return [field for field in fields_of(community) if field.at_joining]


class OwnAnswers:
    """The fields of a community in the form of one’s profile: what is asked, and what was sent."""

    def __init__(
        self,
        form: forms.BaseForm,
        community: Community,
        profile: Mapping[str, Any],
        files: Sequence[ProfileFile],
    ) -> None:
        self.form, self.fields = form, fields_of(community)
        self.sent = {file.field.key: file for file in files}
        form.fields.update(controls_for(self.fields, profile))
        for field in self.fields:
            if field.key in self.sent:
                form.fields[PREFIX + field.key].required = False
                form.fields[_taken_back(field)] = forms.BooleanField(required=False)

    def bound(self) -> list[tuple[forms.BoundField, ProfileFile | None, forms.BoundField | None]]:
        """Each field of the form; for one with a file that was sent, the file and the box to take it back."""
        return [
            (
                self.form[PREFIX + field.key],
                self.sent.get(field.key),
                self.form[_taken_back(field)] if field.key in self.sent else None,
            )
            for field in self.fields
        ]

    def check_files(self) -> None:
        """Says at its field why a file is not taken."""
        for key, file in self.files().items():
            try:
                check_file(file)
            except FileRefused as refusal:
                self.form.add_error(PREFIX + key, str(refusal))

    def answers(self) -> dict[str, Any]:
        return answers_in(self.fields, self.form.cleaned_data)

    def files(self) -> dict[str, Any]:
        """The files that were sent now, by key."""
        sent = {field.key: self.form.cleaned_data.get(PREFIX + field.key) for field in self._with_files()}
        return {key: file for key, file in sent.items() if file}

    def taken_back(self) -> list[str]:
        return [field.key for field in self._with_files() if self.form.cleaned_data.get(_taken_back(field))]

    def _with_files(self) -> list[Field]:
        return [field for field in self.fields if field.kind == "file"]


def _taken_back(field: Field) -> str:
    return f"remove-{field.key}"
