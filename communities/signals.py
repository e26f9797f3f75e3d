"""Domain events, sent by services inside their transaction. Upper layers listen; nothing below knows them.

`screening`      sender=Post; post, by, verdict, words (what stands beside the text: title, tags …): a receiver may
                 call `verdict.hold(reason)` before anything is visible
`card_found`     sender=Post; post, title, verdict: what a page of another site calls itself, before a public text shows
                 it; sent without a title before that site is asked. A receiver may call `verdict.hold(reason)`: then
                 the address stays as it was typed
`naming`         sender=Membership; membership, words: what a member shows of themselves, before it is visible; a
                 receiver may refuse it
`post_published` sender=Post; post, by
`post_held`      sender=Post; post, by, reasons  (stored, seen by its author and the team only)
`edit_held`      sender=Post; post, by, edit, reasons  (the published text stays, `edit` waits)
`post_edited`    sender=Post; post, by
`wiki_set`       sender=Post; post, by  (the team lets members edit somebody’s text, or no longer: `wiki_from`)
`comment_set`    sender=Post; post, by  (whether a reply answers a question: `is_comment`)
`edit_applied`   sender=Post; post, edit  (a change that waited is public; kinds of threads take their part of it)
`thread_edited`  sender=Thread; thread, by  (title, tags, or what its kind says of itself)
`post_removed`   sender=Post; post, by  (deleted by its author, hidden or removed by the team)
`post_restored`  sender=Post; post, by  (public again, in its old place)
`thread_published` sender=Thread; thread, by
`thread_unpublished` sender=Thread; thread, by  (a draft again, which nobody else sees)
`thread_dated`   sender=Thread; thread, was  (it appeared at another moment than was said, its `published_at` until now)
`thread_retired` sender=Thread; thread, by (or None: its day came), turned  (until when it is public was said anew, or
                 it was taken back, or it is public again; its state and `retires_at` say which, `turned` whether
                 readers have lost it or got it back just now)
`draft_saved`    sender=Thread; thread, post, by  (its one post, not yet visible)
`post_inset_changed`  sender=Post; post, by  (what stands under a reply that is out came, or reads otherwise)
`inset_changed`  sender=Thread; thread, by  (what stands under a text that is not out yet came, went or reads otherwise)
`answer_accepted`  sender=Thread; thread, post, by
`answer_unaccepted` sender=Thread; thread, post, by  (the mark is taken back)
`threads_moved`  sender=Thread; thread_ids, source, target  (to another space, by the team; their addresses lead there)
`space_emptied`  sender=Space; source, target  (all of one stands in the other now; after the last of the above)
`thread_moved`   sender=Thread; thread, by, source  (one of them, by whoever looks after both spaces; after the above)
`posts_moved`    sender=Thread; source, target, post_ids  (they stand in another thread now, by the team)
`thread_merged`  sender=Thread; move, source, target, by  (after the above: one thread has become part of another)
`thread_absorbed` sender=Thread; source, target  (a split is undone: `source` has no post any more and is about to be
                 deleted; what is kept of it belongs to `target`)
`thread_split`   sender=Thread; move, source, target, by  (after it: posts of one thread begin another)
`space_narrowed` sender=Space; space  (somebody who read it no longer does)
`mode_set`       sender=Space; space, by, before, after  (how texts are moderated in it from now on)
`thread_read`    sender=Thread; thread, by, position
`member_joined`  sender=Membership; membership
`member_asked`   sender=Membership; membership (it waits for the team to approve it)
`arrived_by_link` sender=Membership; membership, space_id: somebody came in through a link that leads into a space
`members_merging` sender=Membership; kept, gone: locked; receivers lock, by `hold_now`, what else of theirs will change
`members_merged` sender=Membership; kept, gone: all rows of one have moved to the other; counts follow
`member_left`    sender=Membership; membership (emptied already), of_own_accord (an active member outside the team has
                 left by themselves: not whom the team sent away, nor who never was in)
`stage_opened`   sender=Stage; stage, opening, by (or None: it opened by itself)
`stage_announced` sender=Stage; stage, opening, by (or None: it opened by itself); whom it reaches is in StageNews
`stage_removed`  sender=Stage; stage (it is about to be deleted, with all that leads to it)
`stage_paused`   sender=Stage; stage, by, at
`stage_noted`    sender=Stage; stage, note (opened, ready, due, alarm), occasion  (for those who run the plan; the
                 same note of one occasion may be sent again)
`clocks_moved`   sender=Community; community: it has another time zone from now on
`outcome_valued` sender=a model; unit, title, at, amount (of the community’s currency; None: nothing came of it),
                 community_id: what something that members brought forward was worth, once it is there
`something_happened` sender=Trigger; trigger, community_id, occurrences: what automations may begin with; sent by
                 `communities.automatic.happened`
"""

from django.dispatch import Signal

screening = Signal()
card_found = Signal()
naming = Signal()
post_published = Signal()
post_held = Signal()
edit_held = Signal()
post_edited = Signal()
wiki_set = Signal()
comment_set = Signal()
edit_applied = Signal()
thread_edited = Signal()
post_removed = Signal()
post_restored = Signal()
thread_published = Signal()
thread_unpublished = Signal()
thread_dated = Signal()
thread_retired = Signal()
draft_saved = Signal()
post_inset_changed = Signal()
inset_changed = Signal()
answer_accepted = Signal()
answer_unaccepted = Signal()
threads_moved = Signal()
space_emptied = Signal()
thread_moved = Signal()
posts_moved = Signal()
thread_merged = Signal()
thread_absorbed = Signal()
thread_split = Signal()
space_narrowed = Signal()
mode_set = Signal()
thread_read = Signal()
member_joined = Signal()
member_asked = Signal()
arrived_by_link = Signal()
members_merging = Signal()
members_merged = Signal()
member_left = Signal()
stage_opened = Signal()
stage_announced = Signal()
stage_removed = Signal()
stage_paused = Signal()
stage_noted = Signal()
clocks_moved = Signal()
outcome_valued = Signal()
something_happened = Signal()
