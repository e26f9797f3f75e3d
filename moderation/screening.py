"""What is held before anybody sees it: by the mode in force where it is written, and by watch words."""

from __future__ import annotations

import html

from django.utils.translation import gettext as _

from communities.content.extracts import plain_text
from communities.content.models import Post, State
from communities.content.services import Verdict
from communities.models import Community, Membership
from moderation.exceptions import TextRefused
from moderation.models import WatchWord
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
    """Whose first posts are read before they appear, where the mode says so."""
    if by.trust_level > 0 or is_trusted(by):
        return False
    return Post.objects.by(by.pk).filter(state=State.PUBLISHED)[:FIRST_POSTS].count() < FIRST_POSTS


def screen(post: Post, *, by: Membership, verdict: Verdict) -> None:
    """Hold, mask or refuse a text. Raises TextRefused."""
    if is_trusted(by):
        return
    if post.mode == _Mode.PRE:
        verdict.hold(PRE)
    elif post.mode == _Mode.HYBRID and is_newcomer(by):
        verdict.hold(NEWCOMER)
    screen_words(post, verdict)


def screen_words(post: Post, verdict: Verdict) -> None:
    watched = watched_in(post.community_id)
    if not watched:
        return
    title = _title(post)
    hits = find_words(f"{title}\n{plain_text(post.body_html)}", watched)
    if any(hit.watched.action == _Action.BLOCK for hit in hits):
        raise TextRefused
    # A title is not masked, its address would still say the word: it is held.
    held = {hit.watched.word for hit in hits if hit.watched.action == _Action.HOLD}
    held |= {
        hit.watched.word for hit in hits if hit.watched.action == _Action.MASK and hit.start < len(title)
    }
    for word in sorted(held):
        verdict.hold(f"{WORD}{word}")
    masks = [one for one in watched if one.action == _Action.MASK]
    if masks:
        post.body_html = mask_words(post.body_html, masks)
        post.body_source = mask_words(post.body_source, masks)


def watched_for(post: Post) -> list[str]:
    """The words that open a case about a published text."""
    watched = [one for one in watched_in(post.community_id) if one.action == _Action.REPORT]
    hits = find_words(f"{_title(post)}\n{plain_text(post.body_html)}", watched) if watched else []
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


def _title(post: Post) -> str:
    """The title is judged with the text it stands over."""
    return html.unescape(post.thread.title) if post.is_body or post.thread.last_position == 0 else ""
