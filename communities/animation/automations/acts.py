"""What automations do to people and texts of the rooms below: each by the service of the act and its check."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.automations.assigning import AssignMatter
from communities.animation.automations.changing import last_line, refuse_changed_since
from communities.animation.automations.exceptions import CameOtherwise
from communities.animation.automations.notices import AutomaticNews, AutomaticNote
from communities.animation.models import Welcome
from communities.animation.newcomers.services import look_after
from communities.animation.permissions import can_assign_newcomers, can_greet_newcomers
from communities.automatic import (
    PERSON,
    THREAD,
    Automatic,
    Found,
    Order,
    Outcome,
    Trigger,
    Values,
    automatics,
    number_in,
)
from communities.content.models import Thread
from communities.content.services import pin_thread, set_tags, unpin_thread
from communities.content.services.tagging import TAG_USED, as_kept, tag_names, tag_subject
from communities.content.viewers import viewer_for
from communities.exceptions import DomainError, NotAllowed
from communities.fields import one_line
from communities.letters import slug_of
from communities.models import Community, Membership
from communities.notices import About
from communities.notifications.services import tell
from communities.people.entrusting import set_role
from communities.people.levels import LEVELS, level_name
from communities.people.managing import set_level
from communities.queries import local_path

# What an automation may give at most: trust beyond is a person’s to give.
HIGHEST_LEVEL = 2
GIVEN_ROLE = Membership.Role.AMBASSADOR
NAME = "{name}"


class WriteNote(Automatic):
    """A note in bell and mail, signed by a person who wrote its words, and marked as sent by itself."""

    name = "note"
    label = gettext_lazy("write them a note")
    order = 10
    needs = frozenset({PERSON})
    writes = True
    notice = AutomaticNote.name
    asks_words = True

    def said(self, values: Values, to: str, by: str) -> str:
        return _("write them a note in the name of %(name)s") % {"name": by}

    def may(self, by: Membership) -> bool:
        return by.can_manage

    def do(self, order: Order) -> Outcome:
        person = _person(order)
        if not order.by.can_write:
            raise DomainError(_("Whoever signed it may not write at the moment, or the place is read-only."))
        about = About(actor=order.by, path=f"/me/notes/{order.mark}/", occasion=f"note {order.mark}")
        tell(AutomaticNote, [person.pk], about)
        return Outcome()


def words_for(words: str, person: Membership) -> str:
    """What somebody reads: with their name where the words ask for it."""
    return words.replace(NAME, person.display_name)


class TellTeam(Automatic):
    """One line in the bell, and a mail, for somebody of the team."""

    name = "tell"
    label = gettext_lazy("tell somebody on the team")
    order = 20
    asks_to = gettext_lazy("Whom")

    def said(self, values: Values, to: str, by: str) -> str:
        return _("tell %(name)s") % {"name": to}

    def may(self, by: Membership) -> bool:
        return by.can_manage

    def may_be_given_to(self, to: Membership, trigger: Trigger) -> bool:
        return to.is_staff and trigger.known_to(to)

    def foresees(self, order: Order) -> str:
        to, found = _to(order), order.found
        if found.thread is not None and found.thread.pk not in _readable(found, to):
            return _("They may not read the text that it is about.")
        if not order.trigger.may_be_told(to, found.what):
            return _("They may not see what it is about.")
        return ""

    def do(self, order: Order) -> Outcome:
        to = _to(order)
        if refusal := self.foresees(_anew(order)):
            raise DomainError(refusal)
        tell(AutomaticNews, [to.pk], About(actor=None, path=_path(order), occasion=f"firing {order.mark}"))
        return Outcome()


def _path(order: Order) -> str:
    """Where the line leads, within the community."""
    found = order.found
    if found.path:
        return found.path
    if found.thread is not None:
        return local_path(found.thread.get_absolute_url())
    if found.person is not None:
        return f"/members/{found.person.handle}/"
    return "/"


class AddTag(Automatic):
    """One tag more on the text."""

    name = "tag"
    label = gettext_lazy("add a tag")
    order = 40
    needs = frozenset({THREAD})
    can_be_undone = True

    def fields(self, community: Community) -> dict[str, forms.Field]:
        return {"tag": forms.CharField(label=gettext_lazy("Tag"), max_length=60)}

    def said(self, values: Values, to: str, by: str) -> str:
        return _("add the tag “%(tag)s”") % {"tag": values.get("tag", "")}

    def may(self, by: Membership) -> bool:
        return by.can_manage

    def check(self, trigger: Trigger, when: Values, values: Values) -> str:
        word = one_line(str(values.get("tag", "")))
        if not slug_of(word, 80):
            return _("A tag needs a letter or a digit.")
        return "" if as_kept(tag_names([word])) else _("This word is not used as a tag here.")

    def do(self, order: Order) -> Outcome:
        thread = _locked(_thread(order))
        word = one_line(str(order.values.get("tag", "")))
        before = {tag.slug: tag.name for tag in thread.tags.all()}
        wanted = as_kept(tag_names([word]))
        if not wanted or wanted.keys() <= before.keys():
            raise DomainError(_("The text carries this tag already, or the word is not used here."))
        tags = set_tags(thread, by=order.by, names=[*before.values(), word])
        added = [tag for tag in tags if tag.slug not in before]
        if not added:
            raise DomainError(_("Tags are not open here."))
        made = tuple((TAG_USED, tag_subject(thread.pk, tag.pk)) for tag in added)
        return Outcome({"tags": [tag.pk for tag in added]}, made)

    def undo(self, order: Order, kept: Mapping[str, Any], *, by: Membership) -> None:
        thread = _locked(_thread(order))
        names = {tag.pk: tag.name for tag in thread.tags.all()}
        if not names.keys() & set(kept["tags"]):
            raise CameOtherwise
        set_tags(thread, by=by, names=[name for pk, name in names.items() if pk not in kept["tags"]])


class RaiseLevel(Automatic):
    """More trust, up to a ceiling; never less."""

    name = "level"
    label = gettext_lazy("raise their level")
    order = 60
    needs = frozenset({PERSON})
    can_be_undone = True

    def fields(self, community: Community) -> dict[str, forms.Field]:
        choices = [(str(level), word) for level, word in LEVELS if 0 < level <= HIGHEST_LEVEL]
        return {"level": forms.ChoiceField(label=gettext_lazy("Level"), choices=choices)}

    def said(self, values: Values, to: str, by: str) -> str:
        return _("raise their level to “%(level)s”") % {"level": level_name(_level(values))}

    def may(self, by: Membership) -> bool:
        return by.can_manage

    def foresees(self, order: Order) -> str:
        person = order.found.person
        there = person is not None and person.trust_level >= _level(order.values)
        return _("They have this level already, or a higher one.") if there else ""

    def do(self, order: Order) -> Outcome:
        order, person, level = *_with_person_locked(order), _level(order.values)
        if refusal := self.foresees(order):
            raise DomainError(refusal)
        before = person.trust_level
        set_level(person, level, by=order.by)
        return Outcome({"before": before, "after": level, "line": last_line("level_set", person.pk)})

    def undo(self, order: Order, kept: Mapping[str, Any], *, by: Membership) -> None:
        order, person = _with_person_locked(order)
        refuse_changed_since(kept, "level_set", person.pk)
        if person.trust_level != kept["after"]:
            raise CameOtherwise
        set_level(person, kept["before"], by=by)


def _level(values: Values) -> int:
    """Never above the ceiling, whatever was stored."""
    return number_in(values, "level", 1, most=HIGHEST_LEVEL)


class GiveRole(Automatic):
    """Make a member an ambassador: the only role that is given by itself."""

    name = "role"
    label = gettext_lazy("make them an ambassador")
    order = 70
    needs = frozenset({PERSON})
    can_be_undone = True

    def may(self, by: Membership) -> bool:
        return by.can_manage

    def foresees(self, order: Order) -> str:
        person = order.found.person
        has_one = person is not None and person.role != Membership.Role.MEMBER
        return _("They have a role already.") if has_one else ""

    def do(self, order: Order) -> Outcome:
        order, person = _with_person_locked(order)
        if refusal := self.foresees(order):
            raise DomainError(refusal)
        set_role(person, GIVEN_ROLE, by=order.by)
        return Outcome({"line": last_line("role_set", person.pk)})

    def undo(self, order: Order, kept: Mapping[str, Any], *, by: Membership) -> None:
        order, person = _with_person_locked(order)
        refuse_changed_since(kept, "role_set", person.pk)
        if person.role != GIVEN_ROLE:
            raise CameOtherwise
        set_role(person, Membership.Role.MEMBER, by=by)


class GiveIntoCare(Automatic):
    """A newcomer is looked after by somebody, who is told."""

    name = "care"
    label = gettext_lazy("ask somebody to look after them")
    order = 30
    needs = frozenset({PERSON})
    asks_to = gettext_lazy("Whose")
    can_be_undone = True

    def said(self, values: Values, to: str, by: str) -> str:
        return _("ask %(name)s to look after them") % {"name": to}

    def may(self, by: Membership) -> bool:
        return can_assign_newcomers(by)

    def may_be_given_to(self, to: Membership, trigger: Trigger) -> bool:
        return can_greet_newcomers(to)

    def foresees(self, order: Order) -> str:
        person, found = order.found.person, order.found
        if "in care" not in found.memo:
            rows = Welcome.objects.of(found.people_together()).filter(looked_after_by__isnull=False)
            found.memo["in care"] = set(rows.values_list("membership_id", flat=True))
        cared_for = person is not None and person.pk in found.memo["in care"]
        return _("Somebody looks after them already.") if cared_for else ""

    def do(self, order: Order) -> Outcome:
        person = _person(order)
        # Whoever takes them into care just now is waited for.
        Welcome.objects.select_for_update(of=("self",)).of([person.pk]).first()
        if refusal := self.foresees(_anew(order)):
            raise DomainError(refusal)
        welcome = look_after(person, _to(order), by=order.by)
        return Outcome({"to": welcome.looked_after_by_id, "since": str(welcome.looked_after_since)})

    def undo(self, order: Order, kept: Mapping[str, Any], *, by: Membership) -> None:
        rows = Welcome.objects.select_for_update(of=("self",))
        welcome = rows.filter(membership=_person(order)).first()
        if welcome is None or kept.get("since", "") not in ("", str(welcome.looked_after_since)):
            raise CameOtherwise
        look_after(_person(order), None, by=by, was=kept["to"])


class Pin(Automatic):
    """On top of its space."""

    name = "pin"
    label = gettext_lazy("feature it: keep it at the top of its space")
    order = 50
    needs = frozenset({THREAD})
    can_be_undone = True

    def may(self, by: Membership) -> bool:
        return by.can_manage

    def foresees(self, order: Order) -> str:
        pinned = order.found.thread is not None and order.found.thread.pinned
        return _("It is already at the top.") if pinned else ""

    def do(self, order: Order) -> Outcome:
        if not pin_thread(_thread(order), by=order.by):
            raise DomainError(_("It is already at the top."))
        # The update has locked the row: it is this moment and no other.
        since = Thread.objects.values_list("pinned_at", flat=True).get(pk=_thread(order).pk)
        assert since is not None  # the database keeps it with the place
        return Outcome({"since": since.isoformat()})

    def undo(self, order: Order, kept: Mapping[str, Any], *, by: Membership) -> None:
        """What a person took off, and put back on top since, is theirs."""
        if not unpin_thread(_thread(order), by=by, since=datetime.datetime.fromisoformat(kept["since"])):
            raise CameOtherwise


def _person(order: Order) -> Membership:
    if order.found.person is None:
        raise DomainError(_("The person is no longer here."))
    return order.found.person


def _thread(order: Order) -> Thread:
    """As whoever acts may read it. Raises NotAllowed."""
    thread: Thread | None = order.found.thread
    if thread is None or not _reads(order.found.community, order.by, thread):
        raise NotAllowed(_("The text is gone, or whoever signed this can no longer see it."))
    return thread


def _with_person_locked(order: Order) -> tuple[Order, Membership]:
    """The person as they are now, until the transaction ends: what was read before may have changed since."""
    rows = Membership.objects.select_for_update(of=("self",))
    person = rows.filter(pk=_person(order).pk).first()
    order = replace(order, found=replace(order.found, person=person, memo={}))
    return order, _person(order)


def _anew(order: Order) -> Order:
    """The same, with nothing that was asked before."""
    return replace(order, found=replace(order.found, memo={}))


def _locked(thread: Thread) -> Thread:
    """Whoever tags it just now is waited for: tags are written as a whole."""
    Thread.objects.select_for_update(of=("self",), no_key=True).get(pk=thread.pk)
    return thread


def _to(order: Order) -> Membership:
    assert order.to is not None  # whoever carries it out has looked
    return order.to


def _reads(community: Community, reader: Membership, thread: Thread) -> bool:
    return Thread.objects.visible_to(viewer_for(community, reader)).filter(pk=thread.pk).exists()


def _readable(found: Found, reader: Membership) -> set[int]:
    """The threads that somebody may read, among those that are asked for together."""
    memo = f"readable {reader.pk}"
    if memo not in found.memo:
        rows = Thread.objects.visible_to(viewer_for(found.community, reader))
        rows = rows.filter(pk__in=found.threads_together())
        found.memo[memo] = set(rows.values_list("pk", flat=True))
    readable: set[int] = found.memo[memo]
    return readable


def register() -> None:
    for act in (
        WriteNote(), TellTeam(), GiveIntoCare(), AssignMatter(), AddTag(), Pin(), RaiseLevel(), GiveRole(),
    ):  # fmt: skip
        automatics.register(act)
