"""How mails begin and are signed: what is saved is in the next mail."""

from __future__ import annotations

from typing import Any

import pytest

from communities.console.brand import services
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.journal.services import undo
from communities.mails import brand_for, speaking
from communities.models import Community
from members.mails.building import Letter, build
from tests.communities.console.brand.conftest import picture
from tests.conftest import Cast

PATH = "/manage/brand/mail/"


def mail_of(here: Cast) -> tuple[str, str]:
    community = Community.objects.get(pk=here.community.pk)
    with here.scope(), speaking(community, "en"):
        mail = build(
            Letter("a@example.org", "Hello", "console/brand/sample_mail", {"newest": "A title"}),
            brand_for(community),
        )
    return str(mail.body), str(mail.alternatives[0][0])  # type: ignore[index]


def test_the_signature_is_under_every_mail(here: Cast, committed: Any) -> None:
    with committed(execute=True):
        here.sign_in(here.manager).post(
            here.url(PATH), {"signature": "Fair  winds,\n<b>the team</b>", "with_logo": "on"}
        )
    text, html = mail_of(here)
    assert "Fair winds,\n<b>the team</b>\n" in text
    assert "Fair winds,<br>&lt;b&gt;the team&lt;/b&gt;" in html
    assert 'class="band"' not in html


def test_the_logo_stands_at_the_top_as_a_picture_that_mail_programs_know(here: Cast, committed: Any) -> None:
    with committed(execute=True), here.scope():
        uploads = services.Uploads(logo=picture(size=(600, 160)))
        services.edit_look(here.community, by=here.owner, look={"colour": "#e2001a"}, uploads=uploads)
    _text, html = mail_of(here)
    folder = Community.objects.get(pk=here.community.pk).logo.rpartition("/")[0]
    assert f"/media/{folder}/mail.png" in html
    assert 'height="40"' in html
    assert "#e2001a" in html
    with committed(execute=True):
        here.sign_in(here.owner).post(here.url(PATH), {"signature": "", "with_band": "on"})
    _text, html = mail_of(here)
    assert "mail.png" not in html
    assert 'class="band"' in html


def test_the_service_asks_and_a_change_is_put_back(here: Cast, committed: Any) -> None:
    with here.scope(), pytest.raises(NotAllowed):
        services.edit_mail_look(here.community, by=here.moderator, look={"signature": "Mine"})
    with committed(execute=True):
        here.sign_in(here.owner).post(
            here.url(PATH), {"signature": "Fair winds", "with_logo": "on", "with_band": "on"}
        )
    with here.scope():
        change = Change.objects.newest().first()
        assert change is not None
        assert (change.act, change.after) == ("brand.mail", {"signature": "Fair winds"})
        undo(change, here.owner)
    assert "signature" not in Community.objects.get(pk=here.community.pk).settings["mail"]
