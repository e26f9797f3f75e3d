"""What one gives to come in: a name and a handle; an address too, when one has no account yet."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.forms import SignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.launch.services import free_handle, is_reserved, join_community
from communities.models import Membership, fold, handle_rule
from members.forms import E_MAIL, PASSWORD_RULE
from members.models import Member


def check_handle(handle: str, *, own: Membership | None = None) -> str:
    """A handle without its @; raises ValidationError with a free one when it is taken or reserved."""
    handle = handle.strip().removeprefix("@")
    handle_rule(handle)
    others = Membership.objects.filter(handle_key=fold(handle))
    if own is not None:
        others = others.exclude(pk=own.pk)
    if is_reserved(handle) or others.exists():
        raise forms.ValidationError(
            _("Already taken. Free: “%(free)s”."), params={"free": free_handle(handle)}, code="taken"
        )
    return handle


class PresenceForm(forms.Form):
    """How one is seen here. Somebody with an account needs nothing else to join."""

    display_name = forms.CharField(
        label=_("Name shown"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    handle = forms.CharField(
        label=_("Handle"),
        max_length=41,
        required=False,
        help_text=_("How others mention you: @handle. Leave it empty and we make one of your name."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    rules = forms.BooleanField(label=_("I have read the rules and will follow them"))

    def clean_display_name(self) -> str:
        return " ".join(str(self.cleaned_data["display_name"]).split())

    def clean_handle(self) -> str:
        handle = str(self.cleaned_data["handle"])
        return check_handle(handle) if handle.strip() else ""


class JoinForm(PresenceForm, SignupForm):  # type: ignore[misc]
    """For newcomers: the account and the membership begin together. A known address gets the same answer as
    an unknown one; its owner gets a mail that says so."""

    field_order = ["email", "display_name", "handle", "password1", "rules"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].label = E_MAIL
        self.fields["email"].help_text = _("Only for you: nobody here sees it. We send a code there.")
        self.fields["password1"].label = _("Password")
        optional = _("Leave it empty to sign in with a code by e-mail.")
        self.fields["password1"].help_text = f"{optional} {PASSWORD_RULE}"
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def custom_signup(self, request: HttpRequest, user: Any) -> None:
        data = self.cleaned_data
        join_community(
            request.community,  # type: ignore[attr-defined]
            person=cast("Member", user),
            display_name=data["display_name"],
            handle=data["handle"],
            language=get_language() or "",
            proven=False,
        )
