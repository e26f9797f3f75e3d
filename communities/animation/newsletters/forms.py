"""Forms of newsletters, of segments, and of those who ask for the newsletter."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from communities.animation.newsletters.models import (
    SUBJECT_AT_MOST,
    Newsletter,
    NewsletterVersion,
    Segment,
)
from communities.animation.newsletters.segments import MOST_SEGMENTS, POSTS, VISITS, Rule
from communities.animation.newsletters.writing import BUTTON, TEXT, format_of
from communities.calendar import time_zones
from communities.content.forms import BodyForm
from communities.dates import MomentField
from communities.launch.models import Stage
from communities.models import Community, Membership
from communities.people.fields.defined import fields_of
from communities.people.fields.kinds import KINDS, offered
from communities.promotions.targets import check_target
from members.addresses import AddressField
from members.forms import E_MAIL

LEVELS = [(str(n), str(n)) for n in range(5)]


@lru_cache(maxsize=1)
def _zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in time_zones() if "/" in name]


class SubscribeForm(forms.Form):
    """What a member says beside pressing the button."""

    time_zone = forms.ChoiceField(
        label=_("Your time zone"),
        required=False,
        help_text=_("For newsletters that arrive at a set time. Without one, ours applies."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["time_zone"]
        field.choices = [("", _("Ours")), *_zones()]


class VisitorForm(SubscribeForm):
    email = AddressField(
        label=E_MAIL,
        max_length=254,
        help_text=_(
            "You get one mail to confirm it. Each newsletter has a link that ends it and erases this address."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ("email", "time_zone")


class SubjectForm(forms.Form):
    subject = forms.CharField(
        label=_("Subject"),
        max_length=SUBJECT_AT_MOST,
        help_text=_("What people see in their inbox: a phone shows about 40 characters."),
    )


class SubjectsForm(SubjectForm):
    other_subject = forms.CharField(
        label=_("A second subject, to compare"),
        max_length=SUBJECT_AT_MOST,
        required=False,
        help_text=_("Half the people get it. The better one is named only where chance is unlikely."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("other_subject") and data.get("other_subject") == data.get("subject"):
            self.add_error("other_subject", _("These two are the same: there is nothing to compare."))
        return data


class TextBlockForm(BodyForm):
    """Words, in the editor of texts without its pictures."""

    picture = None  # type: ignore[assignment]
    picture_alt = None  # type: ignore[assignment]
    # The block below which a new one comes; without one, at the end.
    after = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=32_767)
    keeps = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, headings=True, **options)
        body = self.fields["body"]
        body.label = _("Words")
        body.help_text = _("Links in words are not counted, buttons are. A newsletter carries no pictures.")
        body.widget.words_only = True

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        # As blocks keep them.
        return data | {"source": data.get("body", ""), "format": data.get("body_format", "")}


class PickBlockForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    words = forms.CharField(
        label=_("Why it is worth reading"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ButtonBlockForm(forms.Form):
    label = forms.CharField(label=_("It says"), max_length=60, help_text=_("A verb: what happens next."))
    url = forms.CharField(
        label=_("It leads to"),
        max_length=500,
        validators=[check_target],
        help_text=_("An address of this community, such as /forums/, or one elsewhere with https://."),
    )


BLOCK_FORMS: dict[str, type[forms.Form]] = {
    TEXT: TextBlockForm,
    BUTTON: ButtonBlockForm,
    "pick": PickBlockForm,
}


class AudienceForm(forms.Form):
    """For whom it is, and whether it stands in the archive."""

    segment = forms.ChoiceField(label=_("Goes to"), required=False)
    is_public = forms.BooleanField(
        label=_("In the archive, once sending has begun"),
        required=False,
        help_text=_("Everybody may read the archive, members or not."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, newsletter: Newsletter) -> None:
        initial = {
            "segment": str(newsletter.segment_id or ""),
            "is_public": newsletter.is_public,
            "version": newsletter.version,
        }
        super().__init__(data, initial=initial)
        offered = list(Segment.objects.in_order()[:MOST_SEGMENTS])
        if newsletter.segment is not None and newsletter.segment not in offered:
            # The one that is chosen is always offered: saving the form changes nothing that was not changed.
            offered.append(newsletter.segment)
        self.segments = {str(one.pk): one for one in offered}
        field: Any = self.fields["segment"]
        field.choices = [
            ("", _("Everybody who asked for it")),
            *(
                (key, _("Of those who asked, only: %(name)s") % {"name": one.name})
                for key, one in self.segments.items()
            ),
        ]
        field.help_text = _("A segment holds members: visitors who subscribed by e-mail are left out.")

    def segment_said(self) -> Segment | None:
        return self.segments.get(self.cleaned_data["segment"] or "")


class SendForm(forms.Form):
    send_at = MomentField(label=_("Send at"), required=False, help_text=_("Leave it empty to send at once."))
    at_local_hour = forms.BooleanField(
        label=_("At this time in each person’s time zone"),
        required=False,
        help_text=_("For those who chose a time zone when they subscribed; for everybody else, in ours."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def moment(self) -> datetime.datetime | None:
        return self.cleaned_data["send_at"]  # type: ignore[no-any-return]


def _boxes(label: Any, choices: Any = (), help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, help_text=help_text, widget=forms.CheckboxSelectMultiple
    )


class SegmentForm(forms.Form):
    """Conditions that all hold; of several answers to one of them, any."""

    name = forms.CharField(label=_("Name"), max_length=60)
    roles = _boxes(_("Role"), Membership.Role.choices)
    levels = _boxes(_("Trust level"), LEVELS)
    languages = _boxes(_("Reads in"))
    visit = forms.ChoiceField(
        label=_("Was here"), required=False, choices=[("", _("does not matter")), *VISITS]
    )
    posts = forms.ChoiceField(
        label=_("Activity"), required=False, choices=[("", _("does not matter")), *POSTS]
    )
    came_by = _boxes(_("Came by"), Membership.Way.choices)
    stages = _boxes(_("Belongs to a stage of the launch"))
    answers = _boxes(
        _("Says in their profile"),
        help_text=_("Any of the answers to one question; one answer to each of several questions."),
    )
    within = _boxes(_("Also belongs to"), help_text=_("To each of the segments ticked."))
    without = _boxes(_("Does not belong to"))

    def __init__(
        self, *args: Any, community: Community, segment: Segment | None = None, **options: Any
    ) -> None:
        if segment is not None and segment.pk:
            said = Rule.read(segment.rule)
            options["initial"] = {
                "name": segment.name,
                "visit": said.visit,
                "posts": said.posts,
                **{name: [str(one) for one in getattr(said, name)] for name in _LISTS},
            }
        super().__init__(*args, **options)
        others = Segment.objects.in_order().exclude(pk=(segment.pk if segment is not None else None) or 0)
        chosen = Rule.read(segment.rule) if segment is not None and segment.pk else Rule()
        offered = list(others[:MOST_SEGMENTS])
        known = {one.pk for one in offered}
        offered += others.filter(pk__in={*chosen.within, *chosen.without} - known)
        segments = [(str(one.pk), one.name) for one in offered]
        choices = {
            "languages": [
                (code, str(get_language_info(code)["name_translated"])) for code in community.all_languages
            ],
            "stages": [(str(one.pk), one.name) for one in Stage.objects.in_order()],
            "answers": _answers(community),
            "within": segments,
            "without": segments,
        }
        for name, offers in choices.items():
            field: Any = self.fields[name]
            field.choices = offers
            if not offers or (name == "languages" and len(offers) < 2):
                del self.fields[name]

    def rule(self) -> Rule:
        said = self.cleaned_data
        whole: dict[str, Any] = {
            name: tuple(map(int, said.get(name, ()))) for name in ("levels", "stages", "within", "without")
        }
        words: dict[str, Any] = {
            name: tuple(said.get(name, ())) for name in ("roles", "languages", "came_by", "answers")
        }
        return Rule(visit=said["visit"], posts=said["posts"], **whole, **words)


_LISTS = ("roles", "levels", "languages", "came_by", "stages", "answers", "within", "without")


def _answers(community: Community) -> list[tuple[str, str]]:
    """Each option of each field that has some."""
    return [
        (f"{field.key}:{number}", gettext("%(label)s: %(text)s") % {"label": field.label, "text": name})
        for field in fields_of(community)
        if KINDS[field.kind].has_options
        for number, name in offered(field, [one.id for one in field.options])
    ]


def said_by(version: NewsletterVersion, number: int) -> dict[str, str]:
    """What the form of a block begins with."""
    block = version.block(number) or {}
    said = {name: value for name, value in block.items() if isinstance(value, str)}
    return said | {"body": block["source"], "body_format": format_of(block)} if "source" in block else said
