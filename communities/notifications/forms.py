from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.db.models import TextChoices
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Membership
from communities.notices import Heading, Notice, notices


class Way(TextChoices):
    """What becomes of all that stands under one heading."""

    MAIL = "mail", _("All by mail")
    HERE = "here", _("None by mail")
    EACH = "each", _("Choose one by one")


@dataclass(frozen=True)
class Part:
    """What stands under one heading: a box for each notice, and one choice for all of them where they are several."""

    heading: Heading
    boxes: list[BoundWidget]
    way: BoundField | None
    always: list[str | Promise]

    @property
    def ticked(self) -> int:
        return sum(bool(box.data["selected"]) for box in self.boxes)


class ChannelsForm(forms.Form):
    """A checkbox for each kind of news that can be mailed: ticked means “send it”."""

    mails = forms.MultipleChoiceField(
        label=_("Send me an e-mail when"), required=False, widget=forms.CheckboxSelectMultiple
    )

    mail_rhythm = forms.ChoiceField(
        label=_("How mails come"),
        required=False,
        choices=[("", _("A mail for each thing, as it happens")), *Membership.MailRhythm.choices],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, membership: Membership) -> None:
        mine = [notice for notice in notices if notice.is_asked(membership)]
        self.asked = _by_heading([notice for notice in mine if notice.can_be_muted])
        self.sent = _by_heading([notice for notice in mine if notice.by_mail and not notice.can_be_muted])
        self.names = [notice.name for notice in mine if notice.can_be_muted]
        # What is not asked stays as it is.
        self.others = [kind for kind in membership.muted_mails if kind not in self.names]
        wanted = [name for name in self.names if name not in membership.muted_mails]
        super().__init__(data, initial={"mails": wanted, "mail_rhythm": membership.mail_rhythm})
        choices = [(notice.name, notice.question) for asked in self.asked.values() for notice in asked]
        cast("forms.ChoiceField", self.fields["mails"]).choices = choices
        for heading, asked in self.asked.items():
            if len(asked) > 1:
                self.fields[_all_of(heading)] = _way_field(heading, [one.name in wanted for one in asked])

    def parts(self) -> Iterator[Part]:
        boxes = {str(box.data["value"]): box for box in self["mails"].subwidgets}
        for heading in Heading:
            asked, name = self.asked.get(heading, []), _all_of(heading)
            always = [notice.label for notice in self.sent.get(heading, [])]
            if asked or always:
                way = self[name] if name in self.fields else None
                yield Part(heading, [boxes[notice.name] for notice in asked], way, always)

    def muted(self) -> list[str]:
        left_out = [name for heading in self.asked for name in self._left_out(heading)]
        return left_out + self.others

    def rhythm(self) -> str | None:
        """How mails come; None where that was not asked, as by a form that was opened before it was."""
        return self.cleaned_data["mail_rhythm"] if "mail_rhythm" in self.data else None

    def _left_out(self, heading: Heading) -> list[str]:
        """A choice for all counts whatever its boxes say, and also where it stays as it was: they are not shown
        then, and keep what was ticked on the way there and back."""
        names, way = [notice.name for notice in self.asked[heading]], self.cleaned_data.get(_all_of(heading))
        if way in (Way.MAIL, Way.HERE):
            return [] if way == Way.MAIL else names
        return [name for name in names if name not in self.cleaned_data["mails"]]


def _by_heading(some: list[Notice]) -> dict[Heading, list[Notice]]:
    found: dict[Heading, list[Notice]] = {}
    for notice in some:
        found.setdefault(notice.heading, []).append(notice)
    return found


def _all_of(heading: Heading) -> str:
    return f"all_{heading.value}"


def _way_field(heading: Heading, wanted: list[bool]) -> forms.ChoiceField:
    way = Way.MAIL if all(wanted) else Way.EACH if any(wanted) else Way.HERE
    return forms.ChoiceField(
        label=_("Everything under this heading"),
        choices=Way.choices,
        initial=way,
        required=False,
        widget=forms.RadioSelect,
    )
