"""What only the owner knows: who publishes the place, its logo, who moderates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.console.brand.look_form import PICTURES
from communities.console.texts.identity import LegalIdentityForm
from members.addresses import AddressField

# What the law asks for; all else of the identity is folded, and can follow.
FIRST = ("publisher", "address", "country", "contact", "publication_director", "host")
BESIDE = ("moderator", "logo")


class StartForm(LegalIdentityForm):
    moderator = AddressField(
        label=_("Who moderates with you?"),
        max_length=254,
        required=False,
        help_text=_("Their e-mail address. One link lets them in, even before the place opens."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, WebP, JPEG, AVIF or HEIC, up to 16 million pixels."),
        widget=forms.FileInput(attrs={"accept": PICTURES, "class": "input"}),
    )

    def __init__(self, *args: Any, own: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.own = own

    def clean_moderator(self) -> str:
        address = str(self.cleaned_data["moderator"])
        if address and address.lower() == self.own.lower():
            raise forms.ValidationError(_("This is your own address."))
        return address

    def identity(self) -> dict[str, str]:
        return {name: value for name, value in super().identity().items() if name not in BESIDE}

    @property
    def of_identity(self) -> list[forms.BoundField]:
        return [*self.first, *self.later]

    def ask_for_logo_again(self) -> None:
        """A page that comes back has everything that was typed, and no file: sent again, the place would go without."""
        if self.files.get("logo") and "logo" not in self.errors:
            self.add_error(
                "logo", _("Choose the logo again: the browser does not keep it when a page comes back.")
            )

    @property
    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in FIRST]

    @property
    def later(self) -> list[forms.BoundField]:
        shown = {*FIRST, *BESIDE, "seen"}
        return [self[name] for name in self.fields if name not in shown]

    @property
    def later_is_open(self) -> bool:
        """Whether something stands there already, or was refused."""
        return any(field.value() or field.errors for field in self.later)
