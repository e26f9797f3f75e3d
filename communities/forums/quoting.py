"""A quotation at the start of a reply, for those who write without the rich editor too."""

from __future__ import annotations

from communities.content.models import Post, Thread
from communities.content.text.extracts import plain_text, shorten

LONGEST = 600


def quoted_text(thread: Thread, number: int | None) -> dict[str, str]:
    """The initial fields of a reply that quotes a published post of this thread; empty for anything else.

    In Markdown, so that it reads well in a plain text area. What the quoted post itself quotes is left out.
    """
    if number is None:
        return {}
    quoted = Post.objects.filter(thread=thread, pk=number, state="published")
    post = quoted.select_related("author").first()
    if post is None:
        return {}
    words = shorten(plain_text(post.body_html, quotes=False, covers=True).strip(), LONGEST)
    handle = f"@{post.author.handle}" if post.author else ""
    lines = [f"> {line}".rstrip() for line in [*([handle, ""] if handle else []), *words.split("\n")]]
    return {"body": "\n".join(lines) + "\n\n", "body_format": "markdown"}
