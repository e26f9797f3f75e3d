"""The only way to change what members write; each function is one act that a person sees.

Acts run inside the community's scope and its transaction, assert the permission again, and send domain events
(communities.signals) in the transaction; to act after it, use `transaction.on_commit`.
"""

from communities.content.services.commenting import set_comment
from communities.content.services.dating import date_thread
from communities.content.services.editing import (
    delete_post,
    edit_post,
    judge_beside,
    mark_changed,
    rename_thread,
    restore_post,
    revise_thread,
    settle_address,
)
from communities.content.services.filing import (
    PostToFile,
    RepliesToFile,
    ThreadToFile,
    file_replies,
    file_threads,
)
from communities.content.services.following import (
    follow_space,
    follow_thread,
    unfollow_space,
    unfollow_thread,
)
from communities.content.services.forwarding import forward_many, lead_anew
from communities.content.services.insetting import start_with_insets
from communities.content.services.joining import merge_threads, refuse_merge, unmerge_threads
from communities.content.services.judging import (
    apply_edit,
    approve_post,
    refuse_edit,
    reinstate_post,
    withdraw_post,
)
from communities.content.services.leaving import delete_posts_of
from communities.content.services.moving_one import move_thread
from communities.content.services.placing import lock_thread, pin_thread, unlock_thread, unpin_thread
from communities.content.services.publishing import (
    discard_draft,
    publish_drafts,
    publish_due,
    publish_made,
    publish_thread,
    schedule_draft,
    schedule_thread,
    settle_outline,
    unpublish_thread,
)
from communities.content.services.putting_back import put_version_back
from communities.content.services.reacting import react_to_post, unreact_to_post
from communities.content.services.reading import mark_read
from communities.content.services.refiling import (
    ThreadToRefile,
    refile_activity,
    refile_replies,
    refile_scores,
    refile_threads,
)
from communities.content.services.retiring import retire_due, retire_thread
from communities.content.services.splitting import split_thread, unsplit_thread
from communities.content.services.tagging import set_tags
from communities.content.services.verdicts import Verdict
from communities.content.services.waiting import (
    Beside,
    beside_of,
    hold_beside,
    waiting_beside,
    waiting_edit,
    words_around,
    words_of,
)
from communities.content.services.wikis import set_wiki
from communities.content.services.writing import reply_to, save_draft, start_thread

__all__ = [
    "Beside",
    "PostToFile",
    "RepliesToFile",
    "ThreadToFile",
    "ThreadToRefile",
    "Verdict",
    "apply_edit",
    "approve_post",
    "beside_of",
    "date_thread",
    "delete_post",
    "delete_posts_of",
    "discard_draft",
    "edit_post",
    "file_replies",
    "file_threads",
    "follow_space",
    "follow_thread",
    "forward_many",
    "hold_beside",
    "judge_beside",
    "lead_anew",
    "lock_thread",
    "mark_changed",
    "mark_read",
    "merge_threads",
    "move_thread",
    "pin_thread",
    "publish_drafts",
    "publish_due",
    "publish_made",
    "publish_thread",
    "put_version_back",
    "react_to_post",
    "refile_activity",
    "refile_replies",
    "refile_scores",
    "refile_threads",
    "refuse_edit",
    "refuse_merge",
    "reinstate_post",
    "rename_thread",
    "reply_to",
    "restore_post",
    "retire_due",
    "retire_thread",
    "revise_thread",
    "save_draft",
    "schedule_draft",
    "schedule_thread",
    "set_comment",
    "set_tags",
    "set_wiki",
    "settle_address",
    "settle_outline",
    "split_thread",
    "start_thread",
    "start_with_insets",
    "unfollow_space",
    "unfollow_thread",
    "unlock_thread",
    "unmerge_threads",
    "unpin_thread",
    "unpublish_thread",
    "unreact_to_post",
    "unsplit_thread",
    "waiting_beside",
    "waiting_edit",
    "withdraw_post",
    "words_around",
    "words_of",
]
