"""Shops that send their orders: connected with a secret, given another one, disconnected."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from analytics.roi.exceptions import NameTaken
from analytics.roi.models import OrderSource
from analytics.roi.permissions import can_edit_results
from communities.exceptions import NotAllowed
from communities.models import Membership


@transaction.atomic
def connect_shop(*, by: Membership, kind: str, name: str, secret: str) -> OrderSource:
    """One that was disconnected goes on under its name and address, so that no order is taken twice.

    Raises NotAllowed, NameTaken.
    """
    if not can_edit_results(by):
        raise NotAllowed
    former = OrderSource.objects.disconnected().select_for_update().filter(name=name).first()
    source: OrderSource = former or OrderSource(name=name)
    source.kind = kind
    source.keep_secret(secret)
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        raise NameTaken from error
    return source


def change_secret(source: OrderSource, *, by: Membership, secret: str) -> None:
    """From now on only what is signed with this one is taken. Raises NotAllowed."""
    if not can_edit_results(by):
        raise NotAllowed
    source.keep_secret(secret)
    source.save(update_fields=["sealed_secret"])


def disconnect_shop(source: OrderSource, *, by: Membership) -> None:
    """Take nothing from this shop any more; its orders stay. Raises NotAllowed."""
    if not can_edit_results(by):
        raise NotAllowed
    source.sealed_secret = ""
    source.save(update_fields=["sealed_secret"])
