"""What the demo’s editors find: articles of others that wait for them, and one that they have given back with notes.

Through the services, as authors and editors do it; nobody is sent a mail about it.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import translation

from communities.blogs.review.models import ArticleReview, ReviewNote
from communities.blogs.review.services import add_note, edit_checklist, return_article, submit_article
from communities.content.kinds import KINDS
from communities.content.models import Thread
from communities.demo.parts import Say
from communities.demo.pictures import with_pictures
from communities.demo.reading import Entry
from communities.demo.scene import Scene
from communities.languages import spoken
from communities.limits import without_limits
from communities.notifications.models import Notification
from communities.scoping import community_scope


def settle_editing(scene: Scene, say: Say) -> None:
    """Of one community, where nobody sent an editor anything yet: made again, nothing changes. Opens the scope."""
    said, place = scene.brand.editing, scene.community
    if not said:
        return
    with (
        transaction.atomic(),
        community_scope(place),
        without_limits(),
        translation.override(spoken(place.language, place.address_form)),
    ):
        if ArticleReview.objects.exists():
            return
        latest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        space = scene.spaces[said["space"]]
        edit_checklist(space, by=scene.manager, lines=said["checklist"])
        for article in said["articles"]:
            thread = _send(scene, article, said)
            if "returned" in article:
                _give_back(scene, thread, article["returned"], said["editor"])
        Notification.objects.filter(pk__gt=latest).update(mail_due_at=None)
    say(f"{place.name}: {len(said['articles'])} articles on their way past an editor.")


def _send(scene: Scene, article: Entry, said: Entry) -> Thread:
    author, space = scene.people[article["authors"][0]], scene.spaces[said["space"]]
    body = with_pictures(article["body"], community=scene.community, by=author, language=article["lang"])
    draft = KINDS[space.kind].demo_draft(
        space,
        article,
        body=body,
        by=author,
        community=scene.community,
        submission=scene.key(article["slug"], 0),
    )
    assert draft is not None  # a blog writes its own drafts
    submit_article(draft, by=author, ticked=said["checklist"][: article["ticked"]])
    sent = scene.clock.at(article["day"], article["time"])
    Thread.objects.filter(pk=draft.pk).update(created_at=sent)
    ArticleReview.objects.filter(thread=draft).update(submitted_at=sent)
    return draft


def _give_back(scene: Scene, thread: Thread, returned: Entry, editor: str) -> None:
    by = scene.people[editor]
    for note in returned["beside"]:
        add_note(thread, by=by, words=note["words"], passage=note["passage"], about=note.get("about", ""))
    return_article(thread, by=by, word=returned["word"])
    decided = scene.clock.at(returned["day"], returned["time"])
    ArticleReview.objects.filter(thread=thread).update(decided_at=decided)
    ReviewNote.objects.filter(review__thread=thread).update(created_at=decided)
