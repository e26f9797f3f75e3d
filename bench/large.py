"""Thirty thousand communities, 400,000 people, and one community with a million posts that all of them belong to.

`python -m bench.large [fill] [due] [news] [jobs] [plans] [pages]` (without a word, all of it): the installation is made
by SQL in some minutes, once; it takes about 6 GB in `var/bench`, and deleting that folder deletes it. `due` runs each
periodic job where one community of a hundred has something for it; `news` has real workers tell 200 followers of a
reply while all jobs are due; `jobs` runs each job where nothing is due; `plans` lists the twenty dearest statements of
pages of the large community, and `pages` draws them beside those of one that is as it was before it grew.
`BENCH_SHARE=4` makes a fourth of all of it, where there is no time for the whole.
"""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack

from bench import SHARE
from bench.costs import no_queue
from bench.crowd import make_crowd
from bench.due import everything_due, make_due
from bench.giant import make_giant
from bench.jobs import print_costs, run_jobs
from bench.large_pages import compare_pages, explain_pages
from bench.news import time_news
from config.services import running_servers
from config.services.preparation import prepare
from members.models import Member

COMMUNITIES, PEOPLE_EACH = 30_000 // SHARE, 3
PARTS = ("due", "news", "jobs", "plans", "pages")


def main(parts: list[str]) -> int:
    logging.disable(logging.INFO)
    dear: list[str] = []
    late = False
    with running_servers(), ExitStack() as stack:
        prepare()
        make_crowd(COMMUNITIES, PEOPLE_EACH)
        giant = make_giant()
        print(
            f"{COMMUNITIES:,} communities, {Member.objects.count():,} people; the largest has {giant.member_count:,}"
        )
        stack.enter_context(no_queue())
        if "due" in parts:
            print("\nSomething in one community of a hundred")
            with everything_due():
                dear += print_costs(run_jobs(1, make_due))
        # Workers do what is due for good, such as a newsletter that is sent once: after each job was measured.
        if "news" in parts:
            late = not time_news(giant)
        if "jobs" in parts:
            print("\nNothing new")
            dear += print_costs(run_jobs(2))
        if "plans" in parts:
            explain_pages()
        if "pages" in parts:
            compare_pages()
    return bool(dear or late)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(PARTS)))
