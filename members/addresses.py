"""E-mail addresses that a mail can be written to: Django’s rule lets through some that no header can hold."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.core.validators import EmailValidator, validate_email


def fold_address(address: str) -> str:
    """An address as it is kept and compared. Only here: what a database folds depends on its collation, and other
    installations, replicas and backups that come back may have another."""
    return address.strip().lower()


def check_address(address: str) -> None:
    """Raises ValidationError for what is no address, or cannot be written by what we send with: `x@xn--é.com`."""
    validate_email(address)
    # Quoted, Django’s rule lets through signs that end a header’s line, or a command to a mail server.
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") for sign in address):
        raise _invalid()
    try:
        sanitize_address(address, "utf-8").encode("ascii")
        address.rpartition("@")[2].encode("idna")
    except (ValueError, IndexError, LookupError):
        # UnicodeError is a ValueError; HeaderParseError is caught there and comes back as one.
        raise _invalid() from None


def _invalid() -> ValidationError:
    return ValidationError(EmailValidator.message, code=EmailValidator.code)


def is_address(text: str) -> bool:
    try:
        check_address(text)
    except ValidationError:
        return False
    return True


def without_invisible(typed: str) -> str:
    """An address as it was meant: what was copied with it and nobody sees is gone."""
    return "".join(sign for sign in typed if unicodedata.category(sign) != "Cf").strip()


class AddressField(forms.EmailField):
    """For every form that takes an address which we write to."""

    default_validators = [check_address]

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        return without_invisible(found) if isinstance(found, str) else found
