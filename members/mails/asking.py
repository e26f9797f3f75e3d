"""Showing that an address works again: a link that only a mail to it holds."""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from members.emails import brand_of
from members.mails.building import Letter, build
from members.mails.failing import address_works
from members.mails.kinds import ACCOUNT
from members.mails.outbox import post

SALT = "members.mails.asking"
HOLDS = 60 * 60 * 24  # seconds


def ask_whether_it_works(address: str, request: HttpRequest) -> None:
    """Send the link. The mail leaves although the address is stopped: somebody is waiting for it."""
    brand = brand_of(request)
    path = reverse("members:address-works", args=[token_for(address)])
    letter = Letter(
        address, _("Does this address work?"), "members/mail_address_works", {"url": brand.address_of(path)}
    )
    post(build(letter, brand), kind=ACCOUNT)


def token_for(address: str) -> str:
    return signing.dumps(address, salt=SALT)


def address_in(token: str) -> str:
    """The address of a link; empty for one that was made up, or is older than a day."""
    try:
        return str(signing.loads(token, salt=SALT, max_age=HOLDS))
    except signing.BadSignature:
        return ""


def confirm(token: str) -> bool:
    """From the link: mails go to this address again. False where the link says nothing any more."""
    address = address_in(token)
    if address:
        address_works(address)
    return bool(address)
