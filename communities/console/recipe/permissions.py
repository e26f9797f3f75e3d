"""Who may found a community, and who may make a blueprint of one."""

from __future__ import annotations

from django.conf import settings

from communities.models import Membership
from members.models import Member


def can_found(person: Member) -> bool:
    """The operator; everybody with an account where the settings say so."""
    return person.is_authenticated and bool(person.is_operator or settings.COMMUNITIES_BY_MEMBERS)


def can_save_blueprint(membership: Membership) -> bool:
    """The owner alone: what a blueprint holds leaves the community."""
    return membership.can_manage and membership.role == Membership.Role.OWNER
