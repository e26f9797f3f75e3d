"""Switching notifications on and off for a device."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError
from communities.models import Membership
from communities.notifications.devices.encryption import BadKeys, point_of, secret_of
from communities.notifications.devices.models import LONGEST_ENDPOINT, Device
from communities.outbound import is_web_address

# Of one member; whoever has more has forgotten some, and the oldest go.
MOST_DEVICES = 10


@dataclass(frozen=True)
class Subscription:
    """What a browser says of itself when notifications are switched on there."""

    endpoint: str
    public_key: str
    secret: str


class CannotReach(DomainError):
    message = _(
        "This browser’s notifications come from a service that this installation does not send to. Nothing was changed."
    )


def are_offered() -> bool:
    """Whether this installation sends to devices at all."""
    return bool(settings.PUSH_SERVICES)


def may_send_to(endpoint: str) -> bool:
    """Only https, only hosts of the open web, only services that the operator knows."""
    if len(endpoint) > LONGEST_ENDPOINT or not is_web_address(endpoint):
        return False
    parts = urlsplit(endpoint)
    host = (parts.hostname or "").lower()
    return parts.scheme == "https" and any(fnmatchcase(host, one.lower()) for one in settings.PUSH_SERVICES)


@transaction.atomic
def add_device(said: Subscription, *, name: str, by: Membership, instead_of: str = "") -> Device:
    """Send this member’s news to a browser from now on; whoever had it before is sent nothing there any more.

    `instead_of`: the former address of the same browser, of the same member. Safe to run again. Raises CannotReach.
    """
    if not are_offered() or not may_send_to(said.endpoint):
        raise CannotReach
    try:
        point_of(said.public_key)
        secret_of(said.secret)
    except BadKeys as error:
        raise CannotReach from error
    if instead_of:
        Device.objects.of(by).filter(endpoint=instead_of).exclude(endpoint=said.endpoint).delete()
    # What waits for somebody who used this browser before is not shown to whoever uses it now.
    Device.objects.filter(endpoint=said.endpoint).exclude(membership=by).delete()
    device, _made = Device.objects.update_or_create(
        endpoint=said.endpoint,
        defaults={
            "membership": by,
            "public_key": said.public_key,
            "sealing_secret": said.secret,
            "name": name,
        },
    )
    kept = Device.objects.of(by).newest().values("pk")[:MOST_DEVICES]
    Device.objects.of(by).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return device


@transaction.atomic
def remove_device(device: Device) -> None:
    """Nothing is sent there any more. Idempotent."""
    Device.objects.filter(pk=device.pk).delete()
