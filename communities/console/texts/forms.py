"""Forms for the texts of a place: one field for each of its languages."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from communities.console.conflicts import show_beside
from communities.content.exceptions import TextTooLong
from communities.content.forms import BodyWidget
from communities.content.models import Post
from communities.content.text.rendering import MAX_CHARACTERS as MAX_TYPED
from communities.dates import DayField
from communities.models import Community
from communities.texts.exceptions import TextRefused
from communities.texts.kinds import TextKind
from communities.texts.markdown import same_text
from communities.texts.rendering import format_of, opened, refuse_source, words_of
from communities.texts.services import RuleWords
from communities.texts.services.ruling import LONGEST_REASON, LONGEST_RULE

# So long before it holds members are told of a change, where nobody says otherwise.
NOTICE_DAYS = 15


class DraftForm(forms.Form):
    """Says which state of the draft was on the page: who saves over another’s change is told."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)


class TextForm(DraftForm):
    """A text in each language of the community, in the editor; without scripts, in Markdown."""

    def __init__(self, *args: Any, community: Community, kind: TextKind, **options: Any) -> None:
        super().__init__(*args, **options)
        self.languages = community.all_languages
        for code in self.languages:
            self.fields[f"source_{code}"] = forms.CharField(
                label=_in(_("Text"), code, self.languages),
                max_length=MAX_TYPED,
                required=code == community.language,
                widget=BodyWidget(
                    {"rows": 18, "lang": code, "spellcheck": "true"},
                    key=f"text:{kind.name}:{code}",
                    headings=True,
                    words_only=True,
                    preview=reverse("console:preview-text", args=[code]),
                    at_once=True,
                ),
            )
            self.fields[f"source_{code}_format"] = forms.ChoiceField(
                choices=Post.Format.choices, widget=forms.HiddenInput, required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for code, said in self.said().items():
            try:
                refuse_source(said["source"], format_of(said))
            except (TextRefused, TextTooLong) as refused:
                self.add_error(f"source_{code}", str(refused))
        return cleaned

    def said(self) -> dict[str, dict[str, str]]:
        """What was typed in each language, and how."""
        data = self.cleaned_data
        return {
            code: {
                "source": str(data.get(f"source_{code}") or ""),
                "format": str(data.get(f"source_{code}_format") or Post.Format.MARKDOWN),
            }
            for code in self.languages
        }

    def show_kept(self, content: Mapping[str, Mapping[str, str]]) -> None:
        """Beside each language in which somebody else has kept other words, those."""
        for code, said in self.said().items():
            kept = opened(content[code]) if code in content else ""
            if not same_text(opened(said), kept):
                show_beside(self[f"source_{code}"], words_of(kept))

    @staticmethod
    def values_of(content: Mapping[str, Mapping[str, str]], revision: int) -> dict[str, Any]:
        values: dict[str, Any] = {"revision": revision}
        for code, one in content.items():
            values |= {f"source_{code}": one["source"], f"source_{code}_format": format_of(one)}
        return values


class RuleForm(DraftForm):
    """One house rule and its reason, in each language of the community."""

    def __init__(self, *args: Any, community: Community, **options: Any) -> None:
        super().__init__(*args, **options)
        self.languages = community.all_languages
        for code in self.languages:
            self.fields[f"rule_{code}"] = forms.CharField(
                label=_in(_("Rule"), code, self.languages),
                max_length=LONGEST_RULE,
                required=code == community.language,
                widget=forms.TextInput(attrs={"lang": code, "autocomplete": "off"}),
            )
            self.fields[f"reason_{code}"] = forms.CharField(
                label=_in(_("Reason"), code, self.languages),
                max_length=LONGEST_REASON,
                required=False,
                help_text=_("A rule that says why is kept more often.") if code == community.language else "",
                widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
            )

    def words(self) -> RuleWords:
        return RuleWords(self._by_language("rule"), self._by_language("reason"))

    def _by_language(self, part: str) -> dict[str, str]:
        return {code: str(self.cleaned_data.get(f"{part}_{code}") or "") for code in self.languages}

    @staticmethod
    def values_of(rule: dict[str, Any], revision: int) -> dict[str, Any]:
        values: dict[str, Any] = {"revision": revision}
        for part in ("rule", "reason"):
            values |= {f"{part}_{code}": words for code, words in rule.get(part, {}).items()}
        return values


class PublishForm(DraftForm):
    """From when a version holds, who has read it, and whether members are told."""

    holds_from = DayField(
        label=_("In force from"),
        required=False,
        help_text=_(
            "Leave it empty to put it into force at once. With a date, it takes effect at midnight that day."
        ),
    )
    checked_by = forms.CharField(
        label=_("Checked by"),
        max_length=120,
        required=False,
        help_text=_(
            "The name of the lawyer who has checked it. Without one it stays marked as to be checked."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    tell = forms.BooleanField(label=_("Tell all members, by mail and bell"), required=False)

    def __init__(self, *args: Any, kind: TextKind, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, there in (("holds_from", kind.by_date), ("checked_by", kind.is_law), ("tell", kind.tells)):
            if not there:
                del self.fields[name]

    def clean_holds_from(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["holds_from"]
        if day is not None and day <= timezone.localdate():
            raise ValidationError(_("Choose a future date, or leave it empty to put it into force at once."))
        return day

    @property
    def moment(self) -> datetime.datetime | None:
        """Midnight of the chosen day, in the community’s time zone."""
        day = self.cleaned_data.get("holds_from")
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time())) if day else None


class CheckForm(forms.Form):
    checked_by = forms.CharField(
        label=_("Checked by"),
        max_length=120,
        help_text=_("The name of the lawyer who has checked this version."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _in(label: Any, code: str, languages: list[str]) -> str:
    """“Text (French)”, where there is more than one language."""
    if len(languages) == 1:
        return str(label)
    return f"{label} ({get_language_info(code)['name_translated']})"
