"""What follows once an address is verified."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.http import HttpRequest

from members.models import Member


def drop_unproven_password(request: HttpRequest, email_address: EmailAddress, **_rest: Any) -> None:
    """Take away a password that was set before the address was proven, unless it is proven where it was set.

    Otherwise one could reserve somebody’s address with a password of one’s own, and share the account the day
    its real owner signs in with a code.
    """
    match = request.resolver_match
    if match is None or match.url_name != "account_confirm_login_code":
        return
    person = email_address.user
    if person.has_usable_password():
        person.set_unusable_password()
        person.save(update_fields=["password"])


def prove_address(person: Member) -> EmailAddress:
    """Whoever came by the link of a mail has read that mailbox: the account’s address is confirmed.

    A password set before that goes, as with a code: it may be somebody else’s.
    """
    known = EmailAddress.objects.filter(user=person, email__iexact=person.email).first()
    if known is not None and known.verified:
        return known
    if person.has_usable_password():
        person.set_unusable_password()
        person.save(update_fields=["password"])
    address = known or EmailAddress(user=person, email=person.email)
    address.verified = True
    address.primary = not EmailAddress.objects.filter(user=person, primary=True).exclude(pk=address.pk).exists()
    address.save()
    return address
