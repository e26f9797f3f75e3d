"""Writing the house rules: one at a time, in the draft of the next version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.exceptions import NotAllowed
from communities.models import Community, Membership
from communities.texts.exceptions import NothingToDo, TextRefused
from communities.texts.models import TextVersion
from communities.texts.permissions import can_edit_texts
from communities.texts.services.drafting import NONE_YET, draft_to_change, keep
from communities.wording import RULES

# A list that is read; a decision keeps 500 characters of the rule that it cites.
MOST_RULES, LONGEST_RULE, LONGEST_REASON = 40, 300, 600


@dataclass(frozen=True)
class RuleWords:
    """A rule and its reason, in each language."""

    rule: Mapping[str, str]
    reason: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, dict[str, str]]:
        return {
            part: {code: " ".join(words.split()) for code, words in said.items() if words.strip()}
            for part, said in (("rule", self.rule), ("reason", self.reason))
        }


@transaction.atomic
def add_rule(
    community: Community, *, by: Membership, words: RuleWords, revision: int = NONE_YET
) -> TextVersion:
    """Put a rule at the end. It gets a number that no rule has ever had.

    Raises NotAllowed, TextRefused (no words, or too many rules), TextChanged.
    """
    draft = _draft(community, by, revision)
    said = _checked(words)
    if len(draft.content) >= MOST_RULES:
        raise TextRefused(_("%(most)s rules at most: nobody reads more.") % {"most": MOST_RULES})
    number = _next_number(draft)
    draft.content = [*draft.content, {"number": number, **said}]
    return _keep(draft, by, number, {}, said)


@transaction.atomic
def edit_rule(
    community: Community, number: int, *, by: Membership, words: RuleWords, revision: int = NONE_YET
) -> TextVersion:
    """Change the words of a rule; it keeps its number. Raises NotAllowed, NothingToDo, TextRefused, TextChanged."""
    draft = _draft(community, by, revision)
    said = _checked(words)
    before = _rule(draft, number)
    draft.content = [{"number": number, **said} if one["number"] == number else one for one in draft.content]
    return _keep(draft, by, number, before, said)


@transaction.atomic
def move_rule(
    community: Community, number: int, *, by: Membership, steps: int, revision: int = NONE_YET
) -> TextVersion:
    """Move a rule up (negative) or down the list; its number stays. Raises NotAllowed, NothingToDo, TextChanged."""
    draft = _draft(community, by, revision)
    rule = _rule(draft, number)
    before = [one["number"] for one in draft.content]
    rest = [one for one in draft.content if one["number"] != number]
    place = min(max(before.index(number) + steps, 0), len(rest))
    draft.content = [*rest[:place], rule, *rest[place:]]
    after = [one["number"] for one in draft.content]
    return keep(draft, by=by, before={"order": before}, after={"order": after})


@transaction.atomic
def remove_rule(
    community: Community, number: int, *, by: Membership, revision: int = NONE_YET
) -> TextVersion:
    """Leave a rule out of the next version; decisions that cite it keep theirs.

    Raises NotAllowed, NothingToDo, TextChanged.
    """
    draft = _draft(community, by, revision)
    before = _rule(draft, number)
    draft.content = [one for one in draft.content if one["number"] != number]
    return _keep(draft, by, number, before, {})


def _draft(community: Community, by: Membership, revision: int) -> TextVersion:
    if not can_edit_texts(by):
        raise NotAllowed
    return draft_to_change(community, RULES, by=by, revision=revision)


def _rule(draft: TextVersion, number: int) -> dict[str, Any]:
    found: dict[str, Any] | None = next((one for one in draft.content if one["number"] == number), None)
    if found is None:
        raise NothingToDo
    return found


def _checked(words: RuleWords) -> dict[str, dict[str, str]]:
    said = words.as_json()
    if not said["rule"]:
        raise TextRefused(_("Write the rule in one language at least."))
    return said


def _next_number(draft: TextVersion) -> int:
    """One more than any rule has had in any version that was ever published, or has in the draft."""
    contents = TextVersion.objects.of(RULES).published().values_list("content", flat=True)
    return 1 + max((one["number"] for content in [draft.content, *contents] for one in content), default=0)


def _keep(
    draft: TextVersion, by: Membership, number: int, before: Mapping[str, Any], after: Mapping[str, Any]
) -> TextVersion:
    return keep(draft, by=by, before=_lines(number, before), after=_lines(number, after))


def _lines(number: int, rule: Mapping[str, Any]) -> dict[str, str]:
    if not rule:
        return {"rule": ""}
    words = " / ".join(rule["rule"].values())
    return {"rule": f"{number}. {words}"}
