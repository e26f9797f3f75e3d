"""What newcomers are asked of themselves beside name and handle, by packages above: profile fields.

What is kept goes into `Membership.profile`, with the membership itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from communities.models import Community
from communities.registries import Registry


class Asked:
    """Fields of the form to join, and what is kept of them."""

    name: ClassVar[str]

    def controls(self, community: Community) -> dict[str, forms.Field]:
        """By the names they have in the form. No query."""
        raise NotImplementedError

    def kept(self, community: Community, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """What a profile keeps of the cleaned data."""
        raise NotImplementedError

    def words(self, community: Community, profile: Mapping[str, Any]) -> list[str]:
        """What of it newcomers wrote themselves, to be judged as their name is."""
        return []


asked: Registry[Asked] = Registry("part of what newcomers are asked")
