"""A community that says “tu” does so on pages and in mails; what is kept and compared is French all the same."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from communities.blogs.own.models import OwnBlog
from communities.blogs.own.permissions import OWN_BLOGS
from communities.blogs.own.services import start_blog
from communities.content.editor import settings_address
from communities.content.reactions import reaction_name
from communities.languages import VARIANTS, plain_language, spoken
from communities.mails import speaking
from communities.memory import forget_all
from communities.models import Community, Membership
from config.translations import PROJECT, compile_catalog, marked_sentences, read_catalog, said_where
from tests.communities.test_tu import FORMAL as SAYS_VOUS
from tests.conftest import Cast
from tests.factories import make_person, make_space

FRENCH = PROJECT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
TU = PROJECT / "locale" / "fr_TU" / "LC_MESSAGES" / "django.po"
FORMAL = re.compile(r"\b(?:vous|votre|vos|vôtres?)\b", re.I)
# “Toi comme les modérateurs pouvez voir”: several people, whom nobody says tu to.
PLURAL = {"pouvez"}


def test_it_says_what_it_does_not_say_itself_as_french_does() -> None:
    with translation.override("fr-tu"):
        assert gettext("You have read everything.") == "Tu as tout lu."
        assert gettext("Results") == "Résultats"
        # Before the sentences of libraries come those of the language.
        assert gettext("Enter a valid email address.").startswith("Saisis une adresse")
        assert plain_language() == "fr"
    with translation.override("fr"):
        assert gettext("You have read everything.") == "Vous avez tout lu."
        assert plain_language() == "fr"


def test_only_french_has_another_form() -> None:
    assert spoken("fr", "tu") == "fr-tu"
    assert spoken("fr", "vous") == "fr"
    assert spoken("en", "tu") == "en"
    assert {spoken(*key) for key in VARIANTS} == {"fr-tu"}


def test_each_of_its_sentences_is_said_and_differs() -> None:
    said, french = marked_sentences(), {entry.key: entry for entry in read_catalog(FRENCH)}
    for entry in read_catalog(TU):
        if not entry.key:
            continue
        assert entry.key in said, f"nobody says {entry.sentence!r}"
        other = french[entry.key]
        assert entry.translations != other.translations, entry.sentence
        assert entry.translations.keys() == other.translations.keys(), entry.sentence
        assert entry.keeps_placeholders, entry.sentence
        for text in entry.translations.values():
            assert not FORMAL.search(text), text
            assert not set(re.findall(r"\b\w{3,}ez\b", text)) - PLURAL - {"chez", "assez"}, text


def test_legal_and_security_sentences_stay_formal() -> None:
    """Decisions, sanctions, receipts and mails about one's account say vous to everybody."""
    kept = {entry.key for entry in read_catalog(TU)}
    for key, (_entry, paths) in said_where().items():
        said = [path.relative_to(PROJECT).as_posix() for path in paths]
        formal = [path for path in said if path.startswith(tuple(SAYS_VOUS))]
        assert not (formal and key in kept), f"{formal}: {key!r}"


def test_a_variant_is_compiled_anew_when_its_language_changes(tmp_path: Path) -> None:
    for name, text in (
        ("fr", 'msgid "a"\nmsgstr "vous"\n\nmsgid "b"\nmsgstr "B"\n'),
        ("fr_TU", 'msgid "a"\nmsgstr "tu"\n'),
    ):
        folder = tmp_path / name / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "django.po").write_text(text)
    variant = tmp_path / "fr_TU" / "LC_MESSAGES" / "django.po"
    assert compile_catalog(variant)
    compiled = variant.with_suffix(".mo").read_bytes()
    assert b"tu" in compiled
    assert b"vous" not in compiled
    assert b"B" in compiled
    assert not compile_catalog(variant)
    base = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    base.write_text('msgid "b"\nmsgstr "Bis"\n')
    later = variant.with_suffix(".mo").stat().st_mtime + 5
    os.utime(base, (later, later))
    assert compile_catalog(variant)
    assert b"Bis" in variant.with_suffix(".mo").read_bytes()


@pytest.mark.django_db
def test_pages_say_tu_where_the_community_does(here: Cast) -> None:
    french = {"accept-language": "fr"}
    address = here.url("/join/")
    assert "Laissez le champ vide" in Client().get(address, headers=french).content.decode()
    Community.objects.filter(pk=here.community.pk).update(address_form="tu")
    forget_all()
    answer = Client().get(address, headers=french)
    page = answer.content.decode()
    assert "Laisse le champ vide" in page
    assert "Laissez" not in page
    assert '<html lang="fr"' in page
    assert answer["Content-Language"] == "fr"
    assert re.search(
        r'aria-current="true"[^>]*>\s*Français', Client().get(here.url("/"), headers=french).content.decode()
    )
    # Nobody else notices.
    assert "Leave it empty" in Client().get(address, headers={"accept-language": "en"}).content.decode()


@pytest.mark.django_db
def test_who_joins_in_french_speaks_french(here: Cast) -> None:
    Community.objects.filter(pk=here.community.pk).update(address_form="tu")
    forget_all()
    person, client = make_person(), Client(headers={"accept-language": "fr"})
    client.force_login(person)
    sent = {"display_name": "Ada", "handle": "", "rules": "on"}
    assert client.post(here.url("/join/"), sent).status_code == 302
    with here.scope():
        assert Membership.objects.get(member=person).language == "fr"


@pytest.mark.django_db
def test_mails_say_tu_too(here: Cast) -> None:
    here.community.address_form = "tu"
    with speaking(here.community, "fr"):
        assert gettext("Your place is ready") == "Ta place est prête"
    here.community.address_form = "vous"
    with speaking(here.community, "fr"):
        assert gettext("Your place is ready") == "Votre place est prête"


@pytest.mark.django_db
def test_the_editor_says_tu_too(here: Cast) -> None:
    """Its settings are a file of the locale in which the page is drawn."""
    with translation.override("fr-tu"):
        address = here.url(settings_address().removeprefix(here.prefix))
    said = Client().get(address)
    assert said.status_code == 200
    assert "fr-tu" in address
    assert Client().get(address.replace("fr-tu", "fr-nous")).status_code == 404


@pytest.mark.django_db
def test_what_a_community_calls_its_reactions_is_said_in_both_forms(here: Cast) -> None:
    here.community.settings = {"reactions": {"names": {"useful": {"fr": "Bien vu"}}}}
    for said in ("fr", "fr-tu"):
        with translation.override(said):
            assert reaction_name(here.community, "useful") == "Bien vu"


@pytest.mark.django_db
def test_the_language_of_a_blog_is_kept_without_its_form(here: Cast) -> None:
    Community.objects.filter(pk=here.community.pk).update(address_form="tu")
    forget_all()
    with here.scope():
        space = make_space(kind="blog", slug="diaries", name="Diaries", settings={"switches": [OWN_BLOGS]})
        blog = start_blog(space, by=here.member, community=here.community)
    client = here.sign_in(here.member)
    address, sent = (
        here.url(f"/blogs/@{here.member.handle}/settings/"),
        {"name": "Sous voile", "band": "paper"},
    )
    answer = client.post(address, sent, headers={"accept-language": "fr"})
    assert answer.status_code == 302
    with here.scope():
        assert OwnBlog.objects.get(pk=blog.pk).language == "fr"
