"""Event codes are those of the codebooks and of docs/events.md, and every record is an event."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest

from defext.export import event_code, events
from defext.export.plover import Cameo, Context, Plover
from defext.schema import Extraction, Record
from defext.schema.outcome import Extracted

HERE = Path(__file__).parent
CODEBOOKS = tomllib.loads((HERE / "codebooks.toml").read_text(encoding="utf-8"))
CONTRACT = json.loads((HERE.parent / "schema/contract.json").read_text(encoding="utf-8"))
GUIDE = (HERE.parents[1] / "docs/events.md").read_text(encoding="utf-8")

NOR, CHL, PER = (
    {"name": c, "kind": "state", "country": c, "mention": c} for c in ("NOR", "CHL", "PER")
)

# The rows of the guide's table, and what changes in the contract's records to be such a record.
CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "talk, planned": ("talks", {"mode": "phone", "temporal": "planned"}),
    "talk by phone": ("talks", {"mode": "phone"}),
    "talk by video": ("talks", {"mode": "video"}),
    "talk in person": ("talks", {"mode": "in_person"}),
    "talk in person, three sides or more": (
        "talks",
        {"mode": "in_person", "parties": [NOR, CHL, PER]},
    ),
    "talk in writing or unknown": ("talks", {"mode": "written", "parties": [NOR, CHL, PER]}),
    "request: invite, ask, urge": ("requests", {"force": "urge"}),
    "request: demand": ("requests", {"force": "demand"}),
    "commitment": ("commitments", {"polarity": "positive"}),
    "commitment, negative": ("commitments", {"polarity": "negative"}),
}
ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]]
    for line in re.findall(r"^\| (?:talk|request|commitment).*\|$", GUIDE, re.MULTILINE)
]


def extracted(**changes: tuple[str, dict[str, Any]]) -> Extracted:
    extraction = json.loads(json.dumps(CONTRACT))
    for kind, fields in changes.values():
        extraction[kind][0] |= fields
    return Extracted(id="a.txt", extraction=Extraction.model_validate(extraction))


def changed(row: str) -> Record:
    kind, fields = CHANGES[row]
    record: Record = getattr(extracted(change=(kind, fields)).extraction, kind)[0]
    return record


def test_the_guide_names_every_record() -> None:
    assert [row[0] for row in ROWS] == list(CHANGES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_a_record_has_the_codes_of_the_guide(row: list[str]) -> None:
    name, cameo, label, plover, mode = row
    code = event_code(changed(name))
    assert (code.cameo, code.plover, code.mode or "") == (cameo, plover, mode)
    assert CODEBOOKS["cameo"][cameo] == label


def test_all_codes_are_in_the_codebooks() -> None:
    assert set(get_args(Cameo)) <= CODEBOOKS["cameo"].keys()
    assert set(get_args(Plover)) <= set(CODEBOOKS["types"])
    assert set(get_args(Context)) <= set(CODEBOOKS["contexts"])
    modes = {mode for row in CHANGES if (mode := event_code(changed(row)).mode)}
    assert modes <= set(CODEBOOKS["consult_modes"])


@pytest.mark.parametrize(
    ("kind", "fields", "context"),
    [
        ("talks", {"temporal": "planned"}, ("diplomatic", "future")),
        ("talks", {"temporal": "past_background"}, ("historical",)),
        ("requests", {"temporal": "current"}, ()),
        ("commitments", {"temporal": "current", "condition": "if funds allow"}, ("hypothetical",)),
        ("commitments", {"temporal": "current", "condition": None}, ()),
    ],
)
def test_the_context_says_when_and_whether(
    kind: str, fields: dict[str, Any], context: tuple[str, ...]
) -> None:
    record = getattr(extracted(change=(kind, fields)).extraction, kind)[0]
    assert event_code(record).context == context


def test_every_record_is_an_event_under_the_codebooks_field_names() -> None:
    outcome = extracted()
    found = list(events(outcome))
    assert [event["id"] for event in found] == ["a.txt#t1", "a.txt#r1", "a.txt#c1"]
    for event in found:
        assert {"id", "date", "source", "event"} <= event.keys()  # those that are required
        assert event["event"][0] in CODEBOOKS["quad"][str(event["quad_code"])]
        assert json.loads(json.dumps(event)) == event
    talk, request, _ = found
    assert talk["date"] == talk["enddate"] == "2025-07-01"
    assert [actor["code"] for actor in talk["source"]] == ["IND", "USA"]
    assert talk["recipient"] == []
    assert [actor["code"] for actor in request["recipient"]] == ["USA"]
    assert request["link"] == "a.txt#t1"
    assert request["comment"] == outcome.extraction.requests[0].action


def test_an_actor_without_a_state_is_an_organisation_a_company_or_without_code() -> None:
    kinds = ("organisation", "company", "person", "group")
    parties = [{"name": kind, "kind": kind, "mention": kind} for kind in kinds]
    found = next(events(extracted(change=("talks", {"parties": parties}))))
    assert [actor["code"] for actor in found["source"]] == ["IGO", "MNC", None, None]


def test_an_act_without_a_talk_has_the_day_of_publication_unless_it_is_background() -> None:
    for temporal, day in (("current", "2025-07-01"), ("past_background", None)):
        change = ("requests", {"talk": None, "temporal": temporal})
        _, request, _ = events(extracted(change=change))
        assert (request["date"], request["enddate"], request["link"]) == (day, day, None)
