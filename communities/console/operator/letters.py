"""What the platform writes to owners and operators, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Told:
    """One thing that owners are told: subject, sentences and the label of the one button, all with `%(…)s`."""

    subject: Promise
    sentences: tuple[Promise, ...]
    label: Promise | str = ""


# Named by what has happened. `%(community)s` is known to all of them.
LETTERS = {
    "suspended": Told(
        gettext_lazy("%(community)s is suspended"),
        (
            gettext_lazy(
                "The operator of the platform has suspended your community. The reason: “%(reason)s”."
            ),
            gettext_lazy(
                "Nothing is deleted. Until it is resumed nobody can read or write there, and no e-mails "
                "are sent; people find a page that says so. Members can still take their data, and "
                "leave."
            ),
        ),
    ),
    "resumed": Told(
        gettext_lazy("%(community)s is open again"),
        (gettext_lazy("The operator has ended the suspension: everything is as it was."),),
        gettext_lazy("Go there"),
    ),
    "entered": Told(
        gettext_lazy("The operator opened %(community)s"),
        (
            gettext_lazy("%(operator)s of the platform may look at your community until %(until)s."),
            gettext_lazy("The reason: “%(reason)s”."),
            gettext_lazy(
                "They read what you would see, without results, and can change nothing. You can end it."
            ),
        ),
        gettext_lazy("See all openings"),
    ),
    "quota": Told(
        gettext_lazy("%(community)s is close to its limits"),
        (
            gettext_lazy("More than four fifths are used of: %(quotas)s."),
            gettext_lazy(
                "When nothing is left, nobody else can join, no more pictures can be added, or news is "
                "sent the next day. Answer this e-mail if you need more."
            ),
        ),
        gettext_lazy("Open the settings"),
    ),
    "deletion": Told(
        gettext_lazy("%(community)s will be deleted in 30 days"),
        (
            gettext_lazy(
                "The operator of the platform has asked for your community to be deleted. The reason: “%(reason)s”."
            ),
            gettext_lazy(
                "Everything in it will be deleted on %(until)s: members, texts, pictures, figures. "
                "Until then everybody can read and take their data along, nobody can write, and you can "
                "take this back."
            ),
        ),
        gettext_lazy("Keep it after all"),
    ),
    "deletion_of_suspended": Told(
        gettext_lazy("%(community)s will be deleted in 30 days"),
        (
            gettext_lazy(
                "The operator of the platform has asked for your community to be deleted. The reason: “%(reason)s”."
            ),
            gettext_lazy(
                "It is already suspended, and everything in it will be deleted on %(until)s: members, "
                "texts, pictures, figures. Until then members can take their data along. Write to us if "
                "it should stay."
            ),
        ),
    ),
    "kept": Told(
        gettext_lazy("%(community)s is not deleted"),
        (
            gettext_lazy(
                "The operator of the platform has taken the deletion back: it is as it was before. The reason:"
                " “%(reason)s”."
            ),
        ),
        gettext_lazy("Go there"),
    ),
    "handed_over": Told(
        gettext_lazy("%(community)s has a new owner"),
        (
            gettext_lazy(
                "The operator of the platform has made %(owner)s the owner. The reason: “%(reason)s”."
            ),
            gettext_lazy("You are a community manager there from now on."),
        ),
        gettext_lazy("Go there"),
    ),
    "new_owner": Told(
        gettext_lazy("%(community)s is yours"),
        (
            gettext_lazy("The operator of the platform has made you its owner. The reason: “%(reason)s”."),
            gettext_lazy("Sign in with this address: a code comes by e-mail."),
        ),
        gettext_lazy("Sign in"),
    ),
}
