"""The subjects by name, and how a case refers to what it is about. Below the models, which ask it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from communities.registries import Registry

SUBJECTS: Registry[Any] = Registry("subject")


def subject_about(thing: Any) -> Any:
    """The subject that judges things of this kind. Raises LookupError where nothing does."""
    for subject in SUBJECTS:
        if isinstance(thing, subject.model):
            return subject
    raise LookupError(f"nothing judges {type(thing).__name__}")


def reference_to(thing: Any, prefix: str = "") -> Q:
    """Cases about this thing; with a prefix, what belongs to them."""
    found: Q = subject_about(thing).reference(thing, prefix)
    return found
