"""The rights of a term: a role with scope and end, given by the one way in which roles are given, and taken back.

Whoever holds as much already keeps what they have: nothing is given then, and nothing is taken at the end.
"""

from __future__ import annotations

from communities.animation.ambassadors.models import Term
from communities.models import Membership
from communities.roles import RANKS, falls_back_to, give_role

Role = Membership.Role


def grant(term: Term, person: Membership) -> None:
    """Give a locked membership the role of its term, until its end. What they are afterwards is what they are now."""
    if term.rights == Term.Rights.NONE or _has_as_much(term, person):
        return
    after = falls_back_to(person, term.rights)
    give_role(person, term.rights, spaces=term.spaces, until=term.until, after=after)
    # The end of a term is told by the programme, with what can be done about it.
    person.role_end_told = True
    person.save(update_fields=["role_end_told"])


def take_back(term: Term, person: Membership) -> None:
    """The role of a term goes, and what was before it is there again; nothing where somebody has given another role
    since."""
    if is_given_by(term, person):
        give_role(person, person.role_after)


def is_given_by(term: Term, person: Membership) -> bool:
    """Whether the role that a person has now is the one of this term."""
    given = term.rights != Term.Rights.NONE and person.role == term.rights
    return given and person.role_until is not None and person.role_until == term.until


def _has_as_much(term: Term, person: Membership) -> bool:
    if person.role != term.rights:
        return RANKS[person.role] >= RANKS[term.rights]
    # Another scope is another role: a moderator by appointment stays what they are.
    ends, asked = person.role_until, term.until
    return term.rights == Role.MODERATOR or ends is None or (asked is not None and ends >= asked)
