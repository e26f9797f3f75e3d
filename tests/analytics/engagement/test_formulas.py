from __future__ import annotations

from importlib import import_module

import pytest

from analytics.engagement.formulas import FORMULAS


@pytest.mark.parametrize("name", FORMULAS)
def test_each_figure_says_how_it_is_computed(name: str) -> None:
    formula = FORMULAS[name]
    module, _, function = formula.function.rpartition(".")
    assert callable(getattr(import_module(f"analytics.{module}"), function))
    assert str(formula.label)
    assert str(formula.formula).endswith(".")
