"""What is held before anybody sees it: by the mode in force where it is written, and by watch words."""

from __future__ import annotations

import html

from django.utils.translation import gettext as _

from communities.content.models import Post, State
from communities.content.services import Verdict, words_around
from communities.content.text.extracts import said_in
from communities.models import Community, Membership
from moderation.exceptions import NameRefused, TextRefused
from moderation.models import Decision, WatchWord
from moderation.words import find_words, mask_words, watched_in

# Who has this many texts published is no newcomer any more.
FIRST_POSTS = 2
# Why a text was held, as it is kept; the words are chosen when somebody reads them.
PRE, NEWCOMER, WORD = "pre", "newcomer", "word:"
_Mode, _Action = Community.Mode, WatchWord.Action


def is_trusted(by: Membership) -> bool:
    """The team is never held."""
    return by.is_staff


def is_newcomer(by: Membership) -> bool:
    """Whether this member's first posts are read before they appear, if the mode says so."""
    if by.trust_level > 0 or is_trusted(by):
        return False
    return Post.objects.by(by.pk).filter(state=State.PUBLISHED)[:FIRST_POSTS].count() < FIRST_POSTS


def screen(post: Post, *, by: Membership, verdict: Verdict, words: list[str]) -> None:
    """Hold, mask or refuse a text with the words that stand beside it. Raises TextRefused."""
    if is_trusted(by):
        return
    if not (verdict.returns and _was_approved(post)):
        if post.mode == _Mode.PRE:
            verdict.hold(PRE)
        elif post.mode == _Mode.HYBRID and is_newcomer(by):
            verdict.hold(NEWCOMER)
    screen_words(post, verdict, words)


def _was_approved(post: Post) -> bool:
    """Whether a moderator has approved this very text."""
    judged = Decision.objects.about(post).leaving_up()
    return judged.filter(revision=post.revision_count).exists()


def screen_words(post: Post, verdict: Verdict, words: list[str]) -> None:
    watched = watched_in(post.community_id)
    if not watched:
        return
    beside = _joined(words)
    hits = find_words(f"{beside}\n{said_in(post.body_html)}", watched)
    if any(hit.watched.action == _Action.BLOCK for hit in hits):
        raise TextRefused
    masks = [one for one in watched if one.action == _Action.MASK]
    if masks:
        post.body_html = mask_words(post.body_html, masks)
        post.body_source = mask_words(post.body_source, masks)
    # A title is not masked, its address would still say the word: it is held. So is what cannot be masked without
    # breaking the text: a word in the description of a picture, or half of it bold.
    held = {hit.watched.word for hit in hits if hit.watched.action == _Action.HOLD}
    held |= {hit.watched.word for hit in find_words(f"{beside}\n{said_in(post.body_html)}", masks)}
    for word in sorted(held):
        verdict.hold(f"{WORD}{word}")


def screen_card(post: Post, *, title: str, verdict: Verdict) -> None:
    """Hold what another site calls itself where somebody has read the text, as they could not read this, too, and where
    a watched word is in it, whatever that word does to a text."""
    is_of_team = post.author is not None and is_trusted(post.author)
    if not is_of_team and (post.mode == _Mode.PRE or _was_approved(post)):
        verdict.hold(PRE)
    for hit in find_words(title, watched_in(post.community_id)):
        verdict.hold(f"{WORD}{hit.watched.word}")


def refuse_names(community_id: int, *, by: Membership, words: list[str]) -> None:
    """What members say of themselves is seen at once and cannot wait for anybody: words that would be held or masked
    in a text are refused there. Raises NameRefused."""
    if is_trusted(by):
        return
    refused = {_Action.BLOCK, _Action.HOLD, _Action.MASK}
    watched = [one for one in watched_in(community_id) if one.action in refused]
    if watched and find_words(_joined(words), watched):
        raise NameRefused


def watched_for(post: Post) -> list[str]:
    """The words that open a case about a published text."""
    watched = [one for one in watched_in(post.community_id) if one.action == _Action.REPORT]
    if not watched:
        return []
    beside = _joined(words_around(post))
    hits = find_words(f"{beside}\n{said_in(post.body_html)}", watched)
    return sorted({hit.watched.word for hit in hits})


def reason_text(reason: str) -> str:
    """Why a text was held, in the reader's language; empty for what is no reason of ours."""
    if reason == PRE:
        return _("here every text is read before it appears")
    if reason == NEWCOMER:
        return _("first posts of a new member")
    if reason.startswith(WORD):
        return _("watched word “%(word)s”") % {"word": reason.removeprefix(WORD)}
    return ""


def _joined(words: list[str]) -> str:
    return html.unescape("\n".join(words))
