from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import database_from_url, env_bool, env_int, env_list, env_text


def test_a_secret_can_be_read_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from the file\n")
    monkeypatch.setenv("PARVIS_TRIAL", "from the environment")
    monkeypatch.setenv("PARVIS_TRIAL_FILE", str(secret))
    assert env_text("PARVIS_TRIAL") == "from the file"


def test_a_missing_secret_file_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARVIS_TRIAL_FILE", "/nowhere/secret")
    with pytest.raises(ImproperlyConfigured, match="PARVIS_TRIAL_FILE: cannot read /nowhere/secret"):
        env_text("PARVIS_TRIAL")


@pytest.mark.parametrize(("text", "value"), [("1", True), ("Yes", True), ("off", False), ("0", False)])
def test_booleans_are_read(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("PARVIS_TRIAL", text)
    assert env_bool("PARVIS_TRIAL", not value) is value


def test_empty_values_mean_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARVIS_TRIAL", "")
    assert env_bool("PARVIS_TRIAL", True) is True
    assert env_int("PARVIS_TRIAL", 7) == 7


def test_wrong_values_name_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARVIS_TRIAL", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="PARVIS_TRIAL must be 1 or 0, not 'perhaps'"):
        env_bool("PARVIS_TRIAL")
    with pytest.raises(ImproperlyConfigured, match="PARVIS_TRIAL must be a whole number, not 'perhaps'"):
        env_int("PARVIS_TRIAL", 1)


def test_lists_are_split_at_commas_and_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARVIS_TRIAL", "a.example, b.example  c.example")
    assert env_list("PARVIS_TRIAL") == ["a.example", "b.example", "c.example"]


def test_a_database_address_is_taken_apart() -> None:
    settings = database_from_url("postgresql://web:p%40ss@db.example:5433/parvis?sslmode=require")
    assert (settings["USER"], settings["PASSWORD"]) == ("web", "p@ss")
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example", "5433", "parvis")
    assert settings["OPTIONS"] == {"sslmode": "require"}


def test_a_database_address_may_name_a_socket_folder() -> None:
    settings = database_from_url("postgresql:///parvis?host=/run/postgresql&user=web")
    assert (settings["HOST"], settings["USER"], settings["OPTIONS"]) == ("/run/postgresql", "web", {})


def test_other_databases_are_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="must begin with postgresql://"):
        database_from_url("sqlite:///parvis.db")
