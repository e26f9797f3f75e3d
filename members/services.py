"""What follows once an address is verified."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.http import HttpRequest

from members.mails.failing import address_works


def drop_unproven_password(request: HttpRequest, email_address: EmailAddress, **_rest: Any) -> None:
    """Take away a password that was set before the address was proven, unless it is proven where it was set.

    Otherwise one could reserve somebody’s address with a password of one’s own, and share the account the day
    its real owner signs in with a code.
    """
    address_works(email_address.email)
    match = request.resolver_match
    if match is None or match.url_name != "account_confirm_login_code":
        return
    person = email_address.user
    if person.has_usable_password():
        person.set_unusable_password()
        person.save(update_fields=["password"])


def note_working_address(request: HttpRequest, user: Any, **_rest: Any) -> None:
    """Whoever signs in with a code has read a mail: their address works, whatever came back from it before."""
    match = request.resolver_match
    if match is not None and match.url_name == "account_confirm_login_code":
        address_works(user.email)
