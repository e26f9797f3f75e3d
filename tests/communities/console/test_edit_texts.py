"""The team’s pages of texts: what each says, what is missing, who may do what."""

from __future__ import annotations

import pytest

from communities.memory import forget_all
from communities.models import Community
from communities.setup import missing_steps, steps
from communities.texts import services
from communities.texts.kinds import kinds
from communities.texts.models import TextVersion
from tests.communities.launch.conftest import LEGAL
from tests.conftest import Cast
from tests.factories import make_rules

pytestmark = pytest.mark.django_db
WHOLE = {**LEGAL, "phone": "0117", "form": "Ltd", "registration": "42", "dpo": "Ada"}


def fresh(cast: Cast) -> Community:
    forget_all()
    return Community.objects.get(pk=cast.community.pk)


def test_known_facts_are_linked_to_where_they_are_set_and_missing_ones_are_marked(here: Cast) -> None:
    Community.objects.filter(pk=here.community.pk).update(legal={"publisher": "Loft Ltd"})
    forget_all()
    page = here.sign_in(here.owner).get(here.url("/manage/texts/privacy/")).content.decode()
    publisher = here.url("/manage/legal/#id_publisher")
    assert f'<a class="fact" href="{publisher}" title="Publisher">Loft Ltd</a>' in page
    contact, officer = here.url("/manage/legal/#id_contact"), here.url("/manage/legal/#id_dpo")
    assert f'<a class="fact is-missing" href="{contact}" title="E-mail address">to be completed</a>' in page
    # What the law asks of few is said, not asked for.
    assert f'href="{officer}" title="Data protection officer">none has been appointed</a>' in page
    assert "Facts are missing." in page
    assert "The facts are right" not in page
    manager = here.sign_in(here.manager).get(here.url("/manage/texts/privacy/")).content.decode()
    assert publisher not in manager, "an address that would refuse them is not offered"
    assert "The owner puts this text into force." in manager


def test_the_untouched_proposal_is_published_in_two_presses(here: Cast) -> None:
    owner = here.sign_in(here.owner)
    refused = owner.post(here.url("/manage/texts/privacy/publish/"), {"revision": "0"})
    assert refused.status_code == 422
    assert "names facts that nobody has given yet" in refused.content.decode()
    Community.objects.filter(pk=here.community.pk).update(legal=WHOLE)
    forget_all()
    answer = owner.post(here.url("/manage/texts/privacy/publish/"), {"revision": "0", "checked_by": ""})
    assert answer["Location"] == here.url("/manage/texts/privacy/")
    page = owner.get(here.url("/manage/texts/privacy/")).content.decode()
    assert "To be checked by counsel." in page
    owner.post(here.url("/manage/texts/privacy/1/check/"), {"checked_by": "H. Sorel"})
    page = owner.get(here.url("/manage/texts/privacy/")).content.decode()
    assert "To be checked by counsel." not in page
    assert "Checked by H. Sorel" in page


@pytest.mark.parametrize(("day", "shown"), [("2020-01-01", "01/01/2020"), ("not a day", "not a day")])
def test_a_day_that_is_past_or_none_is_refused(here: Cast, day: str, shown: str) -> None:
    with here.scope():
        services.save_text(here.community, "terms", by=here.owner, sources={"en": "Fair."})
    answer = here.sign_in(here.owner).post(
        here.url("/manage/texts/terms/publish/"), {"revision": "1", "holds_from": day}
    )
    assert answer.status_code == 422
    assert shown in answer.content.decode()
    with here.scope():
        assert TextVersion.objects.get().is_draft


