"""What the operator may do to one community, as its page offers it.

Packages that bring an act register it here: cloning and deleting stand elsewhere than quotas do.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from communities.models import Community
from communities.registries import Registry


@dataclass(frozen=True)
class CommunityAct:
    """One button on a community’s page. `url_name` takes the community’s short name, on the platform’s host."""

    name: str
    label: Promise
    url_name: str
    icon: str
    order: int


@dataclass(frozen=True)
class ShownAct:
    label: str
    url: str
    icon: str


acts: Registry[CommunityAct] = Registry("act of the operator")


def acts_on(community: Community) -> list[ShownAct]:
    """The buttons on the page of one community."""
    return [ShownAct(str(act.label), reverse(act.url_name, args=[community.slug]), act.icon) for act in acts]


def register_community_act(act: CommunityAct) -> None:
    acts.register(act)
