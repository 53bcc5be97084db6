"""The public names, and what `import defext` costs."""

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import defext

HEAVY = {
    "httpx2",
    "instructor",
    "openai",
    "pydantic",
    "rapidfuzz",
    "rich",
    "sentencex",
    "tenacity",
    "typer",
    "xllamacpp",
}


def loaded_by(statement: str) -> set[str]:
    """The packages that a fresh interpreter has loaded after `statement`."""
    program = f"import json, sys; {statement}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def declared() -> dict[str, str]:
    """The names that type checkers see, and where they say they come from."""
    tree = ast.parse(Path(defext.__file__).read_text(encoding="utf-8"))
    [block] = [
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    return {
        alias.asname or alias.name: node.module or ""
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_importing_defext_loads_nothing_that_is_heavy() -> None:
    assert loaded_by("import defext") & HEAVY == set()


@pytest.mark.parametrize("name", ["Document", "DocumentError", "Extraction"])
def test_documents_and_records_need_no_model(name: str) -> None:
    unneeded = {"openai", "instructor", "xllamacpp", "tenacity"}
    assert loaded_by(f"from defext import {name}") & unneeded == set()


def test_type_checkers_see_the_names_that_there_are() -> None:
    assert sorted(declared()) == sorted(defext.__all__)


@pytest.mark.parametrize(("name", "home"), declared().items())
def test_every_public_name_is_that_of_its_home(name: str, home: str) -> None:
    assert getattr(defext, name) is getattr(import_module(home), name)


def test_every_exception_is_public() -> None:
    errors = import_module("defext.errors")
    kinds = {name for name in vars(errors) if isinstance(vars(errors)[name], type)}
    assert kinds <= set(defext.__all__)
    assert all(issubclass(vars(errors)[name], defext.DefextError) for name in kinds)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'defext' has no attribute 'Extracter'"):
        _ = defext.Extracter


def test_the_public_names_are_listed() -> None:
    assert dir(defext) == sorted(defext.__all__)
    assert {"extract", "aextract", "Extractor", "Document"} <= set(dir(defext))
