"""What the pages about texts ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from communities.content.text.differences import Piece, difference
from communities.models import Community, Membership
from communities.texts.facts import missing
from communities.texts.kinds import TextKind, kinds
from communities.texts.models import TextVersion
from communities.texts.proposals import proposal_for
from communities.texts.rendering import facts_named, plainly, rules_as_text, trusted, words_of
from communities.wording import RULES, TERMS, Rule, accepted_by_joining, in_language, languages_of, rules_of

# Versions named under a text; who wants older ones asks from the oldest of these on.
VERSIONS_SHOWN = 20


@dataclass(frozen=True)
class Shown:
    """A text as a reader gets it: the words, in which language, and how far they hold."""

    kind: TextKind
    html: str = ""
    language: str = ""
    rules: Sequence[Rule] = ()
    # None for what is only proposed.
    version: TextVersion | None = None
    to_come: TextVersion | None = None
    # Facts that the words name and nobody has given.
    missing: Sequence[str] = field(default_factory=list)

    @property
    def is_proposal(self) -> bool:
        return self.version is None


def unconfirmed() -> list[TextKind]:
    """The texts of which no version was ever published: readers get what is proposed."""
    known = set(TextVersion.objects.published().values_list("kind", flat=True).distinct())
    return [kind for kind in kinds if kind.name not in known]


def read_text(community: Community, kind: TextKind) -> Shown:
    """What holds now; where nothing was published yet what will, else what is proposed from the facts."""
    known = list(TextVersion.objects.of(kind.name).still_known(timezone.now()))
    in_force = [one for one in known if one.has_come_into_force]
    coming = [one for one in known if not one.has_come_into_force]
    if not known:
        return show_content(community, kind, proposal_for(community, kind))
    version = in_force[-1] if in_force else coming[0]
    to_come = next((one for one in coming if one.pk != version.pk), None)
    return show_content(community, kind, version.content, version=version, to_come=to_come)


def show_content(
    community: Community,
    kind: TextKind,
    content: Any,
    *,
    version: TextVersion | None = None,
    to_come: TextVersion | None = None,
) -> Shown:
    """The words of a version in the reader’s language: those of its day where it was published, else of today."""
    languages = languages_of(community)
    if kind.is_rules:
        return Shown(kind, rules=rules_of(content, languages), version=version, to_come=to_come)
    if version is not None and not version.is_draft:
        html, language = in_language({code: one["html"] for code, one in content.items()}, languages)
        return Shown(kind, trusted(html), language, version=version, to_come=to_come)
    source, language = in_language({code: one["source"] for code, one in content.items()}, languages)
    gaps = [str(fact.label) for fact in missing(community, facts_named(source))]
    html = plainly(content[language], community, language) if source else ""
    return Shown(kind, html, language, version=version, to_come=to_come, missing=gaps)


@dataclass(frozen=True)
class Agreement:
    """A version of a text that somebody agreed to by joining, and which one holds now."""

    kind: TextKind
    number: int
    now: int

    @property
    def is_older(self) -> bool:
        return self.number < self.now


def agreements_of(person: Membership, community: Community) -> list[Agreement]:
    """Who joined before a text was published agreed to none. Nobody is asked again: of a change members are told."""
    now = accepted_by_joining(community)
    said = {RULES: person.accepted_rules, TERMS: person.accepted_terms}
    return [Agreement(kinds[kind], number, now.get(kind, 0)) for kind, number in said.items() if number]


def published_versions(kind: str, *, before: int | None = None) -> list[TextVersion]:
    """The newest published versions without their words; the oldest of a full page is where the next begins."""
    found = TextVersion.objects.of(kind).published().newest().defer("content")
    if before is not None:
        found = found.filter(number__lt=before)
    return list(found[:VERSIONS_SHOWN])


def find_published(kind: str, number: int) -> TextVersion | None:
    found: TextVersion | None = TextVersion.objects.of(kind).published().filter(number=number).first()
    return found


def compare(community: Community, older: TextVersion, newer: TextVersion) -> list[Piece]:
    """What changed between two versions, in the reader’s language."""
    return difference(text_of(community, older), text_of(community, newer))


def only_changes(pieces: Sequence[Piece]) -> list[Piece]:
    """The lines in which something changed; what lies between them is an ellipsis."""
    kept = []
    for place, piece in enumerate(pieces):
        lines = piece.text.split("\n")
        if piece.kind == "same" and len(lines) > 2:
            before = lines[0] + "\n" if place else ""
            after = "\n" + lines[-1] if place < len(pieces) - 1 else ""
            piece = piece._replace(text=f"{before}…{after}")
        kept.append(piece)
    return kept


def text_of(community: Community, version: TextVersion) -> str:
    """The words of a version alone, as they are compared."""
    return text_of_content(community, kinds[version.kind], version.content, version=version)


def text_of_content(
    community: Community, kind: TextKind, content: Any, *, version: TextVersion | None = None
) -> str:
    if kind.is_rules:
        return rules_as_text(content, languages_of(community))
    return words_of(show_content(community, kind, content, version=version).html)


def facts_have_moved(community: Community, version: TextVersion) -> bool:
    """Whether a published text would read otherwise today, because a fact has changed since."""
    if version.told.is_rules or version.is_draft:
        return False
    return any(plainly(one, community, code) != one["html"] for code, one in version.content.items())
