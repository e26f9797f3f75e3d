"""The account forms: allauth validates, labels and help are ours."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.addresses import check_address

E_MAIL = _("E-mail address")
MANY_CODES = _(
    "Many codes went to this address: 3 a minute, 10 an hour and 30 a day at most. Enter the last one, or wait."
)
PASSWORD_RULE = _("At least 10 characters, and not a common password.")


class RelabelledForm(forms.Form):
    """Gives allauth’s fields our labels and help, and removes placeholders: a label that vanishes is no label. Its
    addresses are held to our rule: it writes to each that is typed, known or not."""

    labels: ClassVar[dict[str, Promise]] = {}
    helps: ClassVar[dict[str, Promise]] = {}
    # A second field for the same password catches nothing that a code by e-mail does not repair.
    left_out: ClassVar[tuple[str, ...]] = ("password2",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.left_out:
            self.fields.pop(name, None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.labels:
                field.label = str(self.labels[name])
            field.help_text = str(self.helps.get(name, ""))
            if isinstance(field, forms.EmailField):
                # Instead of Django’s, which it asks itself: an error is said once.
                field.validators = [
                    check_address if one is validate_email else one for one in field.validators
                ]


class CodeForm(RelabelledForm):
    """A field for the 6-digit code that suits phones."""

    labels: ClassVar[dict[str, Promise]] = {"code": _("Code received by e-mail")}
    helps: ClassVar[dict[str, Promise]] = {"code": _("Valid for 15 minutes. Keep this tab open.")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # No limit of length: a browser would cut what is pasted with a blank before it.
        self.fields["code"].widget.attrs |= {
            "class": "code-input",
            "inputmode": "numeric",
            "autofocus": True,
        }

    def clean_code(self) -> str:
        """Figures as other keyboards write them, and blanks of any kind around them, are the same code."""
        typed = unicodedata.normalize("NFKC", str(self.cleaned_data["code"]))
        figures = (str(unicodedata.digit(sign, sign)) for sign in typed if unicodedata.category(sign) != "Cf")
        self.cleaned_data["code"] = "".join(figures)
        code: str = super().clean_code()  # type: ignore[misc]
        return code


class SignInForm(RelabelledForm, allauth_forms.LoginForm):
    """One door: the address, then a code by mail, or the password where one was set.

    The code stays open when wrong passwords have locked the address: anybody can cause such a lock.
    """

    labels: ClassVar[dict[str, Promise]] = {"login": E_MAIL, "password": _("Password")}
    helps: ClassVar[dict[str, Promise]] = {"password": _("Only if you have set one.")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password"].required = False
        self.fields["password"].widget.is_required = False

    @property
    def wants_code(self) -> bool:
        """Pressed "Send me a code", or left the password empty; Enter says nothing but what is typed."""
        return self.data.get("by") == "code" or not self.data.get("password")

    def _clean_without_password(self, email: str | None, phone: str | None) -> Any:
        """Whoever has asked for many codes is not told to ask for one."""
        cleaned = super()._clean_without_password(email, phone)
        # Allauth hands the sentence on, without its code.
        many = str(get_adapter().error_messages["too_many_login_attempts"])
        for error in self.errors.as_data().get("login", []):
            if str(error.message) == many:
                error.message = MANY_CODES
        return cleaned

    def user_credentials(self) -> dict[str, Any]:
        credentials: dict[str, Any] = super().user_credentials()
        if self.wants_code:
            credentials.pop("password", None)
        return credentials


class AskCodeForm(RelabelledForm, allauth_forms.RequestLoginCodeForm):
    labels: ClassVar[dict[str, Promise]] = {"email": E_MAIL}


class CorrectEmailForm(RelabelledForm, allauth_forms.ChangeEmailForm):
    """Another address, where a code went to a wrong one."""

    labels: ClassVar[dict[str, Promise]] = {"email": E_MAIL}


class SignInCodeForm(CodeForm, allauth_forms.ConfirmLoginCodeForm):
    """The code to sign in with."""


class ConfirmEmailForm(CodeForm, allauth_forms.ConfirmEmailVerificationCodeForm):
    """The code that proves an address."""


class AskPasswordResetForm(RelabelledForm, allauth_forms.ResetPasswordForm):
    labels: ClassVar[dict[str, Promise]] = {"email": E_MAIL}


class ResetPasswordForm(RelabelledForm, allauth_forms.ResetPasswordKeyForm):
    labels: ClassVar[dict[str, Promise]] = {"password1": _("New password")}
    helps: ClassVar[dict[str, Promise]] = {"password1": PASSWORD_RULE}


class ChangePasswordForm(RelabelledForm, allauth_forms.ChangePasswordForm):
    labels: ClassVar[dict[str, Promise]] = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
    }
    helps: ClassVar[dict[str, Promise]] = {"password1": PASSWORD_RULE}


class SetPasswordForm(RelabelledForm, allauth_forms.SetPasswordForm):
    labels: ClassVar[dict[str, Promise]] = {"password1": _("New password")}
    helps: ClassVar[dict[str, Promise]] = {"password1": PASSWORD_RULE}


class ChangeEmailForm(RelabelledForm, allauth_forms.AddEmailForm):
    labels: ClassVar[dict[str, Promise]] = {"email": _("New e-mail address")}
    helps: ClassVar[dict[str, Promise]] = {
        "email": _("We send a code there. Until you enter it, nothing changes.")
    }


class SignInAgainForm(RelabelledForm, allauth_forms.ReauthenticateForm):
    labels: ClassVar[dict[str, Promise]] = {"password": _("Password")}
