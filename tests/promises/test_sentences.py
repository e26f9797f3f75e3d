"""Sentences that name an act: each stands beside the page where it is done.

A sentence with “later”, “leads here”, “waiting for”, or “you can … again, back, in, from” that is not in the table
fails: either the act exists and is named here, or the sentence promises what does not exist.
"""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from tests.promises.sources import code, templates
from tests.sweeps.test_templates import names_in

CATALOGUE = Path(settings.BASE_DIR) / "locale" / "fr" / "LC_MESSAGES" / "django.po"
NAMES_AN_ACT = re.compile(
    r"\blater\b|\bleads? here\b|\bwaiting for\b|\b[Yy]ou can\b.*\b(?:again|back|from|in|here)\b"
)
ENTRY = re.compile(r'^msgid(?:_plural)? ((?:".*"\n)+)', re.MULTILINE)
# By a part that no other sentence has: where the act is done.
PROMISES: dict[str, str] = {
    "each can be changed, now or later": "console:edit-text",
    "you can restore it from “What I wrote”": "content:list-own-content",
    "You can change your text and send it again": "content:edit-post",
    "You can write again": "forums:start-thread",
    # Said in the form that was sent too fast.
    "You can continue": "forums:start-thread",
    "Your former handle leads here": "people:edit-profile",
    "whoever looks at the case later": "moderation:show-case",
    "This is your own: you can change it or take it back": "moderation:show-case",
    "Publish later": "blogs:schedule-article",
    "A blog that you start again later": "blogs:start-blog",
    "You can have a blog here": "blogs:start-blog",
    "you can take that back whenever you like": "promotions:answer-as-customer",
    "You can change your mind here": "capture:set-choices",
    "save for later": "content:list-drafts",
    "Save for later": "content:save-draft",
    "Read the later decision": "moderation:show-statement",
    "You can change this in your notification settings": "notifications:edit-channels",
    "say no, and leave at any time later": "animation:leave-programme",
    "You can leave at any time from your security settings": "people:leave-community",
    "waiting for an answer": "forums:list-spaces",
    "waiting for %(delay)s": "animation:greet-newcomer",
    "This day is over. Choose today or a later one": "animation:move-entry",
    "This time has passed. Choose a later one": "newsletters:send-newsletter",
    "This is in the past. Choose a later moment": "polls:edit-poll",
    "It closes before it opens. Choose a later moment": "calls:edit-call",
    "While the call is open you can send it again": "calls:apply-to-call",
    "Cancel them first, or choose a later day": "events:cancel-event",
    "You can come in another, or start one": "events:register-for-event",
    "what is ticked on paper can be checked in later": "events:check-in",
    "Only the team can read it until you confirm the dates": "ideas:edit-box",
    "You can take it back and give it to another idea": "ideas:unvote-idea",
    "You can take each back and give it to another": "ideas:unvote-idea",
    "You can take it back until sending begins": "newsletters:cancel-newsletter",
    "It welcomes everybody who comes later": "console:edit-text",
    "most shops send it again": "roi:change-secret",
    "can be switched on later": "console:choose-modules",
    "told by mail. Until then you can take it back": "platform:keep-as-operator",
    "so can its owner, who is told": "console:keep-community",
    "you can take this back": "console:keep-community",
    "Take it back first, or choose": "console:take-text-back",
    "Choose a day of the year": "reports:show-engagement",
    "Choose today or a later day": "console:publish-text",
    "You can ask again from": "launch:join-community",
    "You can be asked again, at most": "animation:show-own-surveys",
    "You can take the refusal back": "launch:put-back",
    "You can bring it back from the journal": "console:undo-change",
    "Put both records in place first": "console:check-domain",
    "until they lead here again": "console:check-domain",
    "no longer leads here": "console:add-domain",
    "You can add it again": "console:add-domain",
    "give the role a later end": "console:set-role",
    "All fields can be answered later": "people:edit-profile",
    "A file cannot be asked for at joining, only later": "people:edit-profile",
    "you can come back at any time": "launch:join-community",
    "This part opens later. For now one comes in by invitation": "launch:show-invitation",
}
# Sentences that say what is or happens by itself, and nothing that anybody could do.
FACTS: tuple[str, ...] = (
    "N periods later",
    "so many months later",
    "It cannot be changed later",
    "This cannot be changed later",
    "but you cannot do that here",
    "in which older replies came later",
    "Paid back later, without a day",
    "You can take your agreement back",  # a text of law: by writing to whoever runs the place
    "as many members as it may have",
    "perhaps much later",
)


def sentences() -> list[str]:
    found = ("".join(re.findall(r'"(.*)"', entry)) for entry in ENTRY.findall(CATALOGUE.read_text()))
    return [one for one in found if NAMES_AN_ACT.search(one)]


def test_every_sentence_that_names_an_act_stands_in_the_table() -> None:
    known = [*PROMISES, *FACTS]
    missing = [one for one in sentences() if not any(part in one for part in known)]
    assert missing == [], "\n".join(missing)
    gone = [part for part in known if not any(part in one for one in sentences())]
    assert gone == [], "these are said no more"


def test_every_act_in_the_table_exists_and_is_linked() -> None:
    known = names_in("config.urls") | names_in("config.platform_urls")
    assert set(PROMISES.values()) - known == set()
    everything = code() + templates()
    named = {name for name in PROMISES.values() if re.search(rf"[\"']{name}[\"']", everything)}
    assert set(PROMISES.values()) - named == set()
