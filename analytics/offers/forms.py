"""The forms of an offer: what it is, for whom, when; and the codes that are brought to it or made for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.offers.models import LONGEST_CODE, CodeOffer
from analytics.offers.services import OfferWishes
from analytics.offers.stock import MOST_AT_ONCE, MOST_CODES
from communities.animation.newsletters.models import Segment
from communities.animation.newsletters.segments import MOST_SEGMENTS
from communities.dates import MomentField
from communities.fields import one_line
from communities.figures import WholeField
from communities.promotions.targets import check_target

# Of a list that is uploaded; ten thousand codes of forty letters are half of it.
MOST_BYTES = 1_000_000


class LineField(forms.CharField):
    """As it is kept: what nobody sees is nothing."""

    def to_python(self, value: Any) -> str:
        return one_line(str(super().to_python(value)))


class CodeOfferForm(forms.Form):
    """`whom` is an audience, or a segment by its number."""

    title = LineField(
        label=_("Title"), max_length=120, help_text=_("What members get: “Half price on re-tinning day”.")
    )
    text = forms.CharField(
        label=_("What is proposed"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    how = LineField(
        label=_("Where and how to use it"),
        max_length=300,
        required=False,
        help_text=_("In the field for codes at the checkout, at the counter with the code on one’s phone …"),
    )
    address = forms.URLField(
        label=_("Address of the shop"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Where the code is used; it starts with https. Clicks from here are counted."),
    )
    file = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("10 MB at most. It is cropped to its place; what matters belongs in the middle."),
        widget=forms.FileInput({"accept": "image/png,image/webp,image/jpeg", "class": "input"}),
    )
    remove_picture = forms.BooleanField(label=_("Remove the current picture"), required=False)
    picture_alt = LineField(
        label=_("Description of the picture"),
        max_length=160,
        required=False,
        help_text=_("For people who cannot see it. Leave it empty if the picture is only decoration."),
    )
    opens_at = MomentField(label=_("From"))
    ends_at = MomentField(
        label=_("Until"),
        required=False,
        help_text=_("Leave it empty to run until you end it. After this date, nobody gets a code."),
    )
    whom = forms.ChoiceField(
        label=_("For whom"), help_text=_("Members it is not meant for do not see it at all.")
    )
    way = forms.ChoiceField(label=_("Codes"), choices=CodeOffer.Way.choices, widget=forms.RadioSelect)
    code = LineField(
        label=_("The code for everybody"),
        max_length=LONGEST_CODE,
        required=False,
        widget=forms.TextInput(
            {
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autocomplete": "off",
                "data-unkept": True,
            }
        ),
        help_text=_(
            "Exactly as the shop expects it. If everybody gets their own code, leave it empty: you "
            "add the codes after saving."
        ),
    )
    quota = WholeField(
        label=_("How many members can have it"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_(
            "For one shared code. Leave it empty for no limit. Individual codes are counted automatically."
        ),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, files: Any = None, *, segments: bool, initial: dict[str, Any]
    ) -> None:
        """`segments`: whether segments are there to choose from; the one that is chosen always is."""
        super().__init__(data, files, initial=initial)
        field: Any = self.fields["whom"]
        field.choices = self._audiences(segments)
        if not initial.get("picture"):
            del self.fields["remove_picture"]

    def _audiences(self, segments: bool) -> list[tuple[str, str]]:
        """Of one whose segment has gone, nobody is chosen: a browser would else choose all members."""
        members = CodeOffer.Audience.MEMBERS
        rows = list(Segment.objects.in_order()[:MOST_SEGMENTS]) if segments else []
        chosen = str(self.initial.get("whom", ""))
        if chosen.isdecimal() and not any(str(one.pk) == chosen for one in rows):
            rows += Segment.objects.filter(pk=int(chosen))
        named = [(str(one.pk), gettext("Segment: %(name)s") % {"name": one.name}) for one in rows]
        offered = [(members.value, str(members.label)), *named]
        said = str((self.data if self.is_bound else self.initial).get("whom", ""))
        if any(value == said for value, _label in offered):
            return offered
        return [("", gettext("Its segment has been deleted: choose another")), *offered]

    def clean_address(self) -> str:
        """As for banners: https, and no name and password that would make a false place look like the true one."""
        address = str(self.cleaned_data["address"])
        if address:
            check_target(address)
        return address

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        opens, ends = data.get("opens_at"), data.get("ends_at")
        if opens and ends and ends <= opens:
            self.add_error("ends_at", gettext("The end must be after the start."))
        if data.get("way") == CodeOffer.Way.OWN and data.get("code"):
            self.add_error("code", gettext("Everybody gets a different code: leave this one empty."))
        return data

    def wishes(self) -> OfferWishes:
        data = self.cleaned_data
        whom = data["whom"]
        return OfferWishes(
            title=data["title"],
            text=data["text"],
            how=data["how"],
            address=data["address"],
            opens_at=data["opens_at"],
            ends_at=data["ends_at"],
            audience=CodeOffer.Audience.SEGMENT if whom.isdecimal() else CodeOffer.Audience.MEMBERS,
            segment=int(whom) if whom.isdecimal() else None,
            way=data["way"],
            code=data["code"],
            quota=data["quota"],
            picture=data["file"],
            remove_picture=data.get("remove_picture", False),
            picture_alt=data["picture_alt"],
        )


def first_values() -> dict[str, Any]:
    now = timezone.now().replace(second=0, microsecond=0)
    return {"whom": CodeOffer.Audience.MEMBERS.value, "way": CodeOffer.Way.SHARED.value, "opens_at": now}


def values_of(terms: CodeOffer) -> dict[str, Any]:
    """What the form shows of one; of one whose segment has gone, nobody is chosen."""
    is_segment = terms.audience == CodeOffer.Audience.SEGMENT
    return {
        "title": terms.offer.title,
        "text": terms.offer.text,
        "how": terms.how,
        "address": terms.offer.address,
        "picture": terms.picture,
        "picture_alt": terms.picture_alt,
        "opens_at": terms.opens_at,
        "ends_at": terms.ends_at,
        "whom": str(terms.segment_id or "") if is_segment else terms.audience,
        "way": terms.way,
        "code": terms.offer.code,
        "quota": terms.quota if terms.is_shared else None,
        "version": terms.version,
    }


class CodeListForm(forms.Form):
    """Codes that the shop knows already: pasted, or as a file."""

    text = forms.CharField(
        label=_("Codes, one per line"),
        required=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(
            {
                "rows": 8,
                "spellcheck": "false",
                "autocapitalize": "off",
                "class": "input mono",
                "data-unkept": True,
            }
        ),
        help_text=_("Only the first column of a table is read. Up to 10,000 at a time."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("CSV or text, 1 MB at most."),
        widget=forms.FileInput({"accept": ".csv,.txt,text/csv,text/plain", "class": "input"}),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        file = data.get("file")
        if file is not None:
            data["text"] = (
                f"{data.get('text', '')}\n{self._read(file)}" if data.get("text") else self._read(file)
            )
        if not str(data.get("text", "")).strip() and not self.errors:
            self.add_error("text", gettext("Paste codes, or choose a file that contains them."))
        return data

    def _read(self, file: Any) -> str:
        if file.size > MOST_BYTES:
            self.add_error("file", gettext("This file is larger than 1 MB. Split it into parts."))
            return ""
        content: bytes = file.read()
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
        self.add_error("file", gettext("This is not a text file. Save the table as CSV and choose it again."))
        return ""


class CodesMadeForm(forms.Form):
    """Codes that are drawn here, for the shop to take over."""

    number = WholeField(
        label=_("How many"), min_value=1, max_value=min(MOST_AT_ONCE, MOST_CODES), initial=100
    )
    begins = LineField(
        label=_("They begin with"),
        max_length=12,
        required=False,
        help_text=_("Up to twelve letters and digits, or nothing."),
        widget=forms.TextInput(
            {"autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
