"""What follows once an address is verified."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from members.addresses import fold_address
from members.mails.failing import address_works
from members.models import Member


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


@transaction.atomic
def prove_address(address: str) -> Member:
    """The account of somebody who has opened a link that only a mail to this address held; made where there is none.

    A password that was set while the address was unproven goes: somebody else may have set it.
    """
    address = fold_address(address)
    person, _made = person_for(address)
    proof, made = EmailAddress.objects.get_or_create(
        user=person, email=address, defaults={"verified": True, "primary": person.email == address}
    )
    if not made and proof.verified:
        return person
    if person.has_usable_password():
        person.set_unusable_password()
        person.save(update_fields=["password"])
    if not proof.verified:
        proof.verified = True
        proof.save(update_fields=["verified"])
    return person


def person_for(address: str) -> tuple[Member, bool]:
    """The account with this address, and whether it was made now; two who ask at once get the same one."""
    person = person_at(address)
    if person is not None:
        return person, False
    try:
        with transaction.atomic():
            return Member.objects.create_user(address), True
    except IntegrityError:
        person = person_at(address)
        if person is None:
            raise
        return person, False


def person_at(address: str) -> Member | None:
    """The account with this address: whoever has proven it, else whoever began with it."""
    known = EmailAddress.objects.filter(email__iexact=address, verified=True).select_related("user").first()
    if known is not None:
        owner: Member = known.user
        return owner
    return Member.objects.filter(email__iexact=address).first()


def note_working_address(request: HttpRequest, user: Any, **_rest: Any) -> None:
    """Whoever signs in with a code has read a mail: their address works, whatever came back from it before."""
    match = request.resolver_match
    if match is not None and match.url_name == "account_confirm_login_code":
        address_works(user.email)
