"""E-mail addresses that a mail can be written to: Django’s rule lets through some that no header can hold."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, validate_email


def check_address(address: str) -> None:
    """Raises ValidationError for what is no address, or has a domain that cannot be written: `x@xn--é.com`."""
    validate_email(address)
    try:
        address.rpartition("@")[2].encode("idna")
    except UnicodeError:
        raise ValidationError(EmailValidator.message, code=EmailValidator.code) from None


class AddressField(forms.EmailField):
    """For every form that takes an address which we write to."""

    default_validators = [check_address]
