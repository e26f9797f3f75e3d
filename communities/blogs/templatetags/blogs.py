"""Parts of an article's page that are kept."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from communities.blogs.models import Article
from communities.blogs.queries import Signer
from communities.content.models import Thread
from communities.templatetags.shell import kept_piece

register = template.Library()


@register.simple_tag(takes_context=True)
def article_head(
    context: template.Context,
    thread: Thread,
    article: Article | None,
    signers: Iterable[Signer],
    standfirst: str,
) -> SafeString:
    """`{% article_head thread article signers standfirst %}`: title, lead, who signs it, when."""
    space = thread.space
    words = (thread.title, thread.language, space.kind, space.slug, space.name, standfirst)
    figures = (thread.reply_count, article and article.reading_minutes, thread.is_published)
    with context.push(thread=thread, article=article, signers=signers, standfirst=standfirst):
        return kept_piece(
            context,
            "blogs/article_head.html",
            words,
            figures,
            tuple(signers),
            thread.published_at,
            thread.edited_at,
        )
