"""Writing a version that nobody reads yet: one draft of each text at most."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from communities.content.text.rendering import Format
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.models import Community, Membership
from communities.queries import locked_community
from communities.texts.exceptions import NothingToDo, TextChanged
from communities.texts.kinds import TextKind, kinds
from communities.texts.models import TextVersion
from communities.texts.permissions import can_edit_texts
from communities.texts.proposals import proposal_for
from communities.texts.rendering import as_kept, format_of, refuse_source, words_of

EDITED, DISCARDED = "text_edited", "text_discarded"
# Of a draft that there is not yet.
NONE_YET = 0


def draft_of(kind: str) -> TextVersion | None:
    return TextVersion.objects.of(kind).drafts().first()


def starting_content(community: Community, kind: TextKind) -> Any:
    """What a new draft begins with: the words of the latest published version, else the proposal."""
    latest = TextVersion.objects.of(kind.name).published().newest().first()
    if latest is None:
        return proposal_for(community, kind)
    if kind.is_rules:
        return latest.content
    sources = {
        code: {name: said for name, said in one.items() if name != "html"}
        for code, one in latest.content.items()
    }
    proposed = proposal_for(community, kind)
    # A language that the community has taken up since begins with the proposal.
    return {code: sources.get(code, proposed[code]) for code in community.all_languages}


@transaction.atomic
def save_text(
    community: Community,
    kind: str,
    *,
    by: Membership,
    sources: Mapping[str, str],
    html: Collection[str] = (),
    revision: int = NONE_YET,
) -> TextVersion:
    """Keep the draft of a text, in each language; `revision` is that of the draft that was on the page. `html` names
    the languages whose source the editor wrote; that of the others is Markdown.

    Raises NotAllowed, TextRefused, TextTooLong, TextChanged.
    """
    if not can_edit_texts(by):
        raise NotAllowed
    draft = draft_to_change(community, kind, by=by, revision=revision)
    before: dict[str, dict[str, str]] = draft.content
    written: dict[str, Format] = {code: "html" if code in html else "markdown" for code in sources}
    said = {code: as_kept(source, written[code], before.get(code)) for code, source in sources.items()}
    for one in said.values():
        refuse_source(one["source"], format_of(one))
    content = {code: one for code, one in said.items() if one["source"].strip()}
    draft.content = content
    return keep(draft, by=by, before=_measure(before), after=_measure(content))


@transaction.atomic
def use_proposal(community: Community, kind: str, *, by: Membership, revision: int = NONE_YET) -> TextVersion:
    """Begin the draft anew with what is proposed from the present facts. Raises NotAllowed, TextChanged."""
    if not can_edit_texts(by):
        raise NotAllowed
    draft = draft_to_change(community, kind, by=by, revision=revision)
    before, draft.content = draft.content, proposal_for(community, kinds[kind])
    return keep(draft, by=by, before=_measure(before), after=_measure(draft.content))


@transaction.atomic
def renew_text(community: Community, kind: str, *, by: Membership) -> TextVersion:
    """Begin the next version with the words of the latest: it takes the facts of today.

    Raises NotAllowed, NothingToDo where nothing is published or a draft is begun already.
    """
    if not can_edit_texts(by):
        raise NotAllowed
    if draft_of(kind) is not None or not TextVersion.objects.of(kind).published().exists():
        raise NothingToDo
    draft = draft_to_change(community, kind, by=by, revision=NONE_YET)
    words = _measure(draft.content)
    return keep(draft, by=by, before=words, after=words)


@transaction.atomic
def throw_draft_away(community: Community, kind: str, *, by: Membership) -> None:
    """What is in force stays as it is. Raises NotAllowed, NothingToDo."""
    if not can_edit_texts(by):
        raise NotAllowed
    locked_community(community)
    draft = draft_of(kind)
    if draft is None:
        raise NothingToDo
    words = _measure(draft.content)
    draft.delete()
    record(by, DISCARDED, what=str(kinds[kind].label), about=kind, before=words, after={})


def draft_to_change(community: Community, kind: str, *, by: Membership | None, revision: int) -> TextVersion:
    """The draft, begun where there is none, locked until the end of the transaction. Raises TextChanged."""
    fresh = locked_community(community)
    draft = draft_of(kind)
    if (draft.revision if draft else NONE_YET) != revision:
        raise TextChanged
    if draft is None:
        last = TextVersion.objects.of(kind).aggregate(last=Max("number"))["last"] or 0
        draft = TextVersion(
            community=fresh,
            kind=kind,
            number=last + 1,
            made_by=by,
            revision=NONE_YET,
            content=starting_content(fresh, kinds[kind]),
        )
    return draft


def keep(
    draft: TextVersion, *, by: Membership, before: Mapping[str, Any], after: Mapping[str, Any]
) -> TextVersion:
    """Store a changed draft: whoever had checked it has not checked these words."""
    draft.revision += 1
    draft.checked_by, draft.checked_at = "", None
    draft.save()
    record(by, EDITED, what=str(draft.told.label), about=draft.kind, before=before, after=after)
    return draft


def _measure(content: Any) -> dict[str, Any]:
    """How long the words are, for the journal, which keeps no texts of forty pages."""
    if isinstance(content, list):
        return {"rules": len(content)}
    return {f"words_{code}": _words(one) for code, one in content.items()}


def _words(said: Mapping[str, str]) -> int:
    source = said["source"]
    return len((words_of(source) if format_of(said) == "html" else source).split())
