"""Writing the house rules: one at a time, in the draft of the next version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.exceptions import NotAllowed
from communities.models import Community, Membership
from communities.texts.exceptions import NothingToDo, TextRefused
from communities.texts.models import TextVersion
from communities.texts.permissions import can_edit_texts
from communities.texts.services.drafting import NONE_YET, draft_of, draft_to_change, keep, throw_draft_away
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


@transaction.atomic
def propose_rules(community: Community, *, by: Membership, rules: Sequence[RuleWords]) -> TextVersion:
    """Add rules to the draft at once, as a recipe does; where there is none of the team’s own yet, they are all of it.

    Raises NotAllowed, TextRefused (no words, or too many rules).
    """
    present = draft_of(RULES)
    own = rules_to_be()
    draft = _draft(community, by, present.revision if present else NONE_YET)
    before = {"rules": len(own)}
    draft.content = list(own)
    if len(own) + len(rules) > MOST_RULES:
        raise TextRefused(_("%(most)s rules at most: nobody reads more.") % {"most": MOST_RULES})
    for words in rules:
        draft.content = [*draft.content, {"number": _next_number(draft), **_checked(words)}]
    return keep(draft, by=by, before=before, after={"rules": len(draft.content)})


@transaction.atomic
def take_rules_out(community: Community, *, by: Membership, rules: Sequence[RuleWords]) -> None:
    """Take rules with these words out of the draft again; a draft without any goes.

    Raises NotAllowed, NothingToDo where one of them is not in it, as it was changed or published since.
    """
    present = draft_of(RULES)
    if present is None:
        raise NothingToDo
    draft = _draft(community, by, present.revision)
    unwanted = [words.as_json() for words in rules]
    words_of = {one["number"]: {key: one[key] for key in one if key != "number"} for one in draft.content}
    if any(one not in words_of.values() for one in unwanted):
        raise NothingToDo
    left = [one for one in draft.content if words_of[one["number"]] not in unwanted]
    if not left:
        throw_draft_away(community, RULES, by=by)
        return
    before = {"rules": len(draft.content)}
    draft.content = left
    keep(draft, by=by, before=before, after={"rules": len(left)})


def rules_to_be() -> list[dict[str, Any]]:
    """The rules of the draft, else of the newest version; none where the team has written none."""
    version = draft_of(RULES) or TextVersion.objects.of(RULES).published().newest().first()
    return list(version.content) if version is not None else []


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
