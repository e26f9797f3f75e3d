"""Every address of a community and of the platform's host, and who gets what from it.

A route that is missing here fails the sweep: whoever adds a page says for whom it is. Arguments name things of
the world (`thread.slug`) or stand for themselves (`=xml`).
"""

from __future__ import annotations

from tests.kinds.notes.sweep import ADDRESSES as NOTES
from tests.sweeps.address import Address, act
from tests.sweeps.audiences import (
    ALL_MEMBERS,
    AUTHOR,
    AUTHOR_AND_JUDGES,
    BY_POST_ONLY_FOR_ALL,
    EVERYBODY,
    HIDES,
    JUDGES,
    MANAGERS,
    OPENS,
    OTHER,
    REFUSES,
    SENDS_TO_JOIN,
    SENDS_TO_SIGN_IN,
    SIGNED_IN,
    nobody,
    only,
    public,
)
from tests.sweeps.world import MEMBERS

CASE = {"ref": "case.ref"}
THREAD, QUESTION, POST = {"slug": "thread.slug"}, {"slug": "question.slug"}, {"public_id": "post.public_id"}
ARTICLE = {"blog": "blog.slug", "article": "article.slug"}
DRAFT = {"blog": "blog.slug", "article": "draft.slug"}
STAGE = {"stage": "stage.place"}
FIELD = {"pk": "profile_field.pk"}
PERSON_HERE, HANDOVER = {"pk": "here.member.pk"}, {"pk": "handover.pk"}
SPACE, EMPTY_SPACE = {"id": "space.pk"}, {"id": "empty_space.pk"}
PLAN_READERS = only("manager", "owner", "marketing")
NEWER_TERMS = {"kind": "=terms", "number": "newer_terms.number"}
BANNER, PAST_BANNER = {"id": "banner.pk"}, {"id": "past_banner.pk"}
PROMOTERS = only("marketing", "manager", "owner")
WRITERS = only("member", "manager", "owner")
HIDDEN_DRAFT = only("member", "moderator", "manager", "owner", others=HIDES)
BROUGHT = {"id": "brought.pk"}
TEXT = {"title": "A title", "body": "<p>A text.</p>", "body_format": "html"}

# The person's own pages are the same on every host.
PERSON = {
    "healthz": Address(EVERYBODY),
    "readyz": Address(EVERYBODY),
    "me/security/": Address(SIGNED_IN),
    "me/security/email/works/": Address(BY_POST_ONLY_FOR_ALL, post=SIGNED_IN),
    "email/works/<str:token>/": Address(
        # The address is the person’s, whichever community asks.
        EVERYBODY,
        {"token": "address_works"},
        post=EVERYBODY,
        foreign=OPENS,
    ),
    "choices/language/": Address(BY_POST_ONLY_FOR_ALL, post=EVERYBODY, data={"language": "fr"}),
    "sign-in/": Address(EVERYBODY, post=EVERYBODY, data={"login": "nobody@example.org"}),
    "sign-in/code/": Address(EVERYBODY),
    "sign-in/code/new/": Address(nobody(SENDS_TO_SIGN_IN)),
    "sign-in/again/": Address(SIGNED_IN),
    "sign-in/closed/": Address(EVERYBODY),
    "sign-out/": Address(EVERYBODY, post=EVERYBODY),
    "sign-up/": Address(nobody(SENDS_TO_SIGN_IN)),
    "password/forgot/": Address(EVERYBODY, post=EVERYBODY, data={"email": "nobody@example.org"}),
    "password/forgot/sent/": Address(EVERYBODY),
    "password/reset/done/": Address(EVERYBODY),
    "password/reset/<uidb36>-<key>/": Address(EVERYBODY, {"uidb36": "=a", "key": "=b-c"}),
    "email/confirm/": Address(public(visitor=SENDS_TO_SIGN_IN)),
    "me/security/email/": Address(SIGNED_IN, post=SIGNED_IN),
    "me/security/password/": Address(SIGNED_IN, post=SIGNED_IN),
    "me/security/password/set/": Address(SIGNED_IN),
}

