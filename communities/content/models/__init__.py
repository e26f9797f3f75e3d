"""Space → Thread → Post: what every kind of content shares. Tables and indexes are those of the content
model decision (docs/decisions/0002-content-model.md); text vectors and composite keys are made in SQL."""

from communities.content.models.attachments import Attachment
from communities.content.models.moves import ThreadMove
from communities.content.models.post_moves import PostMove
from communities.content.models.posts import PendingEdit, Post, Revision, UUIDv7
from communities.content.models.redirects import Redirect
from communities.content.models.spaces import Space, SpaceAuthor
from communities.content.models.states import State
from communities.content.models.tags import Tag, TaggedThread, TagWord
from communities.content.models.threads import Thread, ThreadTitle
from communities.content.models.traces import Mention, Reaction, ReadMarker, Subscription
from communities.content.models.unsent import UnsentText

__all__ = [
    "Attachment",
    "Mention",
    "PendingEdit",
    "Post",
    "PostMove",
    "Reaction",
    "ReadMarker",
    "Redirect",
    "Revision",
    "Space",
    "SpaceAuthor",
    "State",
    "Subscription",
    "Tag",
    "TagWord",
    "TaggedThread",
    "Thread",
    "ThreadMove",
    "ThreadTitle",
    "UUIDv7",
    "UnsentText",
]
