"""Parts of a thread’s page that are kept."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from communities.content.models import Space, Thread
from communities.templatetags.shell import kept_piece, piece

register = template.Library()


@register.simple_tag(takes_context=True)
def space_head(context: template.Context, space: Space) -> SafeString:
    """`{% space_head space %}`: its name, what it is for, where one starts a thread; kept for those who are no members,
    whom nobody asks whether they follow it. Arguments, from the page: follows, may_start, start."""
    name = "forums/space_head.html"
    if context["membership"] is not None:
        return piece(context, name)
    told = (space.name, space.description, space.language, space.asks)
    return kept_piece(context, name, *told, context["may_start"] and context["start"])


@register.simple_tag(takes_context=True)
def thread_head(context: template.Context, thread: Thread) -> SafeString:
    """`{% thread_head thread %}`: title, states, who began it, tags. Arguments, from the page: accepted, tags_open,
    may_edit."""
    accepted, author = context["accepted"], thread.author
    solved = accepted and (accepted.author and accepted.author.display_name)
    tags = context["tags_open"] and tuple(map(tuple, getattr(thread, "tag_pairs", ())))
    return kept_piece(
        context,
        "forums/thread_head.html",
        (thread.title, thread.language, thread.kind, author and author.display_name),
        (
            thread.pinned,
            thread.locked,
            thread.answered,
            thread.is_double,
            thread.reply_count,
            thread.vote_score,
        ),
        (accepted is not None, solved, thread.solved),
        tags,
        context["may_edit"] and thread.slug,
    )


@register.simple_tag(takes_context=True)
def thread_facts(context: template.Context, thread: Thread) -> SafeString:
    """`{% thread_facts thread %}`: how many replies, since when, the last."""
    facts = (thread.reply_count, thread.kind, context["membership"] is not None)
    last = thread.last_activity_at if thread.reply_count else None
    return kept_piece(context, "forums/thread_facts.html", facts, thread.published_at, last)


@register.simple_tag(takes_context=True)
def reply_box(context: template.Context, thread: Thread) -> SafeString:
    """`{% reply_box thread %}`: where one replies, or why one cannot; kept for those who are no members. Arguments,
    from the page: form, may_reply, thread_url."""
    name = "forums/reply_box.html"
    if context["membership"] is not None:
        return piece(context, name)
    told = (context["thread_url"], thread.is_published, thread.locked, thread.locked_reason, thread.is_double)
    return kept_piece(context, name, *told, context["request"].user.is_authenticated)
