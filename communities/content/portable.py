"""What of the content travels: everything that was written, with its marks, drafts and former versions."""

from __future__ import annotations

from communities.content.models import (
    Attachment,
    Mention,
    PendingEdit,
    Post,
    PostMove,
    Reaction,
    ReadMarker,
    Redirect,
    Revision,
    Space,
    SpaceAuthor,
    Subscription,
    Tag,
    TaggedThread,
    TagWord,
    Thread,
    ThreadMove,
    ThreadTitle,
    UnsentText,
)
from communities.content.services.commenting import ACT as COMMENT
from communities.content.services.joining import MERGE
from communities.content.services.splitting import SPLIT
from communities.content.services.wikis import ACT as WIKI
from communities.portable import Portable, Stays, register_about, register_portable

SPACES = ("add_space", "edit_space", "archive_space", "restore_space", "delete_space", "move_threads")
TAGS = ("tag_renamed", "tag_grouped", "tags_merged", "tag_brought_back", "tag_word_removed")
MOVED_POSTS = Portable(
    PostMove,
    blank={"kept": {}},
    named=True,
    why="It can be read there what stands where; undoing it needs the numbers of rows here.",
)


def register() -> None:
    register_portable(
        Portable(Space, files=("picture",), named=True),
        Portable(SpaceAuthor),
        Portable(Thread, named=True),
        Portable(ThreadTitle),
        Portable(
            Post,
            blank={"news_due_at": None},
            named=True,
            once=("public_id",),
            html=("body_html",),
            why="Whom it concerned is told where it was written.",
        ),
        Portable(Revision, html=("body_html",)),
        Portable(PendingEdit, named=True, html=("body_html",)),
        Portable(
            Attachment,
            files=("path", "renditions"),
            once=("id",),
            among={"post__isnull": False},
            why="A picture that no text has taken yet is seen by its sender alone.",
        ),
        Portable(Reaction),
        Portable(ReadMarker),
        Portable(Subscription),
        Portable(Mention),
        Portable(Tag, named=True),
        Portable(TagWord, named=True),
        Portable(TaggedThread),
        Portable(Redirect),
        MOVED_POSTS,
        Stays(ThreadMove, why="Work of a moment: how far threads are on their way between two spaces."),
        Stays(
            UnsentText,
            why="What is not sent is nobody’s but its writer’s, who can take it away by themselves.",
        ),
    )
    _register_about()


def _register_about() -> None:
    register_about(Space, acts=SPACES)
    register_about(PostMove, acts=(MERGE, SPLIT))
    register_about(Post, acts=(COMMENT, WIKI))
    register_about(Tag, acts=TAGS)
    register_about(TagWord, acts=("tag_word_added",))
