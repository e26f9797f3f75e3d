"""Every address of a community and of the platform's host, and who gets what from it.

A route that is missing here fails the sweep: whoever adds a page says for whom it is. Arguments name things of
the world (`thread.slug`) or stand for themselves (`=xml`).
"""

from __future__ import annotations

from tests.kinds.notes.sweep import ADDRESSES as NOTES
from tests.sweeps.address import Address, act
from tests.sweeps.addresses_of_accounts import PERSON
from tests.sweeps.addresses_of_albums import ALBUMS
from tests.sweeps.addresses_of_ambassadors import AMBASSADORS
from tests.sweeps.addresses_of_animation import ANIMATION
from tests.sweeps.addresses_of_blogs import OWN_BLOGS
from tests.sweeps.addresses_of_challenges import CHALLENGES
from tests.sweeps.addresses_of_events import EVENTS
from tests.sweeps.addresses_of_guides import GUIDES
from tests.sweeps.addresses_of_ideas import IDEAS
from tests.sweeps.addresses_of_launch import LAUNCH
from tests.sweeps.addresses_of_listening import LISTENING
from tests.sweeps.addresses_of_money import RESULTS_AND_MONEY
from tests.sweeps.addresses_of_newsletters import NEWSLETTERS
from tests.sweeps.addresses_of_offers import OFFERS
from tests.sweeps.addresses_of_platform import PLATFORM
from tests.sweeps.addresses_of_polls import POLLS
from tests.sweeps.addresses_of_reach import REACH
from tests.sweeps.addresses_of_reviews import REVIEWS
from tests.sweeps.audiences import (
    ALL_MEMBERS,
    AUTHOR,
    AUTHOR_AND_JUDGES,
    BY_POST_ONLY_FOR_ALL,
    EVERYBODY,
    HIDES,
    JUDGES,
    MANAGERS,
    OTHER,
    REFUSES,
    SENDS_TO_JOIN,
    nobody,
    only,
    public,
)
from tests.sweeps.world import MEMBERS

__all__ = ["COMMUNITY", "PLATFORM", "Address"]

CASE = {"ref": "case.ref"}
THREAD, QUESTION, POST = {"slug": "thread.slug"}, {"slug": "question.slug"}, {"public_id": "post.public_id"}
ARTICLE = {"blog": "blog.slug", "article": "article.slug"}
DRAFT = {"blog": "blog.slug", "article": "draft.slug"}
FIELD, BROUGHT = {"pk": "profile_field.pk"}, {"id": "brought.pk"}
PERSON_HERE, HANDOVER = {"pk": "here.member.pk"}, {"pk": "handover.pk"}
SPACE, EMPTY_SPACE = {"id": "space.pk"}, {"id": "empty_space.pk"}
NEWER_TERMS = {"kind": "=terms", "number": "newer_terms.number"}
BANNER, PAST_BANNER = {"id": "banner.pk"}, {"id": "past_banner.pk"}
PROMOTERS = only("marketing", "manager", "owner")
WRITERS = only("member", "manager", "owner")
PUBLISHERS = only("member", "manager", "owner", others=HIDES) | {"moderator": REFUSES}
HIDDEN_DRAFT = only("member", "moderator", "manager", "owner", others=HIDES)
TEXT = {"title": "A title", "body": "<p>A text.</p>", "body_format": "html"}

