"""What an owner does with the sender of the community’s mails, and what follows from a look at its records."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.console.reach.domains import LOST_AFTER, PAUSE
from communities.console.reach.examining import Mark
from communities.console.reach.exceptions import AskedJustNow, NoSender
from communities.console.reach.notices import tell_owners
from communities.console.reach.pace import CHECK_SENDERS, call_checker, next_look
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.mailing.models import MailReturn, Sender
from communities.mailing.returns import lift
from communities.mailing.signing import make_key
from communities.mails import brand_for, page_address, speaking
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.permissions import can_edit_sender
from communities.queries import locked_community
from communities.scoping import community_scope
from members.mails.building import Letter, build
from members.mails.kinds import MailKind, register_kind
from members.mails.outbox import post
from members.models import OutgoingMail

TEST_MAIL = register_kind(
    MailKind("test_mail", gettext_lazy("Test mail"), urgency=2, hurries=True, confidential=True)
)


@transaction.atomic
def set_sender(community: Community, *, by: Membership, name: str, address: str) -> Community:
    """Choose the name and the address that mails come from.

    The name is in force at once. The address is once its domain publishes our key; until then mails leave from where
    they left before. Raises NotAllowed.
    """
    if not can_edit_sender(by):
        raise NotAllowed
    fresh = locked_community(community)
    sender = Sender.objects.select_for_update().first()
    before = {"name": fresh.sender_name, "address": sender.address if sender else fresh.sender_email}
    fresh.sender_name = name
    if address != before["address"]:
        fresh.sender_email = _move(sender, fresh, address)
    fresh.save(update_fields=["sender_name", "sender_email", "updated_at"])
    record(
        by, "sender_changed", what=name or fresh.name, about=fresh.pk, before=before,
        after={"name": name, "address": address},
    )  # fmt: skip
    transaction.on_commit(forget_all)
    return fresh


def _move(sender: Sender | None, community: Community, address: str) -> str:
    """Store which address is wanted; the one that is in force from now on."""
    if not address:
        Sender.objects.all().delete()
        return ""
    now = timezone.now()
    if sender is not None and sender.domain.lower() == address.rpartition("@")[2].lower():
        # Another name at the same domain: the same key, proven or not.
        sender.address = address
        sender.save(update_fields=["address"])
        return address if sender.signs else community.sender_email
    if sender is None:
        private, public = make_key()
        new = Sender(community=community, selector=f"parvis-{secrets.token_hex(4)}", public_key=public)
        new.keep_key(private)
    else:
        # Another domain, the same key: back at the former one, the records that stand there prove it again.
        new = sender
        new.findings, new.checked_at, new.proven_at = {}, None, None
        new.failing_since = new.lost_at = None
    new.address, new.due_at, new.looking_since, new.made_at = address, now, now, now
    new.save()
    call_checker(CHECK_SENDERS)
    return community.sender_email if sender is None else ""


def ask_for_sender_look(*, by: Membership) -> None:
    """Have the records looked up now. Raises NotAllowed, NoSender, AskedJustNow."""
    if not can_edit_sender(by):
        raise NotAllowed
    sender = Sender.objects.first()
    if sender is None:
        raise NoSender
    now = timezone.now()
    if sender.checked_at is not None and sender.checked_at > now - PAUSE:
        raise AskedJustNow
    Sender.objects.filter(pk=sender.pk).update(due_at=now, looking_since=now)
    call_checker(CHECK_SENDERS)


def take_sender_findings(community_id: int, address: str, findings: dict[str, Any]) -> None:
    """Keep what a look found: from the moment our key is there, mails leave from the address, signed; once it has been
    gone for a day, they leave from the platform’s again, and the owners are told."""
    with community_scope(community_id):
        sender = Sender.objects.select_for_update().first()
        # Somebody changed it while we asked: those are answers about another domain.
        if sender is None or sender.address != address:
            return
        now = timezone.now()
        sender.findings, sender.checked_at, sender.looking_since = findings, now, None
        _follow(sender, Mark(findings["dkim"]["mark"]), now)
        settled = sender.signs and sender.failing_since is None
        sender.due_at = next_look(now, sender.made_at, settled=settled, proven=sender.proven_at is not None)
        sender.save()


def _follow(sender: Sender, key: Mark, now: datetime.datetime) -> None:
    if key is Mark.UNKNOWN:
        return
    if key is Mark.FOUND:
        if not sender.signs:
            sender.proven_at, sender.lost_at = sender.proven_at or now, None
            _put_in_force(sender, sender.address)
        sender.failing_since = None
    elif sender.proven_at is not None:
        sender.failing_since = sender.failing_since or now
        if sender.lost_at is None and now - sender.failing_since >= LOST_AFTER:
            sender.lost_at = now
            _put_in_force(sender, "")
            tell_owners("sender_failed", sender.address, occasion=sender.failing_since.isoformat())


def _put_in_force(sender: Sender, address: str) -> None:
    community = locked_community(sender.community_id)
    before = community.sender_email
    community.sender_email = address
    community.save(update_fields=["sender_email", "updated_at"])
    record(
        None, "sender_in_force", what=sender.address, about=community.pk,
        before={"address": before}, after={"address": address},
    )  # fmt: skip
    transaction.on_commit(forget_all)


@transaction.atomic
def send_test_mail(community: Community, *, by: Membership) -> OutgoingMail:
    """A mail to the owner herself, through the outbox like every other. Raises NotAllowed."""
    if not can_edit_sender(by) or by.member is None:
        raise NotAllowed
    fresh = Community.objects.get(pk=community.pk)
    with speaking(fresh, by.language or by.member.language):
        letter = Letter(
            by.member.email,
            _("Test mail of %(name)s") % {"name": fresh.name},
            "console/reach/test_mail",
            {"name": fresh.name, "url": page_address(fresh, "console:edit-sender")},
        )
        message = build(letter, brand_for(fresh))
    return post(message, kind=TEST_MAIL, community_id=fresh.pk, about=str(by.pk))


@transaction.atomic
def try_address_again(row: MailReturn, *, by: Membership) -> None:
    """Mails go to this address again; if they come back again, it stops again. Raises NotAllowed."""
    if not can_edit_sender(by):
        raise NotAllowed
    lift(row)
    record(by, "address_tried_again", what=row.masked_address, about=row.pk)


def default_sender() -> str:
    return settings.DEFAULT_FROM_EMAIL
