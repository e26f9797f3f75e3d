"""Greeting several newcomers in one act: one text, each their own greeting with their name, sent by a named person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from communities.animation.exceptions import CannotGreet, GreetedMeanwhile
from communities.animation.models import Welcome
from communities.animation.newcomers.services import LONGEST, Wishes, greet
from communities.exceptions import FieldError
from communities.models import Community, Membership

# As many as a page of the desk shows; a greeting to hundreds is a newsletter.
MOST = 20
# What stands for the name, in each language of the page: whoever writes takes either.
NAME = re.compile(r"\{\s*(?:name|nom)\s*\}", re.IGNORECASE)
BRACES = re.compile(r"\{[^{}\n]{0,40}\}")


@dataclass
class Sent:
    """Who was greeted, and who was not: with the reason, as the sender reads it."""

    greeted: list[Membership] = field(default_factory=list)
    left_out: list[tuple[Membership, str]] = field(default_factory=list)


@transaction.atomic
def greet_several(people: Sequence[Membership], words: str, *, by: Membership, community: Community) -> Sent:
    """Greet each of them, as `greet` does one. Whoever was greeted meanwhile, or is no newcomer any more, is left out
    and named; all others get theirs. By their numbers, so that of two who greet the same people none waits for ever.

    Raises NotAllowed, and FieldError for a text that cannot be sent to somebody: then nobody is greeted.
    """
    if not people:
        raise FieldError(_("Choose whom to greet."), field="people")
    if len(people) > MOST:
        raise FieldError(_("%(most)s people at most.") % {"most": MOST}, field="people")
    check_words(words, people)
    sent = Sent()
    for person in sorted(people, key=lambda one: one.pk):
        try:
            wishes = Wishes(words_for(person, words), Welcome.How.NOTE)
            greet(person, wishes, by=by, community=community)
        except (GreetedMeanwhile, CannotGreet) as refusal:
            sent.left_out.append((person, str(refusal)))
        else:
            sent.greeted.append(person)
    return sent


def words_for(person: Membership, words: str) -> str:
    """The text as this person reads it. A name that looks like a placeholder stays a name."""
    return NAME.sub(lambda _found: person.display_name, words)


def check_words(words: str, people: Sequence[Membership]) -> None:
    """Raises FieldError for a placeholder that nobody fills, and for a text that is too long for somebody’s name."""
    unknown = BRACES.search(NAME.sub("", words))
    if unknown is not None:
        said = _("%(what)s would be sent as it stands. Only {name} is filled in.") % {"what": unknown[0]}
        raise FieldError(said, field="words")
    if any(len(words_for(person, words).strip()) > LONGEST for person in people):
        raise FieldError(_("2000 characters at most: a greeting is short."), field="words")
