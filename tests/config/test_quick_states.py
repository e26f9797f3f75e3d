"""Going through migrations with less work ends where Django’s own way does."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.management import get_commands, load_command_class
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from config.database.quick_states import quick_states
from config.management.commands.migrate import Command


def described(apps: Apps) -> dict[str, Any]:
    """Of each model its columns and relations, from both ends, its indexes and its constraints."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        about = model._meta
        relations = [(one.name, one.related_model._meta.label) for one in about.related_objects]
        ends = [(one.name, one.related_model._meta.label) for one in about.fields if one.is_relation]
        found[about.label] = {
            "columns": [one.name for one in about.local_fields],
            "fields": sorted(one.name for one in about.get_fields(include_hidden=True)),
            "points to": ends,
            "is pointed to by": sorted(map(str, relations)),
            "all of one drawing": all(
                one.related_model._meta.apps is about.apps for one in about.related_objects
            ),
            "indexes": [one.deconstruct() for one in about.indexes],
            "constraints": [one.deconstruct() for one in about.constraints],
            "unique": [one.name for one in about.total_unique_constraints],
            "bases": [base.__name__ for base in model.__mro__],
        }
    return found


def steps() -> tuple[ProjectState, ProjectState]:
    """All migrations of the program: before each step the models are drawn already; and drawn once, at the end."""
    loader = MigrationLoader(None)
    state = ProjectState(real_apps=loader.unmigrated_apps)
    assert state.apps, "drawn"
    plan = dict.fromkeys(
        node for leaf in loader.graph.leaf_nodes() for node in loader.graph.forwards_plan(leaf)
    )
    with quick_states():
        for node in plan:
            state = loader.graph.nodes[node].mutate_state(state, preserve=False)
    return state, loader.project_state()


def test_after_all_steps_the_models_are_those_that_are_drawn_once() -> None:
    went_through, at_once = steps()
    assert went_through.models.keys() == at_once.models.keys()
    assert described(went_through.apps) == described(at_once.apps)


def grown(quick: bool) -> tuple[Any, ...]:
    """A model, drawn and its state copied, as `migrate` does before it goes on with tables that are there; then one
    that points to it, and another kind of number for the first."""
    state = ProjectState()
    number = models.AutoField(primary_key=True)
    state.add_model(ModelState("sails", "Loft", [("id", number)]))
    assert state.apps
    state = state.clone()
    with quick_states() if quick else nullcontext():
        to = models.ForeignKey("sails.Loft", models.CASCADE, related_name="sails")
        key = ("id", models.AutoField(primary_key=True))
        state.add_model(ModelState("sails", "Sail", [key, ("loft", to)]))
        loft, sail = state.apps.get_model("sails", "Loft"), state.apps.get_model("sails", "Sail")
        related = [one.related_model is sail for one in loft._meta.related_objects]
        state.alter_field("sails", "loft", "id", models.BigAutoField(primary_key=True), preserve_default=True)
        loft, sail = state.apps.get_model("sails", "Loft"), state.apps.get_model("sails", "Sail")
    target = sail._meta.get_field("loft").target_field
    return related, type(target).__name__, target.model is loft


def test_tables_that_are_there_are_gone_on_with() -> None:
    assert grown(quick=True) == grown(quick=False) == ([True], "BigAutoField", True)


def test_it_is_what_migrate_does_and_nothing_stays_of_it() -> None:
    assert isinstance(load_command_class(get_commands()["migrate"], "migrate"), Command)
    state: Any = ProjectState
    before = state.add_model, state._append_option

    def fails() -> None:
        with quick_states():
            assert state.add_model is not before[0]
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert (state.add_model, state._append_option) == before
