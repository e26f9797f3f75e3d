"""The acts of moderation, each one that a person sees. They run in the community's scope and transaction, ask the
permission again, and write the journal in the same transaction."""

from moderation.services.claiming import claim_case, release_case, take_over_case
from moderation.services.configuring import add_watch_word, delete_watch_word, set_mode
from moderation.services.deciding import decide_case
from moderation.services.opening import open_case, withdraw_cases
from moderation.services.reporting import report_member, report_post, report_thing
from moderation.services.sanctioning import lift_sanction, sanction_member

__all__ = [
    "add_watch_word",
    "claim_case",
    "decide_case",
    "delete_watch_word",
    "lift_sanction",
    "open_case",
    "release_case",
    "report_member",
    "report_post",
    "report_thing",
    "sanction_member",
    "set_mode",
    "take_over_case",
    "withdraw_cases",
]
