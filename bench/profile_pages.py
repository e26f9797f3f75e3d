"""Where the time of one page goes: `python -m bench.profile_pages [list|thread|article|"thread, signed in"]`."""

from __future__ import annotations

import cProfile
import pstats
import sys

from bench.application import make_application
from bench.pages import call, targets
from config.services import running_servers
from config.services.preparation import prepare

CALLS, SHOWN = 200, 45


def main(name: str) -> None:
    with running_servers():
        prepare()
        application = make_application()
        target = next(one for one in targets() if one.name == name)
        for _call in range(20):
            call(application, target)
        profile = cProfile.Profile()
        profile.enable()
        for _call in range(CALLS):
            call(application, target)
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(SHOWN).sort_stats("cumtime").print_stats(
            SHOWN
        )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "thread")
