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
from django.db.migrations.utils import resolve_relation


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
    if "apps" not in self.__dict__:
        return
    if all(one._meta.apps is self.apps for one in _drawn_targets(self, model_state)):
        self.apps.render_multiple([model_state])
    else:
        # A state that was copied shares its drawings with the one that it is a copy of: what it points to is drawn anew
        # here, or would never learn of it.
        self.reload_model(*key)


def _drawn_targets(self: Any, model_state: ModelState) -> Iterator[Any]:
    """The models that one points to or is made of, as they are drawn."""
    own = model_state.app_label, model_state.name_lower
    named: list[Any] = [base for base in model_state.bases if isinstance(base, str)]
    for field in model_state.fields.values():
        named += [field.related_model, getattr(field.remote_field, "through", None)]
    for one in filter(None, named):
        key = resolve_relation(one, *own)
        if key != own and key in self.models:
            yield self.apps.get_model(*key)


def _append_option(self: Any, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    """Indexes and constraints, of which a migration adds one after the other."""
    options = self.models[app_label, model_name].options
    options[option_name] = [*options[option_name], obj]
    if "apps" in self.__dict__:
        drawn = self.apps.get_model(app_label, model_name)._meta
        setattr(drawn, option_name, list(options[option_name]))
        # Worked out from constraints, once.
        drawn.__dict__.pop("total_unique_constraints", None)
