"""A draft of a greeting, made of what somebody said themselves and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from communities.animation.newcomers.queries import Arrival
from communities.content.models import State
from communities.mails import speaking
from communities.models import Community, Membership
from communities.people.fields.defined import EVERYBODY, MEMBERS, fields_of
from communities.people.fields.showing import answer_to


@dataclass(frozen=True)
class Draft:
    """The words, and what they were made of; both empty for somebody who has said nothing."""

    words: str = ""
    made_of: tuple[str, ...] = ()


def draft_for(arrival: Arrival, *, by: Membership, community: Community) -> Draft:
    """In the newcomer’s language, from what every member may read of them."""
    person = arrival.person
    with speaking(community, person.language or community.language):
        said, made_of = [], list[str]()
        if arrival.text is not None:
            # A reply stands under somebody else’s title.
            begun = arrival.text.position == 1
            read = (
                _("I have read “%(title)s”: thank you for it.")
                if begun
                else _("I have read what you wrote in “%(title)s”: thank you for it.")
            )
            said.append(read % {"title": arrival.text.thread.title})
            made_of.append(arrival.text.thread.title)
        for label, words in shared_answers(community, person)[:2]:
            said.append(_("You said about yourself: %(words)s.") % {"words": words.rstrip(".!? ")})
            made_of.append(label)
        if person.place:
            said.append(_("You join us from %(place)s.") % {"place": person.place})
            made_of.append(person.place)
        if not said:
            return Draft()
        hello = _("Welcome, %(name)s.") % {"name": person.display_name}
        ask = _("What would you like to find here first?")
        words = "\n\n".join([hello, " ".join(said), ask, by.display_name])
    return Draft(words, tuple(made_of))


def shared_answers(community: Community, person: Membership) -> list[tuple[str, str]]:
    """Label and words of what other members may read of somebody."""
    found = []
    for one in fields_of(community):
        if (
            one.key in person.profile
            and one.seen_by in (EVERYBODY, MEMBERS)
            and one.kind not in ("file", "link")
        ):
            words = answer_to(one, person.profile).words
            if words:
                found.append((one.label, words))
    return found


def can_be_replied_to(arrival: Arrival) -> bool:
    text = arrival.text
    return text is not None and text.state == State.PUBLISHED and not text.thread.locked
