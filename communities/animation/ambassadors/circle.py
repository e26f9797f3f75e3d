"""The space of a programme: who has a running term in it reads it, whatever rights come with the term, and nobody else
but the team. It ends with the term, by the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.animation.ambassadors.models import Programme, Term
from communities.animation.ambassadors.permissions import FEATURE
from communities.content.audiences import Reach, Source
from communities.content.circles import READ, Circle, Said
from communities.content.models import Space
from communities.models import JUDGING_ROLES, Membership
from communities.terms import having_role

KEY = "programmes"


class InProgramme(Circle):
    """Reading alone: who starts and replies in such a space are members, as far as they read it. Which programmes a
    space means is kept by their kind, so that it holds for one that is written later."""

    name, label, icon, order = "term", _("People of a programme"), "heart", 25
    starts = replies = False
    keeps, feature = KEY, FEATURE

    def holds(self, membership: Membership, said: Said) -> bool:
        """Of the row alone; terms are asked for by `Terms`."""
        return membership.can_judge

    def people(self, said: Said) -> Q:
        terms = Term.objects.running(timezone.now()).filter(programme__kind__in=said.get(KEY, ()))
        return having_role(JUDGING_ROLES) | Q(pk__in=terms.values("membership_id"))

    def words(self, said: Said) -> str:
        chosen = [str(label) for kind, label in Programme.Kind.choices if kind in said.get(KEY, ())]
        return get_text_list(chosen, gettext("or")) if chosen else str(self.label)

    def fields(self, said: Said) -> dict[str, forms.Field]:
        return {
            KEY: forms.MultipleChoiceField(
                label=_("Programmes"),
                choices=Programme.Kind.choices,
                required=False,
                initial=list(said.get(KEY, ())),
                widget=forms.CheckboxSelectMultiple,
                help_text=_(
                    "From the charter to the end of the term. Moderators, managers and owners always may."
                ),
            )
        }

    def said_by(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        if not cleaned[KEY]:
            raise forms.ValidationError({KEY: gettext("Choose at least one programme.")})
        return {KEY: sorted(cleaned[KEY])}


class Terms(Source):
    """Reading by a term. One query, and none where no space is for a programme."""

    name, order = "terms", 25

    def spaces_for(self, membership: Membership, spaces: Sequence[Space]) -> Reach:
        meant = [space for space in spaces if space.audience == InProgramme.name]
        if not meant:
            return Reach()
        running = Term.objects.running(timezone.now()).filter(membership=membership)
        kinds = set(running.values_list("programme__kind", flat=True))
        return Reach(frozenset(space.pk for space in meant if kinds & _kinds(space)))

    def readers_of(self, space: Space, people: Sequence[Membership]) -> frozenset[int]:
        if space.audience != InProgramme.name or not people:
            return frozenset()
        running = Term.objects.running(timezone.now()).filter(programme__kind__in=_kinds(space))
        return frozenset(running.filter(membership__in=people).values_list("membership_id", flat=True))

    def moderators_of(self, space: Space, people: Sequence[Membership]) -> frozenset[int]:
        """A term is for reading."""
        return frozenset()


def _kinds(space: Space) -> set[str]:
    return set(space.said(READ).get(KEY, ()))
