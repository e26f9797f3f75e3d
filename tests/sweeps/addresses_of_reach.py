"""The addresses of domains and senders."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import (
    ALL_MEMBERS,
    HIDES,
    only,
)

OWNER = only("owner")
DOMAIN = {"pk": "domain.pk"}

REACH = {
    "manage/domains/": Address(OWNER, post=OWNER, data={"host": "sails.example"}),
    "manage/domains/<int:pk>/check/": act(OWNER, **DOMAIN),
    "manage/domains/<int:pk>/make-primary/": Address(OWNER, DOMAIN, post=OWNER),
    "manage/domains/<int:pk>/release/": Address(OWNER, DOMAIN),
    "manage/sender/": Address(OWNER, post=OWNER, data={"name": "Crew", "address": "hello@sails.example"}),
    "manage/sender/check/": act(OWNER),
    "manage/sender/test/": act(OWNER),
    "manage/sender/stopped/": Address(OWNER),
    "manage/sender/stopped/<int:pk>/again/": act(OWNER, pk="stopped.pk"),
    "me/notifications/resume/": act(ALL_MEMBERS),
    "search/tags/": Address(ALL_MEMBERS, query="?q=ji"),
    # What no browser sends is refused; the device is of another member for all but one.
    "me/notifications/devices/": act(ALL_MEMBERS),
    "me/notifications/devices/key/": Address(ALL_MEMBERS, post=ALL_MEMBERS),
    "me/notifications/devices/<int:pk>/remove/": act(only("member", others=HIDES), pk="device.pk"),
}
