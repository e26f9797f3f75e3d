"""Test data made by the real models and services; arguments say what the test is about."""

from __future__ import annotations

import itertools
from typing import Any

from communities.content import services
from communities.content.kinds import KINDS
from communities.content.models import Post, Space, State, Thread
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.people.fields.services import FieldWishes, add_field
from communities.people.models import ProfileField
from communities.scoping import active_community_id
from communities.texts.services import adopt
from members.models import Member

_numbers = itertools.count(1)


def make_community(**fields: Any) -> Community:
    number = next(_numbers)
    fields.setdefault("slug", f"brand-{number}")
    fields.setdefault("name", f"Brand {number}")
    fields.setdefault("languages", ["en", "fr"])
    fields.setdefault("moderation_mode", "reactive")
    return Community.objects.create(**fields)


def make_person(**fields: Any) -> Member:
    number = next(_numbers)
    fields.setdefault("email", f"person-{number}@example.org")
    password = fields.pop("password", "correct horse battery")
    return Member.objects.create_user(fields.pop("email"), password, **fields)


def make_membership(person: Member | None = None, **fields: Any) -> Membership:
    """A membership of the community in scope."""
    number = next(_numbers)
    fields.setdefault("handle", f"handle{number}")
    fields.setdefault("display_name", f"Name {number}")
    return Membership.objects.create(member=person or make_person(), **fields)


def make_memberships(*each: dict[str, Any]) -> list[Membership]:
    """As `make_membership` makes one, for several people with an account each, at two strokes."""
    people, memberships = [], []
    for fields in each:
        number = next(_numbers)
        person = Member(email=f"person-{next(_numbers)}@example.org")
        person.set_password("correct horse battery")
        people.append(person)
        named = {"handle": f"handle{number}", "display_name": f"Name {number}"}
        memberships.append(Membership(**named | fields, member=person))
    Member.objects.bulk_create(people)
    for membership in memberships:
        # It knows the number of its person only now.
        membership.member = membership.member
    return Membership.objects.bulk_create(memberships)


def make_field(kind: str = "text", name: str = "", **wishes: Any) -> ProfileField:
    """A profile field of the community in scope; options by their names, or as the service takes them."""
    community = Community.objects.get(pk=active_community_id())
    by = Membership.objects.filter(role="owner").first() or make_membership(role="owner")
    wishes["options"] = [
        {"id": None, "names": {"en": one}} if isinstance(one, str) else one
        for one in wishes.get("options", ())
    ]
    key = wishes.pop("key", "")
    names = {"en": name or f"Field {next(_numbers)}"}
    return add_field(kind, FieldWishes(names=names, **wishes), by=by, community=community, key=key)


def make_space(**fields: Any) -> Space:
    number = next(_numbers)
    fields.setdefault("kind", "forum")
    fields.setdefault("slug", f"space-{number}")
    fields.setdefault("name", f"Space {number}")
    space = Space.objects.create(**fields)
    # As whoever adds one does: what this process remembers of a community’s spaces lacks it.
    forget_all()
    return space


def make_thread(
    space: Space | None = None, *, by: Membership | None = None, replies: int = 0, **fields: Any
) -> Thread:
    """A published thread, through the real service; `state="draft"` leaves it unpublished."""
    number = next(_numbers)
    space = space or make_space()
    by = by or make_membership(role="manager")
    fields.setdefault("title", f"Thread {number}")
    fields.setdefault("body", f"<p>Body of thread {number}.</p>")
    fields.setdefault("kind", KINDS[space.kind].thread_names[0])
    fields.setdefault("state", State.PUBLISHED)
    thread = services.start_thread(space, by=by, community=the_community(), **fields)
    for _reply in range(replies):
        make_reply(thread)
    return Thread.objects.select_related("space", "author").get(pk=thread.pk)


def make_reply(
    thread: Thread, *, by: Membership | None = None, body: str = "<p>A reply.</p>", **fields: Any
) -> Post:
    thread = Thread.objects.select_related("space").get(pk=thread.pk)
    return services.reply_to(thread, by=by or make_membership(), body=body, **fields)


def make_rules(*rules: str, reason: str = "It lasts.", by: Membership | None = None) -> None:
    """House rules in force, in the order given, through the real service."""
    content = [{"rule": {"en": rule}, "reason": {"en": reason}} for rule in rules]
    adopt(the_community(), "rules", content, by=by)


def the_community() -> Community:
    return Community.objects.get(pk=active_community_id())
