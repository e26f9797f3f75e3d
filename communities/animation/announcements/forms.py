"""The form of an announcement: what is said in each language, to whom, and when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.animation.announcements.models import (
    LINK_AT_MOST,
    TEXT_AT_MOST,
    Announcement,
)
from communities.animation.announcements.services import AnnouncementWishes
from communities.animation.newsletters.figures import language_name
from communities.animation.newsletters.models import Segment
from communities.animation.newsletters.segments import MOST_SEGMENTS
from communities.dates import MomentField
from communities.fields import one_line
from communities.models import Community
from communities.promotions.targets import check_target

Audience = Announcement.Audience


class LineField(forms.CharField):
    """As it is kept: what nobody sees is nothing, and is not sent away as words."""

    def to_python(self, value: Any) -> str:
        return one_line(str(super().to_python(value)))


class AnnouncementForm(forms.Form):
    """`text_en` and `link_en` for each language of the community, the main one first; `whom` is an audience, or a
    segment by its number."""

    target = forms.CharField(
        label=_("Link goes to"),
        max_length=500,
        required=False,
        validators=[check_target],
        help_text=_("An address of this community, such as /forums/, or one elsewhere with https://."),
    )
    tone = forms.ChoiceField(
        label=_("Appearance"),
        choices=Announcement.Tone.choices,
        widget=forms.RadioSelect,
        help_text=_("Warnings are shown before everything else."),
    )
    whom = forms.ChoiceField(label=_("Who sees it"))
    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=_("Until"), help_text=_("Nobody sees it afterwards."))
    can_be_closed = forms.BooleanField(
        label=_("Readers can close it"),
        required=False,
        help_text=_("It then stays closed: for a member on every device, for a visitor in that browser."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, community: Community, segments: bool, initial: dict[str, Any]
    ) -> None:
        """`segments`: whether segments are there to choose from; the one that is chosen always is."""
        super().__init__(data, initial=initial)
        self.community = community
        for language in community.all_languages:
            self._add_language(language)
        said = [name for name in self.fields if name.startswith(("text_", "link_"))]
        self.order_fields([*said, *self.base_fields])
        field: Any = self.fields["whom"]
        field.choices = self._audiences(segments)

    def _audiences(self, segments: bool) -> list[tuple[str, str]]:
        """Of one whose segment has gone, nobody is chosen: a browser would else choose everybody."""
        offered = [
            (Audience.EVERYBODY.value, str(Audience.EVERYBODY.label)),
            (Audience.MEMBERS.value, str(Audience.MEMBERS.label)),
            *self._segments(segments),
        ]
        chosen = str((self.data if self.is_bound else self.initial).get("whom", ""))
        if any(value == chosen for value, _label in offered):
            return offered
        return [("", gettext("Its segment has been deleted: choose another")), *offered]

    def _add_language(self, language: str) -> None:
        several = len(self.community.all_languages) > 1
        name = {"language": language_name(language)}
        is_main = language == self.community.language
        self.fields[f"text_{language}"] = LineField(
            label=gettext("Words (%(language)s)") % name if several else gettext("Words"),
            max_length=TEXT_AT_MOST,
            required=is_main,
            help_text=_("One sentence, 140 characters at most.")
            if is_main
            else _("Leave it empty to show readers of this language the main one."),
        )
        self.fields[f"link_{language}"] = LineField(
            label=gettext("Link text (%(language)s)") % name if several else gettext("Link text"),
            max_length=LINK_AT_MOST,
            required=False,
            help_text=_("A verb: what happens next.") if is_main else "",
        )

    def _segments(self, offered: bool) -> list[tuple[str, str]]:
        rows = list(Segment.objects.in_order()[:MOST_SEGMENTS]) if offered else []
        chosen = str(self.initial.get("whom", ""))
        if chosen.isdecimal() and not any(str(one.pk) == chosen for one in rows):
            rows += Segment.objects.filter(pk=int(chosen))
        return [(str(one.pk), gettext("Segment: %(name)s") % {"name": one.name}) for one in rows]

    def languages(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Sentence and link of each language, for the page."""
        return [(self[f"text_{one}"], self[f"link_{one}"]) for one in self.community.all_languages]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", gettext("The end must be after the start."))
        for language in self.community.all_languages:
            self._check_link(language, data)
        return data

    def _check_link(self, language: str, data: dict[str, Any]) -> None:
        """Whoever reads in a language gets its sentence with its link, or the main one with its own."""
        text, link = f"text_{language}", f"link_{language}"
        if text in self.errors or link in self.errors or "target" in self.errors:
            return
        if data.get(link) and not data.get("target"):
            self.add_error(link, gettext("Say where the link goes, or leave this empty."))
        elif data.get(link) and not data.get(text):
            self.add_error(text, gettext("It has a link text: write the sentence too, or leave both empty."))
        elif data.get(text) and data.get("target") and not data.get(link):
            self.add_error(link, gettext("Say what the link does, or leave its address empty."))

    def said(self) -> tuple[str, int | None]:
        """The audience, and the number of the segment where it is one."""
        whom = self.cleaned_data["whom"]
        return (Audience.SEGMENT.value, int(whom)) if whom.isdecimal() else (whom, None)

    def wishes(self) -> AnnouncementWishes:
        data = self.cleaned_data
        audience, segment = self.said()
        words = {
            one: (data.get(f"text_{one}", ""), data.get(f"link_{one}", ""))
            for one in self.community.all_languages
        }
        return AnnouncementWishes(
            words=words,
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            target=data["target"],
            tone=data["tone"],
            audience=audience,
            segment=segment,
            can_be_closed=data["can_be_closed"],
        )


def values_of(row: Announcement) -> dict[str, Any]:
    """What the form shows of one."""
    said: dict[str, Any] = {
        "target": row.target,
        "tone": row.tone,
        "whom": str(row.segment_id) if row.segment_id else row.audience,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "can_be_closed": row.can_be_closed,
        "version": row.version,
    }
    for language, one in row.words.items():
        said |= {f"text_{language}": one["text"], f"link_{language}": one.get("link", "")}
    return said
