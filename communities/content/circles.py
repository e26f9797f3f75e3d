"""Whom a space lets read, start and reply: circles of people, each told by what it is, none by its members' names.

A circle answers for one person from the membership's own row, without a query, and says in words whom it means.
Another one (a profile field, levels, groups) is registered when its app is ready and is offered by the form of a space
from then on; one that has to ask the database brings a `Source` of its own for reading
(`communities/content/audiences.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.content.models.declared import CIRCLES as _CIRCLES
from communities.models import JUDGING_ROLES, STAFF_ROLES, Membership
from communities.registries import Registry
from communities.terms import having_role

Said = Mapping[str, Any]
READ, START, REPLY = RIGHTS = ("read", "start", "reply")


class Circle:
    """One way to say whom a space means. `said` is what it was told beside its name; empty for most."""

    name: ClassVar[str]
    label: ClassVar[Promise]
    icon: ClassVar[str] = "users"
    order: ClassVar[int] = 50
    # For which rights the form of a space offers it.
    reads: ClassVar[bool] = True
    starts: ClassVar[bool] = True
    replies: ClassVar[bool] = True
    # The part that has to be there for it to mean anybody; "" for none.
    feature: ClassVar[str] = ""
    # Whether only kinds that name it offer it to readers (`Kind.readers`).
    only_named: ClassVar[bool] = False
    # By which of its words the journal knows what it was told; empty where it is told nothing.
    keeps: ClassVar[str] = ""

    def holds(self, membership: Membership, said: Said) -> bool:
        """Whether this active member belongs to it. No query."""
        raise NotImplementedError

    def people(self, said: Said) -> Q:
        """The same as a condition on active memberships, to count them."""
        raise NotImplementedError

    def words(self, said: Said) -> str:
        """Whom it means, in a few words: “Ambassadors, marketing leads”."""
        return str(self.label)

    def fields(self, said: Said) -> dict[str, forms.Field]:
        """What a form asks beside the name of the circle; empty where the name says all."""
        return {}

    def said_by(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """What is stored of these fields. Raises ValidationError where it would mean nobody."""
        return {}


class Everybody(Circle):
    name, label, icon, order = "public", _("Everybody"), "globe", 0
    starts = replies = False

    def holds(self, membership: Membership, said: Said) -> bool:
        return True

    def people(self, said: Said) -> Q:
        return Q()


class Members(Circle):
    name, label, order = "members", _("Members"), 10

    def holds(self, membership: Membership, said: Said) -> bool:
        return True

    def people(self, said: Said) -> Q:
        return Q()


class InRoles(Circle):
    """Chosen roles; whoever moderates the community is in it anyhow, or nobody could look after what is written."""

    name, label, icon, order = "roles", _("Some roles"), "ticket", 20
    keeps = "roles"

    def holds(self, membership: Membership, said: Said) -> bool:
        return membership.can_judge or (
            membership.role in said.get("roles", ()) and not membership.is_suspended
        )

    def people(self, said: Said) -> Q:
        return having_role([*said.get("roles", ()), *JUDGING_ROLES])

    def words(self, said: Said) -> str:
        chosen = [str(label) for role, label in role_choices() if role in said.get("roles", ())]
        return ", ".join(chosen) or str(self.label)

    def fields(self, said: Said) -> dict[str, forms.Field]:
        return {
            "roles": forms.MultipleChoiceField(
                label=_("Roles"),
                choices=role_choices(),
                required=False,
                initial=list(said.get("roles", ())),
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Moderators, managers and owners always may."),
            )
        }

    def said_by(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        if not cleaned["roles"]:
            raise forms.ValidationError({"roles": gettext("Choose at least one role.")})
        return {"roles": sorted(cleaned["roles"])}


class NamedAuthors(Circle):
    """Those whom the space names. `can_start_thread` asks for the names; here is only the word."""

    name, label, icon, order = "authors", _("Named authors and the team"), "edit", 40
    reads = replies = False

    def holds(self, membership: Membership, said: Said) -> bool:
        return membership.can_manage

    def people(self, said: Said) -> Q:
        return having_role(STAFF_ROLES)


class Team(Circle):
    name, label, icon, order = "team", _("The team"), "lock", 60

    def holds(self, membership: Membership, said: Said) -> bool:
        return membership.is_staff

    def people(self, said: Said) -> Q:
        return having_role(STAFF_ROLES)


CIRCLES: Registry[Circle] = _CIRCLES


def register_circle(circle: Circle) -> Circle:
    """Raises ValueError for a name that another circle has."""
    return CIRCLES.register(circle)


for _circle in (Everybody(), Members(), InRoles(), NamedAuthors(), Team()):
    register_circle(_circle)


def lets_in(space: Any, right: str, membership: Membership) -> bool:
    """Whether this active member is in the circle that has a right in a space. No query."""
    circle: Circle | None = space.circle(right)
    return circle is not None and circle.holds(membership, space.said(right))


def who_starts(space: Any) -> str:
    """For those who may not start threads in a space: who does."""
    if space.posting == "team":
        return gettext("In this space only the team starts threads.")
    if space.posting == "authors":
        return gettext("In this space only named authors start threads.")
    return gettext("Who starts threads in this space: %(people)s.") % {"people": space.whom(START)}


def role_choices() -> list[tuple[str, Any]]:
    """The roles that a circle can choose: those that are neither everybody's nor let in anyhow."""
    left = JUDGING_ROLES | {Membership.Role.MEMBER.value}
    return [(role, label) for role, label in Membership.Role.choices if role not in left]
