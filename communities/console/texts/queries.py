"""What the pages of texts show to the team."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.content.text.differences import Piece, difference
from communities.models import Community, Membership
from communities.permissions import can_edit_legal_identity
from communities.texts.citations import citations
from communities.texts.facts import IDENTITY, IDENTITY_PAGE, Fact, Value, facts, missing
from communities.texts.kinds import TextKind, kinds
from communities.texts.models import TextVersion
from communities.texts.permissions import can_publish_text
from communities.texts.proposals import proposal_for
from communities.texts.queries import (
    facts_have_moved,
    only_changes,
    published_versions,
    text_of,
    text_of_content,
)
from communities.texts.rendering import facts_named, shown
from communities.wording import Rule, rules_of


@dataclass(frozen=True)
class TextLine:
    """One text in the list: its version in force, its draft, and what is still to be done about it."""

    kind: TextKind
    latest: TextVersion | None
    draft: TextVersion | None
    gaps: Sequence[str] = ()
    # Whether what is published would read otherwise with the facts of today.
    moved: bool = False

    @property
    def state(self) -> str:
        """The look of the state: good, warn or bad."""
        if self.gaps and self.latest is None:
            return "bad"
        is_settled = self.latest is not None and not (self.draft or self.unchecked or self.moved)
        return "good" if is_settled else "warn"

    @property
    def unchecked(self) -> bool:
        return self.kind.is_law and self.latest is not None and not self.latest.is_checked

    @property
    def label(self) -> str:
        if self.gaps and self.latest is None:
            return _("Incomplete")
        if self.latest is None:
            return _("Proposed")
        if self.draft is not None:
            return _("Draft")
        if self.moved:
            return _("Differs from the facts")
        return _("To be checked") if self.unchecked else _("In force")

    @property
    def fact(self) -> str:
        """Its versions in a few words."""
        if self.gaps and self.latest is None:
            n = len(self.gaps)
            return ngettext("%(n)s fact is missing", "%(n)s facts are missing", n) % {"n": n}
        if self.latest is None:
            return _("not published yet")
        day = date_format(localtime(self.latest.in_force_at), "DATE_FORMAT")
        words = {"n": self.latest.number, "date": day}
        if self.latest.is_to_come:
            return _("version %(n)s, from %(date)s on") % words
        return _("version %(n)s, since %(date)s") % words


def text_lines(community: Community) -> list[TextLine]:
    """All texts of a place, in two queries."""
    rows = TextVersion.objects.published().order_by("kind", "-number").distinct("kind")
    latest = {row.kind: row for row in rows}
    drafts = {row.kind: row for row in TextVersion.objects.drafts()}
    return [
        TextLine(
            kind,
            latest.get(kind.name),
            drafts.get(kind.name),
            gaps_of(community, kind, drafts.get(kind.name)),
            _has_moved(community, latest.get(kind.name), drafts.get(kind.name)),
        )
        for kind in kinds
    ]


def _has_moved(community: Community, latest: TextVersion | None, draft: TextVersion | None) -> bool:
    """A draft takes the facts of today by itself."""
    return latest is not None and draft is None and facts_have_moved(community, latest)


def gaps_of(community: Community, kind: TextKind, draft: TextVersion | None) -> list[str]:
    """The facts that the draft, or the proposal, names and nobody has given."""
    if kind.is_rules:
        return []
    content = draft.content if draft is not None else proposal_for(community, kind)
    named = [name for one in content.values() for name in facts_named(one["source"])]
    return [str(fact.label) for fact in missing(community, named)]


@dataclass(frozen=True)
class TextPage:
    """One text as its team sees it: the words of the draft, of what is in force, or of the proposal."""

    kind: TextKind
    content: Any
    draft: TextVersion | None
    latest: TextVersion | None
    versions: Sequence[TextVersion]
    languages: Sequence[tuple[str, str]]
    rules: Sequence[Rule]
    pieces: Sequence[Piece]
    gaps: Sequence[str]
    cited: dict[int, int] = field(default_factory=dict)
    moved: bool = False
    may_publish: bool = False
    may_identity: bool = False

    @property
    def revision(self) -> int:
        return self.draft.revision if self.draft else 0

    @property
    def is_new(self) -> bool:
        """Whether there is something to publish: a draft, or a proposal where nothing holds."""
        return self.draft is not None or self.latest is None

    @property
    def unchecked(self) -> bool:
        return (
            self.kind.is_law and self.draft is None and self.latest is not None and not self.latest.is_checked
        )


def text_page(
    community: Community, kind: TextKind, reader: Membership, before: int | None = None
) -> TextPage:
    draft = TextVersion.objects.of(kind.name).drafts().first()
    latest = TextVersion.objects.of(kind.name).published().newest().first()
    one = draft or latest
    content = one.content if one is not None else proposal_for(community, kind)
    return TextPage(
        kind=kind,
        content=content,
        draft=draft,
        latest=latest,
        versions=published_versions(kind.name, before=before),
        languages=[] if kind.is_rules else _in_languages(community, content, reader),
        rules=rules_of(content, community.all_languages) if kind.is_rules else [],
        pieces=_changes(community, kind, draft, latest),
        gaps=gaps_of(community, kind, draft) if one is None or one is draft else [],
        cited=dict(citations()) if kind.is_rules else {},
        moved=_has_moved(community, latest, draft),
        may_publish=can_publish_text(reader, kind.name),
        may_identity=can_edit_legal_identity(reader),
    )


def _in_languages(community: Community, content: Any, reader: Membership) -> list[tuple[str, str]]:
    """Each language with its words, facts linked to where they are set."""
    show = linked(reader)
    return [
        (code, shown(content[code], community, code, show))
        for code in community.all_languages
        if content.get(code)
    ]


def _changes(
    community: Community, kind: TextKind, draft: TextVersion | None, latest: TextVersion | None
) -> list[Piece]:
    if draft is None or latest is None:
        return []
    pieces = difference(text_of(community, latest), text_of_content(community, kind, draft.content))
    return only_changes(pieces)


def linked(reader: Membership) -> Callable[[Fact, Value], str]:
    """How a fact is shown to somebody who may change it, or may not: known ones dotted, missing ones amber."""
    may_identity = can_edit_legal_identity(reader)

    def show(fact: Fact, value: Value) -> str:
        words = escape(str(value)) if value else escape(_("to be completed"))
        look = "fact" if value else "fact is-missing"
        address = fact.address() if fact.page != IDENTITY_PAGE or may_identity else ""
        title = escape(str(fact.label))
        if address:
            return f'<a class="{look}" href="{escape(address)}" title="{title}">{words}</a>'
        if value and not fact.page:
            return words  # what follows from the software alone is set nowhere
        return f'<span class="{look}" title="{title}">{words}</span>'

    return show


def identity_lines(community: Community) -> list[tuple[Fact, Value]]:
    return [(facts[name], facts[name].value(community)) for name, _label in IDENTITY]
