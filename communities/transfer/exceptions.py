"""What can go wrong during an import; each message is a whole sentence for the person importing."""

from django.utils.translation import gettext as _


class TransferError(Exception):
    """An import or export cannot continue; the message says why in one sentence.

    `stands` says whether something was brought in before, and stays.
    """

    stands = False


class UnreadableExport(TransferError):
    """The file is not what it should be: broken, cut off, unsafe, or of another kind."""


class OtherSource(TransferError):
    """The same numbers mean other things: this file is of another site than the one imported before."""

    def __init__(self, title: str) -> None:
        super().__init__(
            _(
                "“%(title)s” came with an earlier import under a number that means something else here:"
                " it is of another site. Say which: each site has numbers of its own."
            )
            % {"title": title}
        )


class Paused(Exception):
    """Its time is over: the import goes on later behind what is done."""


class Stopped(Exception):
    """Somebody asked for it to end, or it belongs to another worker by now: it ends here."""
