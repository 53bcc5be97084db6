"""The published schema: the files that ship, the names that are fixed, and what they let through.

contract.json is an extraction with something in every field, under the names of the design.
"""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from defext.cli.schema import differences
from defext.schema import SCHEMA_VERSION, Extraction
from defext.schema.export import json_schemas
from defext.schema.outcome import Extracted, Failed, Failure

SHIPPED = Path(__file__).parents[2] / "schemas" / SCHEMA_VERSION
CONTRACT = json.loads(Path(__file__).with_name("contract.json").read_text(encoding="utf-8"))


def shipped(name: str) -> Draft202012Validator:
    schema = json.loads((SHIPPED / name).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def paths(value: Any, at: str = "$") -> list[str]:
    """Every named field in a JSON value, as a path."""
    match value:
        case dict():
            inside = [path for key, child in value.items() for path in paths(child, f"{at}.{key}")]
            return [at, *inside]
        case list():
            return [path for child in value for path in paths(child, f"{at}[]")]
    return [at]


def without(path: str) -> Any:
    """The contract without the first field at `path`."""
    changed = deepcopy(CONTRACT)
    *parents, last = path.removeprefix("$.").split(".")
    holder = changed
    for name in parents:
        holder = holder[name.removesuffix("[]")]
        holder = holder[0] if name.endswith("[]") else holder
    del holder[last]
    return changed


def test_the_shipped_files_are_those_of_the_code() -> None:
    assert list(differences(SHIPPED, json_schemas())) == []


def test_the_code_writes_the_same_files_every_time() -> None:
    assert json_schemas() == json_schemas()
    assert all(text.endswith("}\n") for text in json_schemas().values())


def test_the_names_of_the_contract_are_fixed() -> None:
    extraction = Extraction.model_validate(CONTRACT)
    printed = json.loads(extraction.model_dump_json())
    assert printed == CONTRACT
    shipped("extraction.json").validate(printed)


def test_a_file_of_an_earlier_version_reads_and_is_printed_in_this_one() -> None:
    earlier = json.loads(Path(__file__).with_name("contract_1.0.json").read_text(encoding="utf-8"))
    printed = json.loads(Extraction.model_validate(earlier).model_dump_json())
    assert printed["schema_version"] == SCHEMA_VERSION
    assert printed["requests"][0]["equipment"] == []
    assert printed["requests"][0]["action"] == earlier["requests"][0]["action"]
    shipped("extraction.json").validate(printed)


@pytest.mark.parametrize("version", ["1.99", "2.0", "0.9"])
def test_a_file_of_another_version_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match=f"{version} is not read by this version of defext"):
        Extraction.model_validate(CONTRACT | {"schema_version": version})


def test_what_is_empty_is_printed_too() -> None:
    bare = Extraction.model_validate(
        {
            "document": {"id": "a", "characters": 1},
            "run": {
                "model": "local",
                "prompt_version": "1.0",
                "calls": 0,
                "input_tokens": 0,
                "cached_tokens": 0,
                "output_tokens": 0,
                "seconds": 0,
            },
        }
    )
    printed = json.loads(bare.model_dump_json())
    assert printed["document"]["published"] is None
    assert printed["talks"] == []
    assert printed["run"]["cost_usd"] is None
    shipped("extraction.json").validate(printed)


def test_every_field_is_there_for_the_reader() -> None:
    schema = shipped("extraction.json")
    fields = {path for path in paths(CONTRACT) if path != "$" and not path.endswith("[]")}
    assert {path for path in fields if schema.is_valid(without(path))} == set()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("talks", 0, "mode"), "telepathy"),
        (("talks", 0, "evidence"), []),
        (("talks", 0, "confidence"), 1.1),
        (("requests", 0, "force"), "beg"),
        (("requests", 0, "deadline", "start"), "Tuesday"),
        (("commitments", 0, "strength"), "iron"),
        (("commitments", 0, "committers", 0, "country"), "India"),
        (("run", "calls"), -1),
        (("schema_version",), "1"),
        (("anything",), "else"),
    ],
)
def test_the_schema_refuses_what_the_types_refuse(path: tuple[Any, ...], value: object) -> None:
    changed = deepcopy(CONTRACT)
    holder: Any = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    assert not shipped("extraction.json").is_valid(changed)
    with pytest.raises(ValueError, match=str(path[-1])):
        Extraction.model_validate(changed)


def test_a_line_is_an_extraction_or_a_failure() -> None:
    lines = shipped("outcome.json")
    extracted = Extracted(id="a", origin="a.txt", extraction=Extraction.model_validate(CONTRACT))
    failed = Failed(id="b", failure=Failure(error="RateLimited", message="Wait."))
    printed = [json.loads(line.model_dump_json()) for line in (extracted, failed)]
    assert printed == [
        {"id": "a", "origin": "a.txt", "extraction": CONTRACT},
        {"id": "b", "origin": None, "failure": {"error": "RateLimited", "message": "Wait."}},
    ]
    for line in printed:
        lines.validate(line)
    for wrong in ({"id": "a"}, printed[0] | printed[1], {"failure": printed[1]["failure"]}):
        with pytest.raises(ValidationError):
            lines.validate(wrong)