def test_a_preview_keeps_nothing(here: Cast) -> None:
    answer = here.sign_in(here.manager).post(
        here.url("/manage/texts/about/edit/"),
        {"source_en": "We are {place}.", "source_fr": "", "revision": "0", "preview": "1"},
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert here.community.name in page
    assert "We are {place}." in page
    with here.scope():
        assert not TextVersion.objects.exists()


def kept(cast: Cast, kind: str = "about") -> dict[str, dict[str, str]]:
    with cast.scope():
        found: dict[str, dict[str, str]] = TextVersion.objects.of(kind).drafts().get().content
    return found


def test_of_two_at_one_text_the_second_sees_what_the_first_kept(here: Cast) -> None:
    owner, page = here.sign_in(here.owner), here.url("/manage/texts/about/edit/")
    sent = {"source_en": "We mend sails.", "source_fr": "Voiles.", "revision": "0"}
    assert owner.post(page, sent).status_code == 302
    typed = {"source_en": "<p>We sew sails.</p>", "source_en_format": "html", "source_fr": "Voiles."}
    manager = here.sign_in(here.manager)
    answer = manager.post(page, sent | typed, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    shown = answer.content.decode()
    # Beside the field in which they differ, and no other; nothing typed is lost, in place as on a page.
    assert 'aria-describedby="id_source_en_kept"' in shown
    assert shown.count("<p>We mend sails.</p>") == 1
    assert "id_source_fr_kept" not in shown
    assert "&lt;p&gt;We sew sails.&lt;/p&gt;</textarea>" in shown
    assert "data-clash" in shown
    assert manager.post(page, sent | typed | {"revision": "1"}).status_code == 302
    assert kept(here)["en"] == {"source": "We sew sails."}


def test_what_the_editor_gives_back_is_kept_as_it_was(here: Cast) -> None:
    """Only what was changed is written anew, as Markdown where that says it."""
    owner, page = here.sign_in(here.owner), here.url("/manage/texts/about/edit/")
    source = "## Who\n\nWe are {place},\nof *Bristol*.\n\n* one\n* two"
    owner.post(page, {"source_en": source, "source_fr": "Nous.", "revision": "0"})
    opened = "<h2>Who</h2><p>We are {place},<br>of <em>Bristol</em>.</p><ul><li><p>one</p></li><li><p>two</p></li></ul>"
    html = {"source_en_format": "html", "source_fr_format": "html", "revision": "1"}
    owner.post(page, html | {"source_en": opened, "source_fr": "<p>Nous.</p><p><u>Oui</u></p>"})
    assert kept(here) == {
        "en": {"source": source},
        "fr": {"source": "<p>Nous.</p><p><u>Oui</u></p>", "format": "html"},
    }
    text = owner.get(page).content.decode()
    assert 'name="source_en_format" value="markdown"' in text
    assert 'name="source_fr_format" value="html"' in text
    owner.post(page, html | {"revision": "2", "source_en": opened.replace("two", "two *"), "source_fr": ""})
    assert kept(here) == {
        "en": {"source": "## Who\n\nWe are {place},\nof *Bristol*.\n\n- one\n- two \\*"},
    }
    # It is published and read like any other.
    owner.post(here.url("/manage/texts/about/publish/"), {"revision": "3"})
    assert f"We are {here.community.name},<br>" in owner.get(here.url("/about/")).content.decode()


def test_the_editor_opens_facts_by_name_and_previews_their_values(here: Cast) -> None:
    manager, page = here.sign_in(here.manager), here.url("/manage/texts/preview/en/")
    text = {"body": "We are *{place}*.", "body_format": "markdown"}
    opened = manager.post(page, text, headers={"X-Unasked": "1", "X-Editor": "1"})
    assert "<p>We are <em>{place}</em>.</p>" in opened.content.decode()
    shown = manager.post(page, text, headers={"X-Editor": "1"})
    assert f">{here.community.name}</a></em>." in shown.content.decode()
    refused = manager.post(page, text | {"body": "Of {nonsense}."}, headers={"X-Editor": "1"})
    assert refused.status_code == 422
    assert "There is no fact called {nonsense}." in refused.content.decode()
    # What nobody would publish can be opened, to be mended.
    wrong = {"body": "<p>{nonsense}</p>", "body_format": "html"}
    assert "{nonsense}" in manager.post(page, wrong, headers={"X-Unasked": "1"}).content.decode()
    assert manager.post(here.url("/manage/texts/preview/xx/"), text).status_code == 404
    with here.scope():
        assert not TextVersion.objects.exists()


def test_the_checklist_asks_for_identity_privacy_and_rules(here: Cast) -> None:
    ours = {"identity", "privacy", "rules"}
    assert ours <= {step.name for step in steps}
    with here.scope():
        assert ours <= {step.name for step in missing_steps(fresh(here))}
        make_rules("Be kind.")
        services.adopt(here.community, "privacy", {"en": "Little is kept."}, by=here.owner)
        Community.objects.filter(pk=here.community.pk).update(legal=LEGAL)
        assert not ours & {step.name for step in missing_steps(fresh(here))}


def test_the_list_and_each_text_open_at_a_constant_cost(here: Cast, queries: object) -> None:
    Community.objects.filter(pk=here.community.pk).update(legal=WHOLE)
    with here.scope():
        for kind in kinds:
            content = [{"rule": {"en": "Be kind."}, "reason": {}}] if kind.is_rules else {"en": "Words."}
            services.adopt(here.community, kind.name, content, by=here.owner)
    client = here.sign_in(here.owner)
    client.get(here.url("/manage/texts/"))
    forget_all()
    client.get(here.url("/"))
    with queries(most=7):
        page = client.get(here.url("/manage/texts/")).content.decode()
    assert page.count("In force") + page.count("To be checked") >= len(kinds)
    with queries(most=12):
        assert client.get(here.url("/manage/texts/rules/")).status_code == 200


def test_identity_is_journalled_and_put_back(here: Cast) -> None:
    from communities.journal.models import Change
    from communities.journal.services import undo

    owner = here.sign_in(here.owner)
    owner.post(here.url("/manage/legal/"), LEGAL)
    owner.post(here.url("/manage/legal/"), LEGAL | {"publisher": "Another Ltd"})
    with here.scope():
        change = Change.objects.filter(act="legal_identity_changed").newest().first()
        assert (change.before, change.after) == (
            {"publisher": LEGAL["publisher"]},
            {"publisher": "Another Ltd"},
        )
        undo(change, here.owner)
    assert fresh(here).legal["publisher"] == LEGAL["publisher"]
