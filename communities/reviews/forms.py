"""What people type of reviews: one to write or to change, an answer of the brand, what is reviewed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.calendar import today
from communities.content.forms import BodyForm
from communities.content.models import Thread
from communities.dates import DayField
from communities.fields import one_line
from communities.models import Community
from communities.reviews.counting import STARS
from communities.reviews.models import LONGEST_POINT, MOST_POINTS, Review, Thing
from communities.reviews.seams import checks_orders, running_ways
from communities.reviews.services import Facts, Written, stored_facts
from communities.reviews.things import Wishes

_LABELS = {
    5: _("5 – very good"),
    4: _("4 – good"),
    3: _("3 – middling"),
    2: _("2 – poor"),
    1: _("1 – very poor"),
}


class PointsField(forms.CharField):
    """A few points, one in each line."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea({"rows": 3, "class": "input"})
        longest = MOST_POINTS * (LONGEST_POINT + 2)
        super().__init__(required=False, max_length=longest, widget=widget, **options)

    def clean(self, value: Any) -> str:
        lines = [one_line(line) for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_POINTS:
            said = ngettext("%(most)s point at most.", "%(most)s points at most.", MOST_POINTS)
            raise ValidationError(said % {"most": MOST_POINTS})
        if any(len(line) > LONGEST_POINT for line in lines):
            said = ngettext(
                "A point has %(most)s character at most.",
                "A point has %(most)s characters at most.",
                LONGEST_POINT,
            )
            raise ValidationError(said % {"most": LONGEST_POINT})
        return "\n".join(lines)


class FactsForm(forms.Form):
    """All of a review but its text."""

    rating = forms.TypedChoiceField(
        label=_("My rating"),
        coerce=int,
        choices=[(stars, _LABELS[stars]) for stars in STARS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how many stars you give.")},
    )
    title = forms.CharField(
        label=_("In one sentence"),
        max_length=200,
        error_messages={"required": _("Say in one sentence what it is about.")},
    )
    pros = PointsField(label=_("What is good"), help_text=_("One point per line."))
    cons = PointsField(label=_("What is less good"), help_text=_("One point per line."))
    experienced_on = DayField(
        label=_("When you used or visited it"),
        help_text=_("Pick a day; readers only see the month."),
        error_messages={"required": _("Say when. Any day of that month will do.")},
    )
    order_number = forms.CharField(
        label=_("Order number"),
        max_length=80,
        required=False,
        help_text=_(
            "Not shown to anyone. If the shop confirms that the order is yours, the review says "
            "“Order verified”."
        ),
    )
    counterpart = forms.BooleanField(
        label=_("I got it free, or in exchange for something"),
        required=False,
        help_text=_("Your review says so, and does not count in the average."),
    )

    def __init__(self, *args: Any, community: Community, **options: Any) -> None:
        super().__init__(*args, **options)
        self.community = community
        # A number is asked for where there are orders among which it can be found.
        if not (self.initial.get("order_number") or checks_orders()):
            del self.fields["order_number"]

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def clean_order_number(self) -> str:
        return one_line(self.cleaned_data["order_number"])

    def clean_experienced_on(self) -> Any:
        day = self.cleaned_data["experienced_on"]
        if day > today(self.community):
            raise ValidationError(_("This day is in the future."))
        return day

    def facts(self) -> Facts:
        data = self.cleaned_data
        return Facts(**{name: data[name] for name in Facts.__dataclass_fields__ if name in data})


class WriteReviewForm(FactsForm, BodyForm):
    """A new review, with its text."""

    field_order = ["rating", "title", "body"]

    def __init__(self, *args: Any, thing: Thing, **options: Any) -> None:
        super().__init__(*args, key=f"review:{thing.slug}", **options)
        self.fields["body"].label = _("Your experience")

    def written(self, arguments: dict[str, Any]) -> Written:
        """`arguments`: `text_arguments`, with a picture that came with the form."""
        return Written(title=self.cleaned_data["title"], **arguments)

    def text_arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("body", "body_format", "submission")}


def said_of(thread: Thread, review: Review) -> dict[str, Any]:
    """A review as its form says it."""
    return {"title": thread.title, **stored_facts(review).__dict__}


class AnswerForm(BodyForm):
    """The words of the brand under a review."""

    def __init__(self, *args: Any, thread: Thread, **options: Any) -> None:
        super().__init__(*args, key=f"answer:{thread.pk}", **options)
        self.fields["body"].label = _("The answer that everybody reads")
        del self.fields["picture"], self.fields["picture_alt"]

    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("body", "body_format", "submission")}


class ThingForm(forms.Form):
    """A product or a place that is reviewed."""

    name = forms.CharField(label=_("Name"), max_length=120, error_messages={"required": _("Enter its name.")})
    kind = forms.ChoiceField(
        label=_("What it is"), choices=Thing.Kind.choices, widget=forms.RadioSelect, initial="product"
    )
    about = forms.CharField(
        label=_("In one sentence"),
        max_length=300,
        required=False,
        help_text=_("What it is made of or used for; shown under its name."),
    )
    address = forms.CharField(
        label=_("Where it is"),
        max_length=200,
        required=False,
        help_text=_("For a place: street and town. Leave it empty for a product."),
    )
    offer = forms.ChoiceField(
        label=_("Offer"),
        required=False,
        help_text=_("Its button appears beside the reviews. Clicks on a link to another site are counted."),
    )
    own = forms.BooleanField(
        label=_("It is ours"),
        required=False,
        initial=True,
        help_text=_(
            "Search engines get the star ratings of products and of other people’s places; they "
            "reject ratings that a business shows of itself."
        ),
    )
    file = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("10 MB at most. It is cropped to its place; what matters belongs in the middle."),
        widget=forms.FileInput({"accept": "image/png,image/webp,image/jpeg", "class": "input"}),
    )
    remove_picture = forms.BooleanField(label=_("Remove the current picture"), required=False)
    picture_alt = forms.CharField(
        label=_("Description of the picture"),
        max_length=160,
        required=False,
        help_text=_("For people who cannot see it. Leave it empty if the picture is only decoration."),
    )
    closed = forms.BooleanField(
        label=_("Close it to new reviews"),
        required=False,
        help_text=_("Those that are there stay, and can be changed and answered."),
    )

    def __init__(self, *args: Any, thing: Thing, community: Community, **options: Any) -> None:
        if thing.pk:
            options.setdefault("initial", _values(thing))
        super().__init__(*args, **options)
        if not thing.pk:
            del self.fields["closed"]
        if not thing.picture:
            del self.fields["remove_picture"]
        self._offer(thing, community)

    def _offer(self, thing: Thing, community: Community) -> None:
        """Those that run; one that was chosen and has ended stays a choice."""
        ways = running_ways(today(community))
        choices = [("", _("No offer")), *((way.name, way.title) for way in ways)]
        if thing.offer and thing.offer not in {way.name for way in ways}:
            ended = _("%(name)s (not running)") % {"name": thing.offer}
            choices.append((thing.offer, ended))
        field = self.fields["offer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_about(self) -> str:
        return one_line(self.cleaned_data["about"])

    def clean_address(self) -> str:
        return one_line(self.cleaned_data["address"])

    def wishes(self) -> Wishes:
        data = self.cleaned_data
        names = [name for name in Wishes.__dataclass_fields__ if name in data]
        wishes = Wishes(**{name: data[name] for name in names})
        return wishes if wishes.kind == Thing.Kind.PLACE else replace(wishes, address="")


def _values(thing: Thing) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in Wishes.__dataclass_fields__}
