"""Figures as Prometheus reads them: its text format, version 0.0.4, which is all that is needed of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = Mapping[str, str]


@dataclass
class Family:
    """One figure, and its values by labels. Counters, which only grow, end in “_total”."""

    name: str
    about: str
    samples: list[tuple[Labels, float]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return "counter" if self.name.endswith("_total") else "gauge"

    def add(self, value: float, **labels: str) -> None:
        self.samples.append((labels, value))

    def lines(self) -> Iterable[str]:
        about = self.about.replace("\\", r"\\").replace("\n", r"\n")
        yield f"# HELP {self.name} {about}"
        yield f"# TYPE {self.name} {self.kind}"
        for labels, value in self.samples:
            yield f"{self.name}{_labels(labels)} {_number(value)}"


def exposition(families: Iterable[Family]) -> str:
    """Those that have a value, one after the other."""
    return "".join(f"{line}\n" for family in families if family.samples for line in family.lines())


def _labels(labels: Labels) -> str:
    told = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{told}}}" if told else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) else repr(float(value))
