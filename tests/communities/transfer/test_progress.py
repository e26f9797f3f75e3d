"""The progress bar draws itself on a terminal and stays short in a log."""

import io

from communities.transfer.progress import ProgressBar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_first_and_a_last_line() -> None:
    stream = io.StringIO()
    bar = ProgressBar("Articles", 400, stream=stream)
    for _step in range(400):
        bar.advance()
    bar.finish()

    lines = stream.getvalue().splitlines()
    assert lines[-1] == f"Articles [{'#' * 30}] 100 % (400/400)"
    assert len(lines) == 2


def test_a_terminal_line_is_redrawn() -> None:
    stream = Terminal()
    bar = ProgressBar("Articles", 2, stream=stream)
    bar.advance()
    bar.finish()

    assert stream.getvalue().startswith("\rArticles [")
    assert stream.getvalue().endswith("(1/2)\n")


def test_nothing_to_do_is_done() -> None:
    stream = io.StringIO()
    ProgressBar("Articles", 0, stream=stream).finish()

    assert "100 % (0/0)" in stream.getvalue()
