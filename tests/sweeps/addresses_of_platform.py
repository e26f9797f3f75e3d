"""The addresses of the platform’s host."""

from __future__ import annotations

from tests.sweeps.address import Address
from tests.sweeps.addresses_of_accounts import PERSON
from tests.sweeps.audiences import (
    BY_POST_ONLY_FOR_ALL,
    EVERYBODY,
    HIDES,
    OPENS,
    OTHER,
    SENDS_TO_SIGN_IN,
    SIGNED_IN,
    nobody,
)

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
    "operator/jobs/aside/<int:pk>/": Address(BY_POST_ONLY_FOR_ALL, {"pk": "aside.pk"}, post=OPERATOR),
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
    "sitemap.xml": Address(EVERYBODY),
    ".well-known/security.txt": Address(EVERYBODY),
    # For monitors on the machine itself, as whoever asks here is, or with a token.
    "metrics": Address(EVERYBODY),
    # Machines of the own network ask this; it is the same for all who do.
    "internal/tls-ask": Address(EVERYBODY, query="?domain=testserver"),
    # Without a secret there are no hooks.
    "hooks/mail/<slug:provider>/": Address(BY_POST_ONLY_FOR_ALL, {"provider": "=raw"}, post=nobody(HIDES)),
    "demo/": Address(EVERYBODY),
    "demo/enter/": Address(BY_POST_ONLY_FOR_ALL, post=nobody(HIDES)),
    "demo/run/": Address(BY_POST_ONLY_FOR_ALL, post=nobody(HIDES)),
}
