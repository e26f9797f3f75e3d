"""Django’s picture of the tables between two steps of a migration, kept with less work.

Django draws anew, after each step, all models that are related to the one that changed: here nearly all of them, since
each belongs to a community and a member. Two kinds of step need none of it, and nearly all steps of a first start are
of these. A *new model* is drawn beside the others: those that it points to are told of it as they are. An *index* or a
*constraint* changes no relation: the model as it is drawn is told of it.

`tests/config/test_quick_states.py` compares with Django’s own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState


@contextmanager
def quick_states() -> Iterator[None]:
    """For as long as this lasts."""
    state: Any = ProjectState
    former = state.add_model, state._append_option
    state.add_model, state._append_option = _add_model, _append_option
    try:
        yield
    finally:
        state.add_model, state._append_option = former


def _add_model(self: Any, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.apps.render_multiple([model_state])


def _append_option(self: Any, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    """Indexes and constraints, of which a migration adds one after the other."""
    options = self.models[app_label, model_name].options
    options[option_name] = [*options[option_name], obj]
    if "apps" in self.__dict__:
        drawn = self.apps.get_model(app_label, model_name)._meta
        setattr(drawn, option_name, list(options[option_name]))
        # Worked out from constraints, once.
        drawn.__dict__.pop("total_unique_constraints", None)
