"""The filter of the journal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.calendar import moments
from communities.dates import DayField
from communities.journal.reading import sources_for
from communities.journal.sources import Wanted
from communities.models import Membership

# A select of more people than these is no help; others are reached by their name in a line.
MOST_PEOPLE = 100


class JournalForm(forms.Form):
    """Whose lines, of which act, from when to when; days are the community's own."""

    # Nothing of it is needed, which goes without saying.
    is_filter = True

    person = forms.TypedChoiceField(label=_("Who"), required=False, coerce=int, empty_value=None)
    role = forms.ChoiceField(
        label=_("In which role"), required=False, choices=[("", _("Any role")), *Membership.Role.choices]
    )
    act = forms.ChoiceField(label=_("What"), required=False)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Until"), required=False)

    def __init__(self, data: Any = None, *, reader: Membership) -> None:
        super().__init__(data)
        self.reader = reader
        fields: Any = self.fields
        fields["person"].choices = [("", _("Everybody")), *_people(str((data or {}).get("person", "")))]
        fields["act"].choices = [("", _("Everything")), *_acts(reader)]

    @property
    def wanted(self) -> Wanted:
        """What is asked for; a field that says nothing sensible asks for nothing."""
        if not self.is_bound or not self.is_valid():
            return Wanted()
        asked = self.cleaned_data
        place = self.reader.community
        since, until = asked["since"], asked["until"]
        return Wanted(
            person=asked["person"],
            role=asked["role"],
            act=asked["act"],
            since=moments(since, since, place)[0] if since else None,
            before=moments(until, until, place)[1] if until else None,
        )

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or self.cleaned_data
        if asked.get("since") and asked.get("until") and asked["until"] < asked["since"]:
            self.add_error("until", _("The last day comes before the first."))
        return asked


def _people(asked: str) -> list[tuple[str, str]]:
    """The team, and whoever is asked for by number: people who have left it."""
    team = Membership.objects.team().exclude(role=Membership.Role.AMBASSADOR)
    people = list(team.order_by("display_name", "id")[:MOST_PEOPLE])
    known = {str(person.pk) for person in people}
    if asked.isascii() and asked.isdigit() and len(asked) < 18 and asked not in known:
        people += Membership.objects.filter(pk=int(asked))
    return [(str(person.pk), str(person)) for person in people]


def _acts(reader: Membership) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each log with its acts; the log itself comes first."""
    groups: list[Any] = []
    for source in sources_for(reader):
        whole = (source.name, _("Everything"))
        groups.append(
            (source.label, [whole, *((f"{source.name}:{name}", said) for name, said in source.acts())])
        )
    return groups
