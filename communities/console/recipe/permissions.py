"""Who may found a community, and who may make a blueprint of one."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from communities.models import Membership
from members.models import Member


def can_found(person: Member | AnonymousUser) -> bool:
    """The operator; everybody with an account where the settings say so."""
    if isinstance(person, AnonymousUser):
        return False
    return bool(person.is_operator or settings.COMMUNITIES_BY_MEMBERS)


def can_save_blueprint(membership: Membership) -> bool:
    """The owner alone: what a blueprint holds leaves the community."""
    return membership.can_manage and membership.role == Membership.Role.OWNER
