"""Where the real exports lie, and how a test says that it needs them."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
WXR = DATA / "wxr"
CC_LABS = WXR / "cc-labs.wordpress.xml"
THEME_TEST = WXR / "theme-test-data" / "themeunittestdata.wordpress.xml"
EDGE_CASES = WXR / "wordpress-importer"
HISTORY_META = DATA / "stackexchange" / "history.meta.stackexchange_2018-08"
COFFEE = DATA / "stackexchange" / "coffee.stackexchange_2015-03_posts-only"

needs_real_data = pytest.mark.skipif(
    not CC_LABS.exists(), reason="real exports not found: put the shared data folder beside the project"
)
