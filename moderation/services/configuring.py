"""Modes and watch words: what a manager sets."""

from __future__ import annotations

from django.db import transaction

from communities.content.models import Space
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Community, Membership
from moderation.exceptions import ModerationError, TooManyWords
from moderation.journal import record
from moderation.models import WatchWord
from moderation.permissions import can_edit_modes, can_edit_watch_words
from moderation.words import key_of

# Each new text is compared with every word while its author waits.
MOST_WORDS = 2_000


@transaction.atomic
def set_mode(community: Community, *, by: Membership, mode: str, space: Space | None = None) -> bool:
    """How texts are moderated from now on, in the community or in one space ("" there: as the community).

    What is held stays held: a change publishes nothing. False when nothing changed. Raises NotAllowed.
    """
    if not can_edit_modes(by):
        raise NotAllowed
    if mode not in Community.Mode.values and not (space is not None and mode == ""):
        raise ModerationError
    place = "" if space is None else space.slug
    before = community.moderation_mode if space is None else space.mode
    if before == mode:
        return False
    if space is None:
        Community.objects.filter(pk=community.pk).update(moderation_mode=mode)
        community.moderation_mode = mode
    else:
        Space.objects.filter(pk=space.pk).update(mode=mode)
        space.mode = mode
    record("set_mode", by=by, subject=place, before=before, after=mode)
    transaction.on_commit(forget_all)
    return True


@transaction.atomic
def add_watch_word(*, by: Membership, word: str, action: str, why: str = "") -> WatchWord:
    """Watch a word; one that is watched already gets the new action.

    Raises NotAllowed, ModerationError, TooManyWords.
    """
    if not can_edit_watch_words(by):
        raise NotAllowed
    key = key_of(word)
    if len(key.replace("*", "").replace(" ", "")) < 2 or len(key) > 200:
        raise ModerationError
    if WatchWord.objects.exclude(key=key).count() >= MOST_WORDS:
        raise TooManyWords
    watched: WatchWord
    watched, _created = WatchWord.objects.update_or_create(
        key=key, defaults={"word": word.strip(), "action": action, "why": why.strip(), "by": by}
    )
    record("add_watch_word", by=by, subject=watched.word, after=action)
    transaction.on_commit(forget_all)
    return watched


@transaction.atomic
def delete_watch_word(word: WatchWord, *, by: Membership) -> None:
    """Remove a watch word. Raises NotAllowed."""
    if not can_edit_watch_words(by):
        raise NotAllowed
    record("delete_watch_word", by=by, subject=word.word, before=word.action)
    word.delete()
    transaction.on_commit(forget_all)
