from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.fields import one_line
from communities.promotions.customers.models import LONGEST_QUOTE, CustomerStory


class CustomerForm(forms.ModelForm):
    """What is said of a customer, and by them; of a new one also who it is."""

    handle = forms.CharField(
        label=_("Handle"),
        max_length=60,
        help_text=_("Name and picture are those of their profile."),
        error_messages={"required": _("Write a handle, such as @petra.")},
    )
    quote = forms.CharField(
        label=_("What they say"),
        max_length=LONGEST_QUOTE,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("In their own words. They read it before anybody else does."),
    )

    field_order = ("handle", "company", "quote", "target")

    class Meta:
        model = CustomerStory
        fields = ("company", "quote", "target")
        help_texts = {
            "target": _("An address of this community, such as /forums/, or one elsewhere with https://."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk is not None:
            del self.fields["handle"]

    def clean_company(self) -> str:
        return one_line(self.cleaned_data["company"])

    def clean_quote(self) -> str:
        return one_line(self.cleaned_data["quote"])

    @property
    def said(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("company", "quote", "target")}
