from __future__ import annotations

import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar, cast

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.roi.models import Cost, Count, Lead, Measure, Objective, Offer, OrderSource, Rate
from analytics.roi.money import to_minor
from analytics.roi.order_files import COLUMNS, Mapping, Table
from analytics.roi.seams import code_finders
from communities.calendar import Month
from communities.dates import DayField
from communities.figures import SumField, WholeField
from communities.models import Community
from communities.promotions.targets import check_target
from members.addresses import AddressField

# Large enough for any brand, small enough for a column of cents.
MOST = Decimal(10) ** 10


def _typed(stored: models.Field[Any, Any], **options: Any) -> forms.Field | None:
    """What a form makes of a column: days are typed in the order of the language."""
    if isinstance(stored, models.DateField):
        options["form_class"] = DayField
    return stored.formfield(**options)


# Of a recommendation score; no other figure lies below nought.
LOWEST = Decimal(-100)


def _sum(**options: Any) -> forms.DecimalField:
    options.setdefault("min_value", Decimal(0))
    options.setdefault("max_value", MOST)
    return SumField(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **options)


class RateForm(forms.Form):
    name = forms.ChoiceField(label=_("What is valued"), choices=Rate.Name)
    value = _sum(label=_("Value"), decimal_places=4)
    low = _sum(label=_("At least"), decimal_places=4, required=False)
    high = _sum(label=_("At most"), decimal_places=4, required=False)
    source = forms.CharField(
        label=_("Where it comes from"),
        max_length=200,
        help_text=_("So that it can still be justified in a year."),
    )
    valid_from = DayField(label=_("Valid from"), help_text=_("Days before keep their former rate."))
    review_on = DayField(label=_("To be reviewed on"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        value, low, high = data.get("value"), data.get("low"), data.get("high")
        if value is not None and low is not None and low > value:
            self.add_error("low", gettext("This is more than the value."))
        if value is not None and high is not None and high < value:
            self.add_error("high", gettext("This is less than the value."))
        if data.get("name") == Rate.Name.MARGIN and max(value or 0, high or 0) > 100:
            self.add_error("value", gettext("A margin is a percentage: 100 at most."))
        return data


class CountForm(forms.ModelForm):
    """How many in one day, from a source outside."""

    class Meta:
        model = Count
        formfield_callback = _typed
        fields = ("measure", "day", "n", "source", "on_top")

    n = WholeField(label=_("How many"), min_value=0, max_value=10**12)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        outside = [(one.value, one.counted) for one in (Measure.IMPRESSION, Measure.VISIT)]
        cast("forms.ChoiceField", self.fields["measure"]).choices = outside

    def validate_constraints(self) -> None:
        """A day of the same source is replaced, not refused."""


class CostForm(forms.ModelForm):
    """What is paid. Hours are typed as what they cost."""

    amount = _sum(label=_("Amount"), decimal_places=3)

    class Meta:
        model = Cost
        formfield_callback = _typed
        fields = ("label", "kind", "repeats", "starts_on", "ends_on")
        widgets = {
            "kind": forms.Select(),
            "repeats": forms.RadioSelect(),
        }

    field_order = ("label", "kind", "amount", "repeats", "starts_on", "ends_on")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", gettext("The last day is before the first."))
        if first and first.year < 2000:
            self.add_error("starts_on", gettext("Choose a day after the year 2000."))
        return data

    def acts(self, community: Community) -> dict[str, Any]:
        """The arguments of the service."""
        data = dict(self.cleaned_data)
        return data | {"amount_minor": to_minor(data.pop("amount"), community.currency)}


class ObjectiveForm(forms.ModelForm):
    baseline = _sum(
        label=_("Baseline"),
        decimal_places=2,
        min_value=LOWEST,
        help_text=_("The figure of the 90 days before."),
    )
    target = _sum(
        label=_("Target"),
        min_value=LOWEST,
        decimal_places=2,
        help_text=_("What is answered or ordered again is in percent: 85 means 85%."),
    )

    class Meta:
        model = Objective
        formfield_callback = _typed
        fields = ("family", "figure", "baseline", "target", "starts_on", "deadline")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in (("family", Objective.Family.choices), ("figure", Objective.Figure.choices)):
            cast("forms.ChoiceField", self.fields[name]).choices = [("", _("choose")), *choices]
        for name in ("baseline", "target"):
            # Most are counts: nobody has 38200.00 visits.
            if (kept := self.initial.get(name)) is not None and kept == int(kept):
                self.initial[name] = int(kept)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts_on") and data.get("deadline") and data["deadline"] <= data["starts_on"]:
            self.add_error("deadline", gettext("The deadline must be after the start."))
        if data.get("target") is not None and data.get("target") == data.get("baseline"):
            self.add_error("target", gettext("This is the baseline: there is nothing to reach."))
        for name in ("baseline", "target"):
            self._check_score(name, data.get(name), data.get("figure"))
        return data

    def _check_score(self, name: str, value: Decimal | None, figure: str | None) -> None:
        is_score = figure == Objective.Figure.NPS
        if value is not None and is_score and value > -LOWEST:
            self.add_error(name, gettext("A score lies between −100 and +100."))
        elif value is not None and figure and not is_score and value < 0:
            self.add_error(name, gettext("Only a score can be below zero."))

    def validate_constraints(self) -> None:
        """The two constraints are said above, beside their field."""


class OfferForm(forms.ModelForm):
    address = forms.URLField(
        label=_("Address"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Where the link leads; it starts with https."),
    )

    class Meta:
        model = Offer
        formfield_callback = _typed
        fields = (
            "title", "slug", "kind", "text", "address", "code", "medium", "partner", "starts_on", "ends_on",
        )  # fmt: skip
        widgets = {
            "kind": forms.RadioSelect(),
            "text": forms.Textarea(attrs={"rows": 4}),
            "slug": forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        }
        help_texts = {"slug": _("The last part of its address; lower-case letters, digits, hyphens.")}

    def __init__(self, *args: Any, **options: Any) -> None:
        """Codes for members, and their channel, are made elsewhere."""
        super().__init__(*args, **options)
        for name, value in (("kind", Offer.Kind.CODE), ("medium", Offer.Medium.MEMBERS)):
            field: Any = self.fields[name]
            field.choices = [one for one in field.choices if one[0] != value]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if Offer.objects.filter(slug=slug).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(gettext("Another offer has this short name."))
        return slug

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip()
        # The shop, and orders, know no difference between upper and lower case.
        others = Offer.objects.filter(code__iexact=code).exclude(pk=self.instance.pk)
        if code and (others.exists() or any(finder.has(code.lower()) for finder in code_finders)):
            raise forms.ValidationError(gettext("Another offer has this code."))
        return code

    def clean_address(self) -> str:
        """As for banners: https, and no name and password that would make a false place look like the true one."""
        address = str(self.cleaned_data["address"])
        if address:
            check_target(address)
        return address

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == Offer.Kind.LINK and not data.get("address") and "address" not in self.errors:
            self.add_error("address", gettext("Say where the link leads."))
        return data


class ContactForm(forms.ModelForm):
    """What a person leaves for a follow-up. Both agreements start empty; only the first is needed."""

    consent = forms.BooleanField(error_messages={"required": _("Without it nothing can be kept.")})
    orders_linked = forms.BooleanField(required=False)

    class Meta:
        model = Lead
        formfield_callback = _typed
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {"email": AddressField}
        fields = ("name", "email", "phone", "message", "orders_linked")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
            "message": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, receiver: str, **options: Any) -> None:
        super().__init__(*args, **options)
        words = gettext(
            "I agree that %(name)s may keep these details, for one year at most, to contact me "
            "about this offer."
        )
        self.consent_text = words % {"name": receiver}
        linked = gettext("%(name)s may also know whether I order, to count what the community brings.")
        self.fields["consent"].label = self.consent_text
        self.fields["orders_linked"].label = linked % {"name": receiver}
        self.order_fields(["name", "email", "phone", "message", "consent", "orders_linked"])


class SecretField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Secret"))
        options.setdefault(
            "help_text",
            _("What the shop signs its messages with. It is stored encrypted and never shown again."),
        )
        secretly = {"autocomplete": "new-password", "spellcheck": "false"}
        super().__init__(max_length=200, widget=forms.PasswordInput(attrs=secretly), **options)

    def clean(self, value: Any) -> str:
        secret = str(super().clean(value)).strip()
        if len(secret) < 12:
            raise forms.ValidationError(gettext("A secret has at least 12 characters."))
        return secret


class SecretForm(forms.Form):
    secret = SecretField(label=_("New secret"))


class ShopForm(forms.ModelForm):
    secret = SecretField()

    class Meta:
        model = OrderSource
        formfield_callback = _typed
        fields = ("kind", "name")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = [(k.value, k.label) for k in OrderSource.Kind if k != OrderSource.Kind.FILE]
        cast("forms.ChoiceField", self.fields["kind"]).choices = kinds

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        known = OrderSource.objects.exclude(pk__in=OrderSource.objects.disconnected().values("pk"))
        if known.filter(name=name).exists():
            raise forms.ValidationError(gettext("Another shop has this name."))
        return name


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File of orders"),
        help_text=_("CSV, compressed or not, 64 MB at most. One line for each order, or for each article."),
        widget=forms.FileInput(attrs={"accept": ".csv,.gz,text/csv", "class": "input"}),
    )
    source = forms.CharField(
        label=_("Shop"), max_length=80, help_text=_("Within one shop, each order number is unique.")
    )


class MappingForm(forms.Form):
    """Which column says what. Drawn from the headings of one file."""

    LABELS = {
        "order": _("Number of the order"),
        "date": _("Date"),
        "amount": _("Net amount"),
        "quantity": _("Quantity"),
        "unit_price": _("Unit price"),
        "currency": _("Currency"),
        "code": _("Code of an offer"),
        "click": _("Click ID"),
        "member": _("Handle of the member"),
        "email": _("E-mail address"),
        "customer": _("Customer number"),
        "refund_of": _("Order that a refund reverses"),
        "state": _("State of the payment"),
        "refunded": _("Paid back later, without a day"),
    }

    NEEDED = ("order", "date", "amount", "currency", "dates", "decimal", "default_currency")

    def __init__(self, *args: Any, headers: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        columns = [("", _("none")), *((name, name) for name in headers if name)]
        for name in COLUMNS:
            required = name in ("order", "date")
            self.fields[name] = forms.ChoiceField(label=self.LABELS[name], choices=columns, required=required)
        self.fields["refund_prefix"] = forms.CharField(
            label=_("Refund number prefix"), max_length=8, required=False
        )
        self.fields["negatives"] = forms.ChoiceField(
            label=_("Negative orders that nothing marks as refunds"),
            choices=[("", _("refuse the file")), ("adjustments", _("take them as adjustments"))],
            required=False,
        )
        self.fields["known"] = forms.ChoiceField(
            label=_("Where the shop’s own messages say something else"),
            choices=[
                ("", _("ask me")),
                ("file", _("this file is right")),
                ("shop", _("the messages are right")),
            ],
            required=False,
        )
        self.fields["decimal"] = forms.ChoiceField(
            label=_("Decimal sign"),
            choices=[("", _("choose")), (".", _("a point: 1,234.56")), (",", _("a comma: 1 234,56"))],
        )
        self.fields["dates"] = forms.ChoiceField(
            label=_("Date format"),
            choices=[
                ("", _("choose")),
                ("ymd", _("year, month, day")),
                ("dmy", _("day, month, year")),
                ("mdy", _("month, day, year")),
            ],
        )
        self.fields["default_currency"] = forms.CharField(
            label=_("Currency if no column gives it"), max_length=3, min_length=3
        )

    @property
    def needed_fields(self) -> list[forms.BoundField]:
        """What nearly every file has."""
        return [self[name] for name in self.NEEDED]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.NEEDED]

    @property
    def uses_others(self) -> bool:
        """Also where a file was refused: what can be said about it stands there."""
        said = any(field.value() or field.errors for field in self.other_fields)
        return said or (self.is_bound and bool(self.non_field_errors()))

    @property
    def mapping(self) -> Mapping:
        data = self.cleaned_data
        return Mapping(**data | {"default_currency": data["default_currency"].upper()})


def first_lines(table: Table, n: int = 3) -> list[list[str]]:
    """The first lines of a file, to show."""
    return [[cell[:40] for cell in line[: len(table.headers)]] for _at, line in islice(table.lines(), n)]


def first_of_month(community: Community) -> datetime.date:
    return Month.current(community).first
