"""Parts that are lists, edited row by row: one form for each, one empty form at the end to add another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Row(forms.Form):
    """One entry of a list. `title_field` names it on the page; `kept` are values of the row that are not edited."""

    title_field = "name"
    kept: tuple[str, ...] = ()

    place = forms.IntegerField(
        label=_("Place in the list"),
        min_value=1,
        max_value=99,
        required=False,
        widget=forms.NumberInput({"class": "input num-in"}),
    )

    @property
    def title(self) -> str:
        return str(self.initial.get(self.title_field) or gettext("One more"))

    @property
    def figures(self) -> list[forms.BoundField]:
        """Fields that are numbers to compare, shown beside each other."""
        return []

    @property
    def others(self) -> list[forms.BoundField]:
        shown = {bound.name for bound in self.figures}
        return [bound for bound in self.visible_fields() if bound.name not in shown]

    @property
    def value(self) -> dict[str, Any]:
        """What is stored of a valid row."""
        own = {name: value for name, value in self.cleaned_data.items() if name not in ("place", "DELETE")}
        return {name: self.initial[name] for name in self.kept if name in self.initial} | own


class _Formset(BaseFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            # A list shows its first answer until another is chosen: sent back like that, it is nothing new.
            if isinstance(field.widget, forms.Select) and name not in form.initial and field.choices:
                field.initial = next(iter(field.choices))[0]
        form.fields["DELETE"].label = _("Leave this out")


class Rows:
    """The form of a part that is a list. Rows are ordered by their number; those left out are gone."""

    def __init__(
        self,
        row: type[Row],
        values: Iterable[Mapping[str, Any]],
        data: Mapping[str, Any] | None,
        *,
        most: int = 12,
        may_add: bool = True,
        least: int = 0,
        check: Callable[[list[dict[str, Any]]], str] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        shown = [{**one, "place": place} for place, one in enumerate(values, 1)]
        factory = formset_factory(
            row,
            formset=_Formset,
            extra=1 if may_add and len(shown) < most else 0,
            can_delete=True,
            max_num=most,
            validate_max=True,
            absolute_max=most + 5,
        )
        self.set = factory(data, initial=shown, prefix="row", form_kwargs=dict(options or {}))
        self._least, self._check = least, check
        self.problem = ""

    def is_valid(self) -> bool:
        if not self.set.is_valid():
            return False
        values = self.values
        if len(values) < self._least:
            self.problem = gettext("Keep at least one.")
        elif self._check is not None:
            self.problem = self._check(values)
        return not self.problem

    @property
    def values(self) -> list[dict[str, Any]]:
        left = [
            (form.cleaned_data.get("place") or 99, number, form.value)
            for number, form in enumerate(self.set.forms)
            if form.cleaned_data
            and not form.cleaned_data.get("DELETE")
            and (form.has_changed() or number < self._known)
        ]
        return [value for _place, _number, value in sorted(left, key=lambda one: one[:2])]

    @property
    def _known(self) -> int:
        return int(self.set.initial_form_count())

    @property
    def errors(self) -> bool:
        """Whether something is to be corrected, for the status of the answer."""
        return bool(self.problem) or (self.set.is_bound and not self.set.is_valid())

    @property
    def general_problems(self) -> list[str]:
        """What is wrong with the list as a whole."""
        return [str(one) for one in self.set.non_form_errors()] + ([self.problem] if self.problem else [])
