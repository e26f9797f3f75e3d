"""What stands under the answer that helps in a thread that asks: whoever asks its readers something there registers it.

One asks at most. It is drawn with the page, so for visitors, whose pages are kept, it depends on nothing but the
community and the thread, and reads nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from communities.content.models import Post, Reaction, Thread
from communities.middleware import CommunityRequest

# Markup to stand under the answer; empty where this reader is asked nothing.
Ask = Callable[[CommunityRequest, Thread, Post], str]
_asks: list[Ask] = []


def register_ask(ask: Ask) -> None:
    if ask not in _asks:
        _asks.append(ask)


def helpful_answer(thread: Thread, posts: Sequence[Post], accepted: Post | None) -> Post | None:
    """Of these posts the accepted answer, else the first that somebody found useful; None where none of them is."""
    if not thread.asks or not thread.is_published:
        return None
    if accepted is not None:
        return next((post for post in posts if post.pk == accepted.pk), None)
    return next((post for post in posts if is_useful(thread, post)), None)


def is_useful(thread: Thread, post: Post) -> bool:
    """An answer by somebody else than who asked, that others said is useful."""
    answers = (post.position or 0) > 1 and post.is_published and not post.is_comment
    return answers and post.author_id != thread.author_id and bool(post.reactions.get(Reaction.Kind.USEFUL))


def ask_under(request: CommunityRequest, thread: Thread, answer: Post) -> str:
    return next((drawn for ask in _asks if (drawn := ask(request, thread, answer))), "")
