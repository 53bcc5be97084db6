"""The samples are what real programs make today: made anew, they read the same."""

from pathlib import Path

import pytest
import tools

from defext import Document, DocumentError


def told(path: Path) -> tuple[str | None, str]:
    """Title and text, or the reason why there is none."""
    try:
        document = Document.from_file(path)
    except DocumentError as error:
        return None, str(error).removeprefix(str(path))
    return document.title, document.text


@pytest.mark.parametrize("name", [*tools.PRINTED, *tools.SAVED])
def test_a_sample_made_anew_reads_like_the_one_that_is_kept(name: str, tmp_path: Path) -> None:
    fresh = tmp_path / name
    try:
        tools.make(name, fresh)
    except LookupError as missing:
        pytest.skip(str(missing))
    assert told(fresh) == told(tools.FOLDER / name)
