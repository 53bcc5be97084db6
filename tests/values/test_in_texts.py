"""Equipment, quantities and money as a text names them among other words."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.schema import Equipment, Money, Quantity
from defext.values import equipment, equipment_in, money, money_in, quantities_in, quantity

# The text, and all that it names: equipment, quantities, money.
TEXTS: dict[str, tuple[list[str], list[str], list[str]]] = {
    "deliver the remaining 20 F404 engines by the end of the year": (
        ["F404"],
        ["20 F404 engines"],
        [],
    ),
    "supply two 155 mm howitzers and 12 Typhoons": (
        ["155 mm", "Eurofighter Typhoon"],
        ["2 155 mm howitzers", "12 Typhoons"],
        [],
    ),
    "sell Patriot batteries for $3.5 billion over four years to train 300 crews": (
        ["MIM-104 Patriot"],
        ["300 crews"],
        ["USD 3500000000 over four years"],
    ),
    "buy 31 MQ-9B drones worth Rs 5,375 crore": (
        ["MQ-9B"],
        ["31 MQ-9B drones"],
        ["INR 53750000000"],
    ),
    "send some 400 vehicles and A$320 million in aid": (
        [],
        ["400 vehicles"],
        ["AUD 320000000"],
    ),
    "deliver 12 Leopard 2 tanks and 30 M1A1 Abrams": (
        ["Leopard 2", "M1 Abrams"],
        ["12 Leopard 2 tanks", "30 M1A1 Abrams"],
        [],
    ),
    "buy three Type 26 frigates": (["Type 26"], ["3 Type 26 frigates"], []),
    "deliver XQ-58A drones and GE-F404s": (["XQ-58A", "F404"], [], []),
    "train 10,000 recruits by 2026": ([], ["10000 recruits"], []),
    "give NOK 3 billion and 20 pounds": ([], [], ["NOK 3000000000", "GBP 20"]),
    "pay 500 million Norwegian kroner": ([], [], ["NOK 500000000"]),
    "lend between 3 and 4 billion euros": ([], [], ["EUR 3000000000"]),
    "provide a 20 million dollar grant within 30 days": ([], [], ["USD 20000000"]),
    "train 2000 soldiers": ([], ["2000 soldiers"], []),
    "release the two trawlers held at Quill": ([], ["2 trawlers"], []),
    "withdraw three cutters anchored east of the bank": ([], ["3 cutters"], []),
    "return eleven abducted teachers": ([], ["11 abducted teachers"], []),
    # what looks like one and is none
    "ratify the 2021 protocol": ([], [], []),
    "move its customs post 400 metres back": ([], [], []),
    "attract FDI": ([], [], []),
    "have General Bradley meet G20 leaders in 2025": ([], [], []),
    "finance the World Cup 2026": ([], [], []),
    "raise spending to 3.5 percent of GDP": ([], [], []),
    "hold 2+2 talks between the two sides": ([], [], []),
    "build on the two countries' three decades of ties": ([], [], []),
    "extend Resolution 1701 obligations": ([], [], []),
    "buy Block 70 fighters": ([], [], []),
    "drop 500-pound bombs": ([], [], []),
    "all 20 states to ratify": ([], [], []),
    "hold a joint exercise": ([], [], []),
}


def _told(value: Equipment | Quantity | Money) -> str:
    match value:
        case Equipment():
            return value.designation
        case Quantity():
            return f"{value.value:f} {value.of}"
        case Money():
            told = f"{value.currency} {value.amount.normalize():f}"
            return f"{told} {value.period}" if value.period else told


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_names_these_values_and_no_others(text: str) -> None:
    scans: Iterable[Iterable[tuple[range, Equipment | Quantity | Money]]]
    scans = (equipment_in(text), quantities_in(text), money_in(text))
    assert [[_told(value) for _, value in scan] for scan in scans] == list(TEXTS[text])


_WORDS = st.sampled_from([*" ".join(TEXTS).split(), "İstanbul", "²", "$", "dozen", "crore", "\n"])


@given(st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=12).map(" ".join)))
@settings(max_examples=300)
def test_what_a_text_names_stands_there_and_reads_the_same_alone(text: str) -> None:
    for place, kind in equipment_in(text):
        assert text[place.start : place.stop] == kind.text
        assert equipment(kind.text) == kind.designation
    for place, count in quantities_in(text):
        assert quantity(text[place.start : place.stop]) == count
    for place, amount in money_in(text):
        assert money(text[place.start : place.stop]) == amount
