"""Whose memberships they are. An account that is here, known by its address, is theirs; others are made, and whoever
reads the mailbox signs in with a code: no password travels, and no proof of an address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings

from communities.archive.coming.checking import Archive
from communities.archive.coming.numbers import NewNumbers
from communities.archive.coming.rows import damaged, lines_of
from communities.archive.form import ACCOUNTS
from communities.models import Membership
from communities.scoping import active_community_id
from communities.transfer.models import UnclaimedAddress
from members.addresses import fold_address, is_address
from members.models import Member

AT_ONCE = 500


@dataclass
class Accounts:
    """What became of the accounts of an export."""

    found: int = 0
    made: int = 0
    # Operators stay out of communities, and an account has one membership: these wait for their person.
    waiting: int = 0


def bring_accounts(archive: Archive, numbers: NewNumbers) -> Accounts:
    """Link every membership to its account, in the scope of the community. Raises ArchiveRefused."""
    told = Accounts()
    taken: set[int] = set()
    lines = _lines(archive, numbers)
    while batch := list(islice(lines, AT_ONCE)):
        _bring(batch, told, taken)
    return told


def _lines(archive: Archive, numbers: NewNumbers) -> Iterator[tuple[int, str, str]]:
    spoken = {code for code, _name in settings.LANGUAGES}
    for line in lines_of(archive, archive.tables[ACCOUNTS]):
        key = numbers.moved(Membership, line.get("membership"))
        email = fold_address(str(line.get("email") or ""))
        if key is None or len(email) > 254 or not is_address(email):
            raise damaged(ACCOUNTS)
        language = str(line.get("language") or "")
        yield key, email, language if language in spoken else ""


def _bring(batch: list[tuple[int, str, str]], told: Accounts, taken: set[int]) -> None:
    addresses = [email for _key, email, _language in batch]
    here = _accounts_at(addresses)
    new: dict[str, Member] = {}
    for _key, email, language in batch:
        if email not in here and email not in new:
            new[email] = Member(email=email, language=language)
            new[email].set_unusable_password()
    made = {one.email: one for one in Member.objects.bulk_create(new.values())}
    # Known, and not proven: the first code that signs in proves it.
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, verified=False, primary=True) for one in made.values()
    )
    told.made += len(made)
    links, waiting = [], []
    for key, email, _language in batch:
        account = here.get(email) or made[email]
        if account.is_operator or account.pk in taken:
            waiting.append(UnclaimedAddress(membership_id=key, email=email))
            continue
        taken.add(account.pk)
        told.found += email in here
        links.append(Membership(pk=key, member=account))
    _link(links)
    UnclaimedAddress.objects.bulk_create(waiting, ignore_conflicts=True)
    told.waiting += len(waiting)


def _accounts_at(addresses: list[str]) -> dict[str, Member]:
    """The accounts with these addresses: whoever has proven one, else whoever began with it (`person_at`)."""
    began: Any = Member.objects.filter(email__in=addresses)
    found = {one.email: one for one in began}
    proven = EmailAddress.objects.filter(email__in=addresses, verified=True).select_related("user")
    return found | {one.email.lower(): one.user for one in proven}


def _link(links: list[Membership]) -> None:
    for one in links:
        one.community_id = active_community_id()
    Membership.objects.bulk_update(links, ["member"], batch_size=AT_ONCE)
