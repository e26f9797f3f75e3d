"""What a team does with the texts of its place."""

from communities.texts.services.confirming import confirm_texts
from communities.texts.services.drafting import (
    draft_of,
    renew_text,
    save_text,
    throw_draft_away,
    use_proposal,
)
from communities.texts.services.publishing import adopt, mark_checked, publish_text, take_back
from communities.texts.services.ruling import (
    RuleWords,
    add_rule,
    edit_rule,
    move_rule,
    propose_rules,
    remove_rule,
    rules_to_be,
    take_rules_out,
)

__all__ = [
    "RuleWords",
    "add_rule",
    "adopt",
    "confirm_texts",
    "draft_of",
    "edit_rule",
    "mark_checked",
    "move_rule",
    "propose_rules",
    "publish_text",
    "remove_rule",
    "renew_text",
    "rules_to_be",
    "save_text",
    "take_back",
    "take_rules_out",
    "throw_draft_away",
    "use_proposal",
]