COMMUNITY = PERSON | {
    # Machines ask at the root of a host; under a prefix these are ordinary pages for members.
    "healthz": Address(ALL_MEMBERS),
    "readyz": Address(ALL_MEMBERS),
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
    "me/": Address(ALL_MEMBERS),
    "me/profile/": Address(ALL_MEMBERS, post=ALL_MEMBERS),
    "me/profile/files/<int:pk>/": Address(
        only("member", "manager", "owner", others=HIDES), {"pk": "profile_file.pk"}
    ),
    "me/preferences/": Address(ALL_MEMBERS, post=ALL_MEMBERS, data={"language": "en"}),
    "me/data/": Address(ALL_MEMBERS, post=ALL_MEMBERS),
    "me/content/": Address(ALL_MEMBERS),
    "me/drafts/": Address(ALL_MEMBERS),
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
    "manage/launch/": Address(PLAN_READERS),
    "manage/launch/log/": Address(MANAGERS),
    "manage/launch/preview/leave/": act(MANAGERS),
    "manage/launch/waiting-list/": Address(MANAGERS),
    "manage/launch/waiting-list/admit/": act(MANAGERS, {"first": "1"}),
    "manage/launch/waves/": Address(
        MANAGERS, post=MANAGERS, data={"name": "A wave", "addresses": "two@example.org"}
    ),
    "manage/launch/waves/<int:wave>/send/": act(MANAGERS, wave="wave.pk"),
    "manage/launch/stages/new/": Address(
        MANAGERS, post=MANAGERS, data={"name": "More", "audience": "team", "opening": "hand"}
    ),
    "manage/launch/stages/<int:stage>/": Address(PLAN_READERS, STAGE),
    "manage/launch/stages/<int:stage>/edit/": Address(MANAGERS, STAGE, post=MANAGERS),
    "manage/launch/stages/<int:stage>/remove/": act(MANAGERS, **STAGE),
    "manage/launch/stages/<int:stage>/open/": Address(MANAGERS, STAGE, post=MANAGERS),
    "manage/launch/stages/<int:stage>/pause/": Address(MANAGERS, STAGE, post=MANAGERS),
    "manage/launch/stages/<int:stage>/resume/": Address(MANAGERS, STAGE, post=MANAGERS),
    "manage/launch/stages/<int:stage>/roll-back/": Address(MANAGERS, STAGE, post=MANAGERS),
    "manage/launch/stages/<int:stage>/announce/": act(MANAGERS, **STAGE),
    # Whose eyes? Nobody's: a walk that began here would go on in the tests that follow; flows.py takes one.
    "manage/launch/stages/<int:stage>/preview/": act(
        only("manager", "owner") | {"manager": HIDES, "owner": HIDES}, **STAGE
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
    "media/public/<path:path>": Address(nobody(HIDES), {"path": "=portraits/none.webp"}),
    "media/<uuid:id>/<slug:rendition>": Address(EVERYBODY, {"id": "picture.pk", "rendition": "=full"}),
    "uploads/": act(ALL_MEMBERS),
    # What every kind of content shares
    "search/": Address(EVERYBODY, query="?q=sails"),
    "search/suggest/": Address(EVERYBODY, query="?q=thread+for+sails"),
    "preview/": act(ALL_MEMBERS, TEXT),
    "p/<uuid:public_id>/": Address(EVERYBODY, POST),
    "p/<uuid:public_id>/edit/": Address(AUTHOR, POST, post=AUTHOR, data=TEXT),
    "p/<uuid:public_id>/delete/": Address(AUTHOR, POST, post=AUTHOR),
    "p/<uuid:public_id>/restore/": act(AUTHOR, public_id="gone.public_id"),
    "p/<uuid:public_id>/history/": Address(AUTHOR_AND_JUDGES, POST),
    "p/<uuid:public_id>/history/<int:number>/": Address(AUTHOR_AND_JUDGES, POST | {"number": "=0"}),
    "p/<uuid:public_id>/react/": act(
        only(*MEMBERS) | {"member": REFUSES}, {"kind": "thanks"}, public_id="post.public_id"
    ),
    "p/<uuid:public_id>/unreact/": act(ALL_MEMBERS, {"kind": "thanks"}, public_id="post.public_id"),
    "drafts/<int:id>/": act(only("member", "manager", "owner", others=HIDES), TEXT, id="draft.pk"),
    "drafts/<int:id>/publish/": act(only("member", others=HIDES), id="own_draft.pk"),
    "drafts/<int:id>/discard/": act(only("member", others=HIDES), id="own_draft.pk"),
    "tags/": Address(EVERYBODY),
    "tags/<slug:tag>/": Address(EVERYBODY, {"tag": "tag.slug"}),
    "feed.<str:suffix>": Address(EVERYBODY, {"suffix": "=xml"}),
    "blogs/feed.<str:suffix>": Address(EVERYBODY, {"suffix": "=xml"}),
    "forums/feed.<str:suffix>": Address(EVERYBODY, {"suffix": "=rss"}),
    "blogs/<slug:space>/feed.<str:suffix>": Address(EVERYBODY, {"space": "blog.slug", "suffix": "=xml"}),
    "forums/f/<slug:space>/feed.<str:suffix>": Address(EVERYBODY, {"space": "space.slug", "suffix": "=xml"}),
    "forums/t/<slug:thread>/feed.<str:suffix>": Address(
        EVERYBODY, {"thread": "thread.slug", "suffix": "=xml"}
    ),
    "tags/<slug:tag>/feed.<str:suffix>": Address(EVERYBODY, {"tag": "tag.slug", "suffix": "=xml"}),
    "members/<str:handle>/feed.<str:suffix>": Address(
        nobody(HIDES), {"handle": "here.member.handle", "suffix": "=xml"}
    ),
    "sitemap.xml": Address(EVERYBODY),
    "sitemaps/<slug:kind>-<int:number>.xml": Address(EVERYBODY, {"kind": "=threads", "number": "=1"}),
    "robots.txt": Address(EVERYBODY),
    "opensearch.xml": Address(EVERYBODY),
    "share/<slug:version>.png": Address(EVERYBODY, {"version": "=old"}),
    "share/<slug:slug>/<slug:version>.png": Address(EVERYBODY, THREAD | {"version": "=old"}),
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
    "forums/new/": Address(ALL_MEMBERS),
    "forums/f/<slug:space>/": Address(EVERYBODY, {"space": "space.slug"}),
    "forums/f/<slug:space>/new/": Address(ALL_MEMBERS, {"space": "space.slug"}, post=ALL_MEMBERS, data=TEXT),
    "forums/f/<slug:space>/follow/": act(ALL_MEMBERS, space="space.slug"),
    "forums/f/<slug:space>/unfollow/": act(ALL_MEMBERS, space="space.slug"),
    "forums/t/<slug:slug>/": Address(EVERYBODY, THREAD),
    "forums/t/<slug:slug>/reply/": Address(BY_POST_ONLY_FOR_ALL, THREAD, post=ALL_MEMBERS, data=TEXT),
    "forums/t/<slug:slug>/edit/": Address(AUTHOR_AND_JUDGES, THREAD, post=AUTHOR_AND_JUDGES, data=TEXT),
    "forums/t/<slug:slug>/follow/": act(ALL_MEMBERS, **THREAD),
    "forums/t/<slug:slug>/unfollow/": act(ALL_MEMBERS, **THREAD),
    "forums/t/<slug:slug>/read/": act(ALL_MEMBERS, {"position": "1"}, **THREAD),
    "forums/t/<slug:slug>/lock/": act(JUDGES, **THREAD),
    "forums/t/<slug:slug>/unlock/": act(JUDGES, **THREAD),
    "forums/t/<slug:slug>/pin/": act(JUDGES, **THREAD),
    "forums/t/<slug:slug>/unpin/": act(JUDGES, **THREAD),
    "forums/t/<slug:slug>/accept/<uuid:public_id>/": act(
        AUTHOR_AND_JUDGES, slug="question.slug", public_id="answer.public_id"
    ),
    "forums/t/<slug:slug>/unaccept/": act(AUTHOR_AND_JUDGES, **QUESTION),
    # Blogs
    "blogs/": Address(EVERYBODY),
    "blogs/<slug:blog>/": Address(EVERYBODY, {"blog": "blog.slug"}),
    "blogs/<slug:blog>/follow/": act(ALL_MEMBERS, blog="blog.slug"),
    "blogs/<slug:blog>/unfollow/": act(ALL_MEMBERS, blog="blog.slug"),
    "blogs/<slug:blog>/new/": Address(WRITERS, {"blog": "blog.slug"}, post=WRITERS),
    "blogs/<slug:blog>/<slug:article>/": Address(EVERYBODY, ARTICLE),
    "blogs/<slug:blog>/<slug:article>/reply/": Address(
        BY_POST_ONLY_FOR_ALL, ARTICLE, post=ALL_MEMBERS, data=TEXT
    ),
    "blogs/<slug:blog>/<slug:article>/edit/": Address(WRITERS, ARTICLE, post=WRITERS),
    "blogs/<slug:blog>/<slug:article>/preview/": Address(HIDDEN_DRAFT, DRAFT),
    "blogs/<slug:blog>/<slug:article>/publish/": act(
        only("member", "manager", "owner", others=HIDES) | {"moderator": REFUSES}, **DRAFT
    ),
    "blogs/<slug:blog>/<slug:article>/unpublish/": act(WRITERS, **ARTICLE),
    "blogs/<slug:blog>/<slug:article>/schedule/": act(
        only("member", "manager", "owner", others=HIDES) | {"moderator": REFUSES},
        {"day": "2099-01-02", "hour": "08:00"},
        **DRAFT,
    ),
}

COMMUNITY |= NOTES

OWNER = only("owner")
DOMAIN = {"pk": "domain.pk"}

COMMUNITY |= {
    "manage/domains/": Address(OWNER, post=OWNER, data={"host": "sails.example"}),
    "manage/domains/<int:pk>/check/": act(OWNER, **DOMAIN),
    "manage/domains/<int:pk>/make-primary/": Address(OWNER, DOMAIN, post=OWNER),
    "manage/domains/<int:pk>/release/": Address(OWNER, DOMAIN),
    "manage/sender/": Address(OWNER, post=OWNER, data={"name": "Crew", "address": "hello@sails.example"}),
    "manage/sender/check/": act(OWNER),
    "manage/sender/test/": act(OWNER),
    "manage/sender/stopped/": Address(OWNER),
    "manage/sender/stopped/<int:pk>/again/": act(OWNER, pk="stopped.pk"),
    "me/notifications/resume/": act(ALL_MEMBERS),
}

RESULTS = only("marketing", "manager", "owner")
MONEY = only("marketing", "owner")
# A shop is known by its signature alone.
UNSIGNED = nobody("401")

COMMUNITY |= {
    "results/": Address(RESULTS),
    "results/community/": Address(RESULTS),
    "results.zip": Address(RESULTS),
    "results/line/<slug:ref>/": Address(RESULTS, {"ref": "=order"}),
    "results/line/<slug:ref>.csv": Address(RESULTS, {"ref": "=cost"}),
    "results/months/<str:month>/close/": act(MONEY, month="=2020-01"),
    "results/months/<str:month>/reopen/": act(MONEY, month="=2020-01"),
    "results/reports/": Address(MONEY, post=MONEY, data={"email": "boss@example.org", "language": "fr"}),
    "results/reports/<int:pk>/stop/": act(MONEY, pk="recipient.pk"),
    "results/reports/send/": act(MONEY),
    "unsubscribe/report/<str:token>": Address(EVERYBODY, {"token": "leave_report"}, post=EVERYBODY),
    "results/rates/": Address(
        MONEY,
        post=MONEY,
        data={"name": "cpm", "value": "12.5", "source": "Agency", "valid_from": "2026-01-01"},
    ),
    "results/counts/": Address(
        MONEY, post=MONEY, data={"measure": "impression", "day": "2026-01-01", "n": "5", "source": "Ads"}
    ),
    "results/costs/": Address(
        MONEY,
        post=MONEY,
        data={
            "label": "Tools",
            "kind": "running",
            "amount": "9",
            "repeats": "once",
            "starts_on": "2026-01-01",
        },
    ),
    "results/costs/<int:pk>/remove/": act(MONEY, pk="cost.pk"),
    "results/objectives/": Address(MONEY),
    "results/objectives/new/": Address(MONEY, post=MONEY),
    "results/objectives/<int:pk>/": Address(MONEY, {"pk": "objective.pk"}, post=MONEY),
    "results/objectives/<int:pk>/close/": act(MONEY, pk="objective.pk"),
    "results/offers/": Address(MONEY),
    "results/offers/new/": Address(MONEY, post=MONEY),
    "results/offers/<int:pk>/": Address(MONEY, {"pk": "offer.pk"}, post=MONEY),
    "results/leads/": Address(MONEY),
    "results/leads.csv": Address(MONEY),
    "results/leads/<uuid:public_id>/accept/": act(MONEY, public_id="lead.public_id"),
    "results/leads/<uuid:public_id>/refuse/": act(MONEY, public_id="lead.public_id"),
    "results/leads/<uuid:public_id>/erase/": Address(MONEY, {"public_id": "lead.public_id"}),
    "results/orders/": Address(MONEY),
    "results/orders/import/": Address(MONEY, post=MONEY),
    "results/orders/import/<uuid:public_id>/": Address(
        MONEY, {"public_id": "orders_file.public_id"}, post=MONEY
    ),
    "results/orders/sources/": Address(MONEY, post=MONEY),
    "results/orders/sources/<int:pk>/secret/": Address(
        MONEY, {"pk": "shop.pk"}, post=MONEY, data={"secret": "another secret of it"}
    ),
    "results/orders/sources/<int:pk>/disconnect/": Address(MONEY, {"pk": "shop.pk"}, post=MONEY),
    "offers/<slug:slug>/": Address(EVERYBODY, {"slug": "offer.slug"}, post=EVERYBODY),
    "go/<slug:slug>": Address(EVERYBODY, {"slug": "link_offer.slug"}),
    "hooks/orders/<uuid:token>/": Address(BY_POST_ONLY_FOR_ALL, {"token": "shop.token"}, post=UNSIGNED),
}

OPERATOR = nobody(HIDES) | {"visitor": SENDS_TO_SIGN_IN, "operator": OPENS}
BY_POST_OF_OPERATOR = nobody(OTHER[405])
RECIPE = {"recipe": "recipe.pk"}
PART = RECIPE | {"part": "=rules"}

OF_COMMUNITY = {"slug": "here.community.slug"}
WHY = {"reason": "ticket 318: topics are missing"}

PLATFORM = PERSON | {
    "operator/": Address(OPERATOR),
    # There is an operator in the world, so the link opens nothing any more, and leads on.
    "operator/first/<str:key>/": Address(EVERYBODY, {"key": "=any"}),
    "operator/communities/<slug:slug>/": Address(OPERATOR, OF_COMMUNITY),
    "operator/communities/<slug:slug>/suspend/": Address(OPERATOR, OF_COMMUNITY, post=OPERATOR, data=WHY),
    "operator/communities/<slug:slug>/resume/": Address(OPERATOR, OF_COMMUNITY, post=OPERATOR, data=WHY),
    "operator/communities/<slug:slug>/quotas/": Address(OPERATOR, OF_COMMUNITY, post=OPERATOR),
    "operator/communities/<slug:slug>/hand-over/": Address(OPERATOR, OF_COMMUNITY, post=OPERATOR, data=WHY),
    "operator/communities/<slug:slug>/clone/": Address(OPERATOR, OF_COMMUNITY, post=OPERATOR, data=WHY),
    "operator/communities/<slug:slug>/delete/": Address(OPERATOR, OF_COMMUNITY, post=OPERATOR, data=WHY),
    "operator/communities/<slug:slug>/keep/": Address(OPERATOR, OF_COMMUNITY, post=OPERATOR, data=WHY),
    "operator/communities/<slug:slug>/enter/": Address(
        OPERATOR, OF_COMMUNITY, post=OPERATOR, data=WHY | {"minutes": "30"}
    ),
    "operator/openings/<int:pk>/end/": Address(
        BY_POST_ONLY_FOR_ALL, {"pk": "opening_by_operator.pk"}, post=OPERATOR
    ),
    "operator/import/": Address(OPERATOR, post=OPERATOR),
    "operator/import/<uuid:public_id>/": Address(OPERATOR, {"public_id": "coming.public_id"}, post=OPERATOR),
    "operator/import/<uuid:public_id>/delete/": Address(
        BY_POST_ONLY_FOR_ALL, {"public_id": "coming.public_id"}, post=OPERATOR
    ),
    "operator/people/": Address(OPERATOR, post=OPERATOR, data=WHY | {"address": "person"}),
    "operator/people/<int:pk>/lock/": Address(OPERATOR, {"pk": "newcomer.pk"}, post=OPERATOR),
    "operator/people/<int:pk>/unlock/": Address(OPERATOR, {"pk": "newcomer.pk"}, post=OPERATOR, data=WHY),
    "operator/jobs/": Address(OPERATOR),
    "operator/jobs/<int:pk>/again/": Address(BY_POST_ONLY_FOR_ALL, {"pk": "failed_job.pk"}, post=OPERATOR),
    "operator/mail/": Address(OPERATOR),
    "operator/mail/again/": Address(BY_POST_ONLY_FOR_ALL, post=OPERATOR),
    "operator/backups/": Address(OPERATOR),
    "operator/journal/": Address(OPERATOR),
    "": Address(EVERYBODY),
    "communities/": Address(SIGNED_IN),
    "new/": Address(OPERATOR, post=OPERATOR),
    "new/<int:recipe>/": Address(OPERATOR, RECIPE),
    "new/<int:recipe>/<slug:step>/": Address(OPERATOR, RECIPE | {"step": "=means"}, post=OPERATOR),
    "new/<int:recipe>/shape/": Address(OPERATOR, RECIPE, post=OPERATOR, data={"blueprint": "support"}),
    "new/<int:recipe>/parts/<slug:part>/": Address(OPERATOR, PART, post=OPERATOR, data={"version": "1"}),
    "new/<int:recipe>/parts/<slug:part>/reset/": Address(BY_POST_OF_OPERATOR, PART, post=OPERATOR),
    "new/<int:recipe>/found/": Address(BY_POST_OF_OPERATOR, RECIPE, post=OPERATOR),
    "new/<int:recipe>/discard/": Address(BY_POST_OF_OPERATOR, RECIPE, post=OPERATOR),
    "new/<int:recipe>/done/": Address(OPERATOR, {"recipe": "founded.pk"}),
    "new/clone/<slug:slug>/": Address(BY_POST_OF_OPERATOR, {"slug": "here.community.slug"}, post=OPERATOR),
    "new/of/<int:blueprint>/": Address(BY_POST_OF_OPERATOR, {"blueprint": "own_blueprint.pk"}, post=OPERATOR),
    "new/preview.css": Address(SIGNED_IN, query="?colour=%232a5d9f"),
    "favicon.ico": Address(EVERYBODY),
    "media/public/<path:path>": Address(nobody(HIDES), {"path": "=portraits/none.webp"}),
    # The developers' pages, on one's own machine only.
    "mails/": Address(EVERYBODY),
    "mails/<slug:name>/": Address(EVERYBODY, {"name": "mail.name"}),
    "mails/<slug:name>/body/": Address(EVERYBODY, {"name": "mail.name"}),
    "style/": Address(EVERYBODY),
    "robots.txt": Address(EVERYBODY),
    # Machines of the own network ask this; it is the same for all who do.
    "internal/tls-ask": Address(EVERYBODY, query="?domain=testserver"),
    # Without a secret there are no hooks.
    "hooks/mail/<slug:provider>/": Address(BY_POST_ONLY_FOR_ALL, {"provider": "=raw"}, post=nobody(HIDES)),
    "demo/": Address(EVERYBODY),
    "demo/enter/": Address(BY_POST_ONLY_FOR_ALL, post=nobody(HIDES)),
    "demo/run/": Address(BY_POST_ONLY_FOR_ALL, post=nobody(HIDES)),
}
