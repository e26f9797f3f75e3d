"""Forms of the redirects."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.urls import Resolver404, get_script_prefix, resolve
from django.utils.translation import gettext_lazy as _

from communities.content.queries import LONGEST_PATH, forms_of

MOST_TESTED = 200


def path_within(address: str) -> str:
    """The path of an address inside this community: whole addresses of any host are taken, their host is not.

    Raises ValueError for what is no address.
    """
    parts = urlsplit(address.strip())
    path = parts.path.removeprefix(get_script_prefix().rstrip("/")) if parts.path else ""
    if not path.startswith("/") or path.startswith("//") or any(sign < " " for sign in path):
        raise ValueError(address)
    return path


class RedirectForm(forms.Form):
    path = forms.CharField(
        label=_("Former address"),
        max_length=1000,
        help_text=_("As it stood on the old site, such as /2019/05/mending-a-jib.html"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    target = forms.CharField(
        label=_("Leads to"),
        max_length=1000,
        help_text=_("A page of this community, such as /forums/"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_path(self) -> str:
        path = self._path("path")
        if not forms_of(path):
            raise forms.ValidationError(_("The home page cannot redirect."), code="home")
        try:
            match = resolve(path)
        except Resolver404:
            return path
        # A page with no argument is always there, and a redirect is asked only where nothing is.
        if not match.kwargs:
            raise forms.ValidationError(
                _("There is already a page at this address, so it cannot redirect."), code="page"
            )
        return path

    def clean_target(self) -> str:
        target = self._path("target")
        fragment = urlsplit(str(self.cleaned_data["target"]).strip()).fragment
        return f"{target}#{fragment}"[:LONGEST_PATH] if fragment else target

    def _path(self, name: str) -> str:
        try:
            path = path_within(str(self.cleaned_data[name]))
        except ValueError:
            raise forms.ValidationError(
                _("Write an address that begins with a slash, such as /forums/"), code="no address"
            ) from None
        if len(path) > LONGEST_PATH:
            raise forms.ValidationError(_("This address is too long: 400 characters at most."), code="long")
        return path


class TrialForm(forms.Form):
    """Old addresses, one a line, to see where each leads."""

    addresses = forms.CharField(
        label=_("Old addresses, one per line"),
        max_length=100_000,
        help_text=_("200 at most, with or without the name of the old site."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "data-unkept": True}),
    )

    def clean_addresses(self) -> list[str]:
        lines: Any = [line.strip() for line in str(self.cleaned_data["addresses"]).splitlines()]
        found = [line for line in lines if line]
        if len(found) > MOST_TESTED:
            raise forms.ValidationError(
                _("200 addresses at most: these are %(count)s."), params={"count": len(found)}, code="many"
            )
        return found
