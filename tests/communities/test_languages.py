"""A community that says “tu” does so on pages and in mails; what is kept and compared is French all the same."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from communities.languages import VARIANTS, plain_language, spoken
from communities.mails import speaking
from communities.memory import forget_all
from communities.models import Community, Membership
from config.translations import PROJECT, compile_catalog, marked_sentences, read_catalog
from tests.conftest import Cast
from tests.factories import make_person

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
        assert entry.key in said or entry.key in french, f"nobody says {entry.sentence!r}"
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
    formal = ("templates/moderation", "moderation/", "templates/account/email", "templates/front/show_legal")
    for key, (_entry, path) in marked_sentences().items():
        where = path.relative_to(PROJECT).as_posix()
        assert not (where.startswith(formal) and key in kept), f"{where}: {key!r}"


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
