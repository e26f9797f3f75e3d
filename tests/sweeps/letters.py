"""What the sweeps’ world holds of newsletters: a draft, one that waits, one that has left, a segment, who asked."""

from __future__ import annotations

import datetime
from typing import Any

from django.core import signing
from django.utils import timezone

from communities.animation.newsletters import sending, subscribing, writing
from communities.animation.newsletters.models import Newsletter, NewsletterCopy, Segment
from communities.animation.newsletters.segments import Rule, save_segment
from tests.conftest import Cast


def make_letter(here: Cast, subject: str = "Knots of the week", **said: str) -> Newsletter:
    """A draft with words and a button."""
    newsletter = writing.start_newsletter(here.community, by=here.manager, subject=subject)
    language = newsletter.language
    writing.add_text(newsletter, language, by=here.manager, source=said.get("words", "What we **tied**."))
    button = {"label": "Tie it", "url": said.get("url", "/forums/")}
    writing.add_button(newsletter, language, by=here.manager, **button)
    newsletter.refresh_from_db()
    return newsletter


def make_letters(here: Cast) -> dict[str, Any]:
    subscribing.subscribe_member(here.member)
    asked = subscribing.subscribe_visitor(here.community, email="reader@example.org")
    plan = {"by": here.manager, "community": here.community}
    out, waits = make_letter(here, "Knots that left"), make_letter(here, "Knots to come")
    sending.plan_newsletter(out, send_at=None, **plan)
    now = timezone.now()
    sending.advance(out.pk, here.community, now)
    out.versions.update(other_subject="Knots that went")
    sending.plan_newsletter(waits, send_at=now + datetime.timedelta(hours=12), **plan)
    waits.refresh_from_db()
    out.refresh_from_db()
    draft = make_letter(here)
    other = next((code for code in here.community.all_languages if code != draft.language), "")
    if other:
        writing.set_subject(draft, other, by=here.manager, subject="Les nœuds")
        draft.refresh_from_db()
    copy = NewsletterCopy.objects.select_related("newsletter", "subscription").get(newsletter=out)
    return {
        "letter": draft,
        "letter_out": out,
        "letter_waits": waits,
        "letter_copy": copy,
        "letter_token": subscribing.delivery_token(copy),
        "letter_confirm": signing.dumps([asked.community_id, asked.pk], salt=subscribing.CONFIRM_SALT),
        "segment": save_segment(
            Segment(), by=here.manager, name="Sailors near us", rule=Rule(roles=("member",))
        ),
    }
