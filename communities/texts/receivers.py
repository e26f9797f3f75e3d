"""From joining to the welcome: by a job, never in the newcomer’s own request."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from communities.models import Membership
from communities.signals import member_joined
from communities.texts.tasks import welcome
from communities.wording import WELCOME, version_in_force


@receiver(member_joined, dispatch_uid="texts.member_joined")
def hear_of_newcomer(sender: type[Membership], membership: Membership, **_extra: Any) -> None:
    if version_in_force(membership.community, WELCOME) is not None:
        welcome.delay_on_commit(community_id=membership.community_id, membership_id=membership.pk)
