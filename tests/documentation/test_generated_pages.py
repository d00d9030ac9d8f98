"""The generated pages of docs/ are those that the code would generate now."""

from pathlib import Path

import pytest

from cognito_emu.documentation import PAGES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_up_to_date(page):
    assert (DOCS / f"{page}.md").read_text() == PAGES[page](), f"run `make docs` (docs/{page}.md is older than the code)"
