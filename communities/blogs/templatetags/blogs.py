"""Parts of an article's page that are kept."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from django import template
from django.utils.safestring import SafeString

from communities.blogs.models import Article
from communities.blogs.presenting import Card
from communities.blogs.queries import Signer
from communities.content.models import Thread
from communities.templatetags.shell import kept_piece, piece

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
    # What is read first on its first page; on the others the thread says it.
    text = context.get("body") or thread
    said = {"thread": thread, "article": article, "signers": signers, "standfirst": standfirst}
    blog = context.get("own_blog")
    with context.push(said, text=text):
        return kept_piece(
            context,
            "blogs/article_head.html",
            words,
            figures,
            text.rewarded,
            tuple(signers),
            thread.published_at,
            thread.edited_at,
            blog and (blog.title, blog.get_absolute_url()),
        )


@register.simple_tag(takes_context=True)
def replies_said(context: template.Context, thread: Thread) -> SafeString:
    """`{% replies_said thread %}`: how many replies there are."""
    return kept_piece(context, "blogs/replies_said.html", thread.reply_count)


@register.simple_tag(takes_context=True)
def article_ways(
    context: template.Context, newer: Thread | None, older: Thread | None, read_next: Iterable[Card]
) -> SafeString:
    """`{% article_ways newer older read_next %}`: the articles beside this one, and what to read next."""
    beside = (newer and _named(newer), older and _named(older))
    with context.push(newer=newer, older=older, read_next=read_next):
        return kept_piece(context, "blogs/article_ways.html", *beside, *[_told(card) for card in read_next])


@register.simple_tag(takes_context=True)
def article_reply(context: template.Context, thread: Thread, article: Article | None) -> SafeString:
    """`{% article_reply thread article %}`: where one replies, or why one cannot; kept for those who are no members.
    Arguments, from the page: form, may_reply, thread_url."""
    name = "blogs/reply_box.html"
    if context["membership"] is not None:
        return piece(context, name)
    told = (context["thread_url"], thread.locked, article is None or article.comments_open)
    return kept_piece(context, name, *told, context["request"].user.is_authenticated)


def _named(thread: Thread) -> tuple[Hashable, ...]:
    return thread.get_absolute_url(), thread.title, thread.language


def _told(card: Card) -> tuple[Hashable, ...]:
    author, article = card.thread.author, card.article
    return (
        *_named(card.thread),
        author and author.display_name,
        article and article.reading_minutes,
        card.thread.rewarded,
        card.cover,
    )
