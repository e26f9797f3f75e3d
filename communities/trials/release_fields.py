"""The choice of a release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.fields import one_line
from communities.trials.models import Release, Trial
from communities.trials.queries import MOST_RELEASES, newest_releases, release_called


class ReleaseChoice(forms.ChoiceField):
    """A release of the test, or none; its initial value is a release."""

    def __init__(self, releases: Sequence[Release] = (), **options: Any) -> None:
        super().__init__(required=False, **options)
        self.known = {str(one.pk): one for one in releases}
        self.choices = [("", _("Not said")), *((pk, one.name) for pk, one in self.known.items())]

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Release) else value

    def clean(self, value: Any) -> Release | None:
        chosen = super().clean(value)
        return self.known[chosen] if chosen else None


class ReleaseByName(forms.CharField):
    """The same by its name, where there are more than a list can show."""

    def __init__(self, trial: Trial, **options: Any) -> None:
        super().__init__(required=False, max_length=40, **options)
        self.trial = trial

    def prepare_value(self, value: Any) -> Any:
        return value.name if isinstance(value, Release) else value

    def clean(self, value: Any) -> Release | None:
        name = one_line(super().clean(value))
        if not name:
            return None
        found = release_called(self.trial, name)
        if found is None:
            raise ValidationError(
                _("No release of this test has this name. Write it as the list of releases does.")
            )
        return found


def offer_releases(form: forms.Form, name: str, trial: Trial) -> None:
    """Put the releases of a test into a field of a form; without any, it asks for none."""
    label, about = form.fields[name].label, form.fields[name].help_text
    releases = newest_releases(trial)
    if not releases:
        form.fields[name] = ReleaseChoice(label=label, help_text=about)
    elif len(releases) <= MOST_RELEASES:
        form.fields[name] = ReleaseChoice(releases, label=label, help_text=about)
    else:
        hint = gettext("Its name, as in the list of releases.")
        form.fields[name] = ReleaseByName(trial, label=label, help_text=f"{about} {hint}".strip())
