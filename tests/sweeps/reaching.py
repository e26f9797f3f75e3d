"""What reaches people, and what does not, in the sweeps’ world: domains, senders, returned mails, devices."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from communities.mailing.models import MailReturn, Sender
from communities.models import Domain
from communities.notifications.models import Device
from members.mails.asking import token_for
from members.models import FailingAddress
from tests.conftest import Cast


def make_reach(here: Cast) -> dict[str, Any]:
    """A domain that waits for its records, a sender too, an address that stopped, a complaint; a device of a member."""
    failing = FailingAddress.objects.create(address="gone@example.org", stopped_at=timezone.now())
    returned = {"mail_kind": "invitation", "stops": True, "words": "550 no such person"}
    Sender.objects.create(
        address="crew@sails-of-here.example", selector="parvis-1", public_key="MIIB", sealed_key="1."
    )
    return {
        "domain": Domain.objects.create(community=here.community, host="sails-of-here.example"),
        "address_works": token_for("works@example.org"),
        "stopped": MailReturn.objects.create(
            mail=uuid.uuid4(), address=failing.address, outcome="hard", **returned
        ),
        # In the other community, too, things have numbers: this one is of a member of ours.
        "device": Device.objects.create(
            membership=here.member,
            endpoint="https://push.example.com/send/one",
            public_key="B",
            sealing_secret="s",
            name="Firefox, Linux",
        ),
        "complaint": MailReturn.objects.create(
            mail=uuid.uuid4(), address=here.member.member.email, outcome="complaint", **returned
        ),
    }