COMMUNITY = PERSON | {
    # Machines ask at the root of a host; under a prefix these are ordinary pages for members.
    **dict.fromkeys(("healthz", "readyz"), Address(ALL_MEMBERS)),
    "sign-up/": Address(nobody(SENDS_TO_JOIN)),
    "": Address(EVERYBODY),
    "join/": Address(EVERYBODY, post=public(operator=REFUSES)),
    "style/": Address(EVERYBODY),
    "about/": Address(EVERYBODY),
    "help/": Address(EVERYBODY),
    "rules/": Address(EVERYBODY),
    "choices/": Address(EVERYBODY, post=EVERYBODY, data={"choice": "refuse"}),
    "legal/": Address(EVERYBODY),
    "legal/<slug:kind>/": Address(EVERYBODY, {"kind": "=privacy"}),
    "legal/<slug:kind>/<int:number>/": Address(EVERYBODY, NEWER_TERMS),
    "legal/<slug:kind>/diff/<int:older>..<int:newer>/": Address(
        EVERYBODY, {"kind": "=terms", "older": "terms.number", "newer": "newer_terms.number"}
    ),
    "members/": Address(ALL_MEMBERS),
    "members/<str:handle>/": Address(EVERYBODY, {"handle": "here.member.handle"}),
    "members/suggest/": Address(ALL_MEMBERS, query="?q=ha"),
    "hear/": Address(ALL_MEMBERS, query="?t=bell"),
    "me/": Address(ALL_MEMBERS),
    "me/profile/": Address(ALL_MEMBERS, post=ALL_MEMBERS),
    "me/profile/files/<int:pk>/": Address(
        only("member", "manager", "owner", others=HIDES), {"pk": "profile_file.pk"}
    ),
    "me/preferences/": Address(ALL_MEMBERS, post=ALL_MEMBERS, data={"language": "en"}),
    "me/data/": Address(ALL_MEMBERS, post=ALL_MEMBERS),
    "me/content/": Address(ALL_MEMBERS),
    "me/drafts/": Address(ALL_MEMBERS),
    "share/": Address(ALL_MEMBERS, query="?title=A+sail&text=Look&url=https%3A%2F%2Fexample.org%2F"),
    "me/drafts/keep/": Address(EVERYBODY, post=ALL_MEMBERS, data=TEXT),
    "me/drafts/<int:id>/": Address(only("member", others=HIDES), {"id": "unsent.pk"}),
    "me/drafts/<int:id>/discard/": act(only("member", others=HIDES), id="unsent.pk"),
    "me/notifications/": Address(ALL_MEMBERS, post=ALL_MEMBERS),
    "leave/": Address(ALL_MEMBERS, post=ALL_MEMBERS, data={"posts": "keep"}),
    "notifications/": Address(ALL_MEMBERS),
    "notifications/read/": act(ALL_MEMBERS),
    "unsubscribe/<str:token>": Address(EVERYBODY, {"token": "unsubscribe"}, post=EVERYBODY),
    "manage/mails/": Address(MANAGERS),
    "manage/mails/<uuid:pk>/again/": act(MANAGERS, pk="undelivered.pk"),
    "manage/": Address(MANAGERS),
    "manage/place/": Address(MANAGERS, post=MANAGERS, data={"name": "Another name"}),
    "manage/checklist/put-away/": act(MANAGERS),
    "manage/checklist/bring-back/": act(MANAGERS),
    "manage/open/": Address(MANAGERS, post=MANAGERS),
    "manage/close/": Address(only("owner"), post=only("owner"), data={"state": "closed"}),
    "manage/close/delete/": act(only("owner"), {"name": "not its name"}),
    "manage/close/keep/": act(only("owner")),
    "manage/reopen/": act(only("owner")),
    "manage/journal/": Address(MANAGERS),
    "manage/journal.<str:kind>": Address(MANAGERS, {"kind": "=csv"}),
    "manage/journal/<int:id>/undo/": act(MANAGERS, id="change.pk"),
    "manage/brand/": Address(MANAGERS, post=MANAGERS),
    "manage/tags/": Address(MANAGERS),
    "manage/tags/unused/": act(MANAGERS, {"word": "Wurst"}),
    "manage/tags/words/<int:word>/delete/": act(MANAGERS, word="tag_word.pk"),
    "manage/tags/<int:tag>/": Address(MANAGERS, {"tag": "tag.pk"}, post=MANAGERS, data={"name": "Jibs"}),
    "manage/tags/<int:tag>/words/": act(MANAGERS, {"word": "Headsail"}, tag="tag.pk"),
    "manage/tags/<int:tag>/merge/": act(MANAGERS, {"into": "Refit"}, tag="tag.pk"),
    "manage/tags/<int:tag>/forbid/": act(MANAGERS, tag="tag.pk"),
    "manage/reactions/": Address(MANAGERS, post=MANAGERS, data={"offered": "useful"}),
    "manage/import/": Address(MANAGERS, post=MANAGERS, query="?kind=wordpress"),
    "manage/import/<int:id>/": Address(MANAGERS, BROUGHT),
    "manage/import/<int:id>/report/": Address(MANAGERS, BROUGHT),
    "manage/import/<int:id>/undo/": Address(MANAGERS, BROUGHT, post=MANAGERS),
    "manage/import/<int:id>/rehearse/": act(MANAGERS, id="rehearsed.pk"),
    "manage/import/<int:id>/run/": act(MANAGERS, id="rehearsed.pk"),
    "manage/import/<int:id>/discard/": act(MANAGERS, id="rehearsed.pk"),
    # Nothing is at work.
    "manage/import/<int:id>/stop/": act(
        MANAGERS | {"manager": OTHER[409], "owner": OTHER[409]}, id="rehearsed.pk"
    ),
    "manage/redirects/": Address(MANAGERS, post=MANAGERS, data={"path": "/old/", "target": "/forums/"}),
    "manage/redirects/try/": act(MANAGERS, {"addresses": "/old/"}),
    "manage/redirects/<int:id>/delete/": act(MANAGERS, id="redirect.pk"),
    "manage/export/": Address(only("owner"), post=only("owner"), data={"sure": "on"}),
    "manage/export/<uuid:public_id>/": act(only("owner"), public_id="export.public_id"),
    "manage/export/<uuid:public_id>/delete/": act(only("owner"), public_id="export.public_id"),
    "manage/spaces/": Address(MANAGERS),
    "manage/spaces/order/": act(MANAGERS),
    "manage/spaces/new/": Address(MANAGERS, post=MANAGERS, query="?kind=forum"),
    "manage/spaces/<int:id>/edit/": Address(MANAGERS, SPACE, post=MANAGERS),
    "manage/first-texts/": Address(MANAGERS, post=MANAGERS),
    "manage/spaces/<int:id>/preview/": Address(MANAGERS, SPACE, query="?as=member"),
    "manage/spaces/<int:id>/archive/": Address(MANAGERS, EMPTY_SPACE, post=MANAGERS),
    "manage/spaces/<int:id>/restore/": act(MANAGERS, **EMPTY_SPACE),
    "manage/spaces/<int:id>/delete/": Address(MANAGERS, SPACE, post=MANAGERS),
    "manage/spaces/<int:id>/move-threads/": Address(MANAGERS, SPACE, post=MANAGERS),
    "manage/menu/": Address(MANAGERS, post=MANAGERS),
    "manage/modules/": Address(MANAGERS, post=MANAGERS, data={"modules": "search"}),
    "manage/recipe/": Address(MANAGERS, post=MANAGERS, data={"parts": "rules"}, query="?blueprint=fans"),
    "manage/recipe/parts/<int:applied>/undo/": act(MANAGERS, applied="applied.pk"),
    "manage/recipe/save/": act(only("owner"), {"name": "Ours"}),
    "enter/<str:token>": Address(EVERYBODY, {"token": "owner_link"}, post=EVERYBODY),
    "enter/<str:token>/again": Address(BY_POST_ONLY_FOR_ALL, {"token": "owner_link"}, post=EVERYBODY),
    "manage/texts/": Address(MANAGERS),
    "manage/texts/confirm/": Address(MANAGERS, post=MANAGERS),
    "manage/texts/preview/<slug:language>/": act(MANAGERS, TEXT, language="=en"),
    "manage/texts/rules/": Address(MANAGERS),
    "manage/texts/privacy/": Address(MANAGERS),
    "manage/texts/<slug:kind>/": Address(MANAGERS, {"kind": "=terms"}),
    "manage/texts/<slug:kind>/edit/": Address(
        MANAGERS, {"kind": "=about"}, post=MANAGERS, data={"source_en": "We sail.", "revision": "0"}
    ),
    "manage/texts/<slug:kind>/publish/": Address(
        MANAGERS, {"kind": "=welcome"}, post=MANAGERS, data={"revision": "0"}
    ),
    "manage/texts/<slug:kind>/propose/": act(MANAGERS, {"revision": "0"}, kind="=welcome"),
    "manage/texts/<slug:kind>/renew/": act(MANAGERS, kind="=welcome"),
    "manage/texts/<slug:kind>/discard/": act(MANAGERS, kind="=welcome"),
    "manage/texts/<slug:kind>/<int:number>/check/": act(
        only("owner"), {"checked_by": "A counsel"}, kind="=terms", number="terms.number"
    ),
    "manage/texts/<slug:kind>/<int:number>/take-back/": act(
        only("owner"), kind="=terms", number="newer_terms.number"
    ),
    "manage/texts/rules/new/": Address(
        MANAGERS, post=MANAGERS, data={"rule_en": "Be brief.", "revision": "0"}
    ),
    "manage/texts/rules/<int:number>/": Address(
        MANAGERS, {"number": "=1"}, post=MANAGERS, data={"rule_en": "Be brief.", "revision": "0"}
    ),
    "manage/texts/rules/<int:number>/move/": act(MANAGERS, {"to": "down", "revision": "0"}, number="=1"),
    "manage/texts/rules/<int:number>/remove/": Address(MANAGERS, {"number": "=1"}, post=MANAGERS),
    "manage/brand/home/": Address(MANAGERS, post=MANAGERS),
    "manage/brand/mail/": Address(MANAGERS, post=MANAGERS),
    "manage/brand/preview/": Address(MANAGERS, post=MANAGERS),
    "manage/brand/tones/": Address(MANAGERS, query="?colour=%2300a3a1"),
    "manage/brand/colours/": act(MANAGERS),
    "manage/legal/": Address(only("owner"), post=only("owner"), data={"contact": "hello@example.org"}),
    "manage/start/": Address(only("owner"), post=only("owner"), data={"contact": "hello@example.org"}),
    # People
    "manage/members/": Address(JUDGES, query="?q=ha"),
    "manage/members/export/": Address(only("owner"), post=only("owner")),
    "manage/members/many/<slug:act>/": Address(
        MANAGERS,
        {"act": "=level"},
        post=MANAGERS,
        query="?person=1",
    ),
    "manage/members/<int:pk>/": Address(JUDGES, PERSON_HERE),
    "manage/members/<int:pk>/role/": act(MANAGERS, {"role": "ambassador", "scope": "all"}, **PERSON_HERE),
    "manage/members/<int:pk>/note/": act(MANAGERS, {"text": "Sails."}, **PERSON_HERE),
    "manage/members/<int:pk>/notes/<int:note>/delete/": act(
        MANAGERS, pk="here.ambassador.pk", note="team_note.pk"
    ),
    "manage/members/<int:pk>/address/": act(only("owner"), **PERSON_HERE),
    "manage/members/<int:pk>/merge/": Address(
        MANAGERS, PERSON_HERE, post=MANAGERS, data={"other": "nobody-here"}
    ),
    "manage/profile-fields/": Address(MANAGERS),
    "manage/profile-fields/order/": act(MANAGERS),
    "manage/profile-fields/new/": Address(MANAGERS, post=MANAGERS, query="?kind=choice"),
    "manage/profile-fields/<int:pk>/edit/": Address(MANAGERS, FIELD, post=MANAGERS),
    "manage/profile-fields/<int:pk>/retire/": act(MANAGERS, **FIELD),
    "manage/profile-fields/<int:pk>/restore/": act(MANAGERS, pk="away_field.pk"),
    "manage/profile-fields/<int:pk>/delete/": Address(MANAGERS, {"pk": "away_field.pk"}, post=MANAGERS),
    "manage/profile-fields/files/": Address(MANAGERS),
    "manage/profile-fields/files/<int:pk>/verify/": act(MANAGERS, pk="profile_file.pk"),
    "manage/profile-fields/files/<int:pk>/refuse/": act(MANAGERS, pk="profile_file.pk"),
    "manage/join-requests/": Address(MANAGERS),
    "manage/members/join-requests/<int:pk>/approve/": act(MANAGERS, pk="join_request.pk"),
    "manage/members/join-requests/<int:pk>/decline/": act(MANAGERS, pk="join_request.pk"),
    "manage/join-requests/questions/": Address(MANAGERS, post=MANAGERS),
    "manage/invitations/": Address(MANAGERS, post=MANAGERS, data={"name": "A fair", "role": "member"}),
    "manage/invitations/<int:pk>/close/": act(MANAGERS, pk="link.pk"),
    "manage/invitations/<int:pk>/reopen/": act(MANAGERS, pk="link.pk"),
    "manage/team/": Address(
        MANAGERS,
        post=MANAGERS,
        data={"email": "crew@example.org", "role": "moderator", "scope": "all"},
    ),
    "manage/team/invitations/<int:pk>/withdraw/": act(MANAGERS, pk="team_invitation.pk"),
    "manage/team/authors/": Address(MANAGERS, post=MANAGERS),
    "manage/team/authors/<int:space>/<int:pk>/remove/": act(
        MANAGERS, space="blog.pk", pk="here.ambassador.pk"
    ),
    "manage/team/handover/": Address(only("owner"), post=only("owner")),
    # Laying down one’s own role would take it from the tests that follow: read only.
    "manage/team/lay-down/": Address(ALL_MEMBERS),
    "handover/<int:pk>/": Address(only("owner", "manager", others=HIDES), HANDOVER),
    # Accepting it would take the owner away from the tests that follow.
    "handover/<int:pk>/accept/": act(only(others=HIDES) | {"owner": REFUSES}, pk="ended_handover.pk"),
    "handover/<int:pk>/refuse/": act(only("owner", "manager", others=HIDES), **HANDOVER),
    "manage/openings/": Address(only("owner")),
    "manage/openings/<int:pk>/end/": act(only("owner"), pk="opening_by_operator.pk"),
    "operator-access/leave/": Address(BY_POST_ONLY_FOR_ALL, post=nobody(HIDES)),
    "operator-access/<str:ticket>/": Address(nobody(HIDES), {"ticket": "=old"}),
    # The launch
    "i/<str:token>": Address(EVERYBODY, {"token": "invitation"}, post=public(operator=REFUSES)),
    "waiting-list/": Address(nobody(SENDS_TO_JOIN), post=nobody(SENDS_TO_JOIN)),  # joining is open
    "waiting-list/joined/": Address(EVERYBODY),
    "waiting-list/<str:token>/": Address(EVERYBODY, {"token": "waiting_place"}),
    "waiting-list/<str:token>/leave/": Address(
        EVERYBODY,  # the link of a mail leads on to the page that asks
        {"token": "waiting_place"},
        post=EVERYBODY,
    ),
    "me/invitations/": Address(ALL_MEMBERS, post=ALL_MEMBERS, data={"addresses": "one@example.org"}),
    "me/invitations/<int:invitation>/revoke/": act(
        only("member", others=HIDES), invitation="own_invitation.pk"
    ),
    # Banners
    "banners/seen/": Address(BY_POST_ONLY_FOR_ALL, post=EVERYBODY),
    "banners/<int:id>/go/": Address(EVERYBODY, BANNER),
    "manage/banners/": Address(PROMOTERS),
    "manage/banners/new/": Address(PROMOTERS, post=PROMOTERS),
    "manage/banners/<int:id>/": Address(PROMOTERS, BANNER, post=PROMOTERS),
    "manage/banners/<int:id>/pause/": act(PROMOTERS, **BANNER),
    "manage/banners/<int:id>/resume/": act(PROMOTERS, **BANNER),
    "manage/banners/<int:id>/archive/": act(PROMOTERS, **BANNER),
    "manage/banners/<int:id>/restore/": act(PROMOTERS, **PAST_BANNER),
    # Files
    "theme/<slug:version>.css": Address(EVERYBODY, {"version": "=old"}),
    "favicon.ico": Address(EVERYBODY),
    "apple-touch-icon.png": Address(EVERYBODY),
    "manifest.webmanifest": Address(EVERYBODY),
    "app-icon.png": Address(EVERYBODY),
    "worker.js": Address(EVERYBODY),
    "offline/": Address(EVERYBODY),
    "media/public/<path:path>": Address(nobody(HIDES), {"path": "=portraits/none.webp"}),
    "media/<uuid:id>/<slug:rendition>": Address(EVERYBODY, {"id": "picture.pk", "rendition": "=full"}),
    "uploads/": act(ALL_MEMBERS),
    "uploads/fetch/": act(ALL_MEMBERS),
    # What every kind of content shares
    "search/": Address(EVERYBODY, query="?q=sails"),
    "search/suggest/": Address(EVERYBODY, query="?q=thread+for+sails"),
    "search/find/": Address(EVERYBODY, query="?q=sails"),
    "preview/": act(ALL_MEMBERS, TEXT),
    "p/<uuid:public_id>/": Address(EVERYBODY, POST),
    "p/<uuid:public_id>/edit/": Address(AUTHOR, POST, post=AUTHOR, data=TEXT),
    "p/<uuid:public_id>/pictures/": Address(AUTHOR, POST, post=AUTHOR),
    "p/<uuid:public_id>/delete/": Address(AUTHOR, POST, post=AUTHOR),
    "p/<uuid:public_id>/restore/": act(AUTHOR, public_id="gone.public_id"),
    "t/<words:slug>/move/": Address(JUDGES, THREAD, post=JUDGES, data={"target": "@here.forum.pk"}),
    "t/<words:slug>/retire/": Address(
        JUDGES, THREAD, post=JUDGES, data={"act": "at", "at": "2095-02-02T10:00"}
    ),
    "t/<words:slug>/date/": Address(JUDGES, THREAD, post=JUDGES, data={"at": "2020-02-02T10:00"}),
    "p/<uuid:public_id>/history/": Address(AUTHOR_AND_JUDGES, POST),
    "p/<uuid:public_id>/history/<int:number>/": Address(AUTHOR_AND_JUDGES, POST | {"number": "=0"}),
    "p/<uuid:public_id>/history/<int:number>/back/": act(AUTHOR, **POST, number="=0"),
    "p/react/": act(only(*MEMBERS) | {"member": REFUSES}, {"thanks": "@post.pk"}),
    "p/unreact/": act(ALL_MEMBERS, {"thanks": "@post.pk"}),
    "editor/<slug:version>.json": Address(EVERYBODY, {"version": "=en-old"}),
    "drafts/<int:id>/": act(only("member", "manager", "owner", others=HIDES), TEXT, id="draft.pk"),
    "drafts/<int:id>/publish/": act(only("member", others=HIDES), id="own_draft.pk"),
    "drafts/<int:id>/discard/": act(only("member", others=HIDES), id="own_draft.pk"),
    "tags/": Address(EVERYBODY),
    "tags/<words:tag>/": Address(EVERYBODY, {"tag": "tag.slug"}),
    "feed.<str:suffix>": Address(EVERYBODY, {"suffix": "=xml"}),
    "blogs/feed.<str:suffix>": Address(EVERYBODY, {"suffix": "=xml"}),
    "forums/feed.<str:suffix>": Address(EVERYBODY, {"suffix": "=rss"}),
    "blogs/<words:space>/feed.<str:suffix>": Address(EVERYBODY, {"space": "blog.slug", "suffix": "=xml"}),
    "forums/f/<words:space>/feed.<str:suffix>": Address(EVERYBODY, {"space": "space.slug", "suffix": "=xml"}),
    "forums/t/<words:thread>/feed.<str:suffix>": Address(
        EVERYBODY, {"thread": "thread.slug", "suffix": "=xml"}
    ),
    "tags/<words:tag>/feed.<str:suffix>": Address(EVERYBODY, {"tag": "tag.slug", "suffix": "=xml"}),
    "members/<str:handle>/feed.<str:suffix>": Address(
        nobody(HIDES), {"handle": "here.member.handle", "suffix": "=xml"}
    ),
    "sitemap.xml": Address(EVERYBODY),
    "sitemaps/<slug:kind>-<int:number>.xml": Address(EVERYBODY, {"kind": "=threads", "number": "=1"}),
    "robots.txt": Address(EVERYBODY),
    ".well-known/security.txt": Address(EVERYBODY),
    "opensearch.xml": Address(EVERYBODY),
    "share/<slug:version>.png": Address(EVERYBODY, {"version": "=old"}),
    "share/<words:slug>/<slug:version>.png": Address(EVERYBODY, THREAD | {"version": "=old"}),
    # Forums
    # Moderation
    "report/receipt/<str:token>": Address(EVERYBODY, {"token": "receipt"}),
    "report/<slug:kind>/<str:id>/": Address(
        EVERYBODY, {"kind": "=post", "id": "post.public_id"}, post=EVERYBODY, data={"category": "spam"}
    ),
    "me/decisions/": Address(ALL_MEMBERS),
    "me/decisions/<slug:ref>/": Address(only("member", others=HIDES), {"ref": "decision.ref"}),
    "moderation/": Address(JUDGES),
    "moderation/c/<slug:ref>/": Address(JUDGES, CASE),
    "moderation/c/<slug:ref>/claim/": act(JUDGES, **CASE),
    "moderation/c/<slug:ref>/release/": act(JUDGES, **CASE),
    "moderation/c/<slug:ref>/take-over/": act(MANAGERS, **CASE),
    "moderation/c/<slug:ref>/decide/": act(
        JUDGES, {"act": "approve", "version": "1", "revision": "0"}, **CASE
    ),
    "moderation/c/<slug:ref>/sanctions/": act(JUDGES, {"measure": "warning-0", "ground": "courtesy"}, **CASE),
    "moderation/p/<uuid:public_id>/": act(JUDGES, **POST),
    "moderation/about/<slug:door>/<str:key>/": act(JUDGES, door="=post", key="post.public_id"),
    "moderation/sanctions/<int:id>/lift/": act(JUDGES, id="sanction.pk"),
    "moderation/journal/": Address(MANAGERS),
    "moderation/modes/": Address(MANAGERS, post=MANAGERS, data={"community": "reactive"}),
    "moderation/words/": Address(MANAGERS, post=MANAGERS, data={"word": "rope*", "action": "report"}),
    "moderation/words/<int:id>/delete/": act(MANAGERS, id="word.pk"),
    "forums/": Address(EVERYBODY),
    "forums/new/": Address(ALL_MEMBERS, post=ALL_MEMBERS, data=TEXT),
    "forums/f/<words:space>/": Address(EVERYBODY, {"space": "space.slug"}),
    "forums/f/<words:space>/new/": Address(ALL_MEMBERS, {"space": "space.slug"}, post=ALL_MEMBERS, data=TEXT),
    "forums/f/<words:space>/follow/": act(ALL_MEMBERS, space="space.slug"),
    "forums/f/<words:space>/unfollow/": act(ALL_MEMBERS, space="space.slug"),
    "forums/t/<words:slug>/": Address(EVERYBODY, THREAD),
    "forums/t/<words:slug>/reply/": Address(EVERYBODY, THREAD, post=ALL_MEMBERS, data=TEXT),
    "forums/t/<words:slug>/edit/": Address(AUTHOR_AND_JUDGES, THREAD, post=AUTHOR_AND_JUDGES, data=TEXT),
    "forums/t/<words:slug>/follow/": act(ALL_MEMBERS, **THREAD),
    "forums/t/<words:slug>/unfollow/": act(ALL_MEMBERS, **THREAD),
    "forums/t/<words:slug>/read/": act(ALL_MEMBERS, {"position": "1"}, **THREAD),
    "forums/t/<words:slug>/lock/": act(JUDGES, **THREAD),
    "forums/t/<words:slug>/unlock/": act(JUDGES, **THREAD),
    "forums/t/<words:slug>/pin/": act(JUDGES, **THREAD),
    "forums/t/<words:slug>/unpin/": act(JUDGES, **THREAD),
    "forums/t/<words:slug>/accept/<uuid:public_id>/": act(
        AUTHOR_AND_JUDGES, slug="question.slug", public_id="answer.public_id"
    ),
    "forums/t/<words:slug>/unaccept/": act(AUTHOR_AND_JUDGES, **QUESTION),
    # Blogs
    "blogs/": Address(EVERYBODY),
    "blogs/<words:blog>/": Address(EVERYBODY, {"blog": "blog.slug"}),
    "blogs/<words:blog>/follow/": act(ALL_MEMBERS, blog="blog.slug"),
    "blogs/<words:blog>/unfollow/": act(ALL_MEMBERS, blog="blog.slug"),
    "blogs/<words:blog>/new/": Address(WRITERS, {"blog": "blog.slug"}, post=WRITERS),
    "blogs/<words:blog>/<words:article>/": Address(EVERYBODY, ARTICLE),
    "blogs/<words:blog>/<words:article>/reply/": Address(EVERYBODY, ARTICLE, post=ALL_MEMBERS, data=TEXT),
    "blogs/<words:blog>/<words:article>/edit/": Address(WRITERS, ARTICLE, post=WRITERS),
    "blogs/<words:blog>/<words:article>/preview/": Address(HIDDEN_DRAFT, DRAFT),
    "blogs/<words:blog>/<words:article>/publish/": act(PUBLISHERS, **DRAFT),
    "blogs/<words:blog>/<words:article>/unpublish/": act(WRITERS, **ARTICLE),
    "blogs/<words:blog>/<words:article>/schedule/": act(
        PUBLISHERS,
        {"day": "2099-01-02", "hour": "08:00"},
        **DRAFT,
    ),
}

COMMUNITY |= NOTES | ANIMATION | AMBASSADORS | LAUNCH | LISTENING | NEWSLETTERS | POLLS | REACH
COMMUNITY |= ALBUMS | CHALLENGES | EVENTS | GUIDES | IDEAS | OFFERS | OWN_BLOGS | RESULTS_AND_MONEY | REVIEWS
