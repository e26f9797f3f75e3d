"""Who looks after the platform: making somebody an operator, and the link by which the first one becomes it.

The link is said where the platform is started, so that holding it shows that one runs the machine. It opens as long
as there is no operator.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import transaction
from django.http import HttpRequest

from members.addresses import fold_address
from members.models import Member
from members.services import person_for

SALT = "members.first_operator"
# Where a session keeps the link until its holder has proven an address.
KEPT = "first_operator"


def operator_is_wanted() -> bool:
    return not Member.objects.filter(is_operator=True, is_active=True).exists()


def first_key() -> str:
    """What the link of the first operator holds."""
    return signing.dumps("first", salt=SALT)


def key_opens(key: str) -> bool:
    """Whether this is the link’s key, and nobody is an operator yet."""
    try:
        signing.loads(key, salt=SALT)
    except signing.BadSignature:
        return False
    return operator_is_wanted()


@transaction.atomic
def account_at(address: str) -> Member:
    """The account with an address, made where there is none; its address is not proven by that."""
    address = fold_address(address)
    person, is_new = person_for(address)
    if is_new:
        EmailAddress.objects.create(user=person, email=address, primary=True)
    return person


def become_first_operator(request: HttpRequest, user: Any, **_rest: Any) -> None:
    """Whoever came by the link and has signed in by now, which proves the address, looks after the platform."""
    key = request.session.pop(KEPT, "") if hasattr(request, "session") else ""
    if key and key_opens(key):
        Member.objects.filter(pk=user.pk).update(is_operator=True)
        user.is_operator = True
