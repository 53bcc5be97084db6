"""The guide's table and its close calls, sentence by sentence."""

from typing import Any

import pytest
from reading import read

from defext import Commitment, Document, Request, Talk
from defext.normalize import labels
from defext.schema import Force, Mode, Strength, Temporal

ALDANA, BREKKE = "Defence Minister Elena Aldana", "Foreign Minister Jonas Brekke"


def promised(sentence: str, action: str, by: str = "Norway", **document: Any) -> Commitment:
    record = read(
        Document(sentence, published="2025-07-01", **document), "commitment", [by], action
    )
    assert isinstance(record, Commitment)
    return record


def asked(sentence: str, action: str = "return the vessels", **document: Any) -> Request:
    record = read(
        Document(sentence, published="2025-07-01", **document), "request", ["Norway"], action
    )
    assert isinstance(record, Request)
    return record


def talked(sentence: str, **document: Any) -> Talk:
    text = sentence.format(ALDANA, BREKKE)
    record = read(Document(text, published="2025-07-01", **document), "talk", [ALDANA, BREKKE], "")
    assert isinstance(record, Talk)
    return record


@pytest.mark.parametrize(
    ("sentence", "action", "strength"),
    [
        ("Norway will send two frigates to Kenya.", "send two frigates to Kenya", "firm"),
        ("Norway agreed to send two frigates.", "send two frigates", "firm"),
        ("Norway pledged 40 field hospitals.", "40 field hospitals", "firm"),
        ("Norway undertook to return the vessels.", "return the vessels", "firm"),
        ("Norway promised to lift the ban by June.", "lift the ban by June", "firm"),
        ("Norway intends to sell six radars.", "sell six radars", "intended"),
        ("Norway plans to sell six radars.", "sell six radars", "intended"),
        ("Norway aims to sign the accord.", "sign the accord", "intended"),
        ("Norway is to open a consulate in Lima.", "open a consulate in Lima", "intended"),
        ("Norway stands ready to send inspectors.", "send inspectors", "intended"),
        ("Norway expects to return the radar.", "return the radar", "intended"),
        ("Norway agreed to work towards a pact.", "work towards a pact", "aspirational"),
        ("Norway agreed to explore production.", "explore production", "aspirational"),
        ("Norway agreed to strengthen its ties.", "strengthen its ties", "aspirational"),
        ("Norway intends to work closely with us.", "work closely with us", "aspirational"),
        ("Norway committed to deepening ties.", "deepening ties", "aspirational"),
        ("Norway reaffirmed its commitment to Kenya.", "its commitment to Kenya", "aspirational"),
        ("Norway's support remains ironclad.", "support remains ironclad", "aspirational"),
        ("Norway remains committed to the region.", "committed to the region", "aspirational"),
        ("Norway will continue to support Kenya.", "continue to support Kenya", "aspirational"),
    ],
)
def test_the_act_decides_the_strength_before_the_verb(
    sentence: str, action: str, strength: Strength
) -> None:
    assert promised(sentence, action).strength == strength


@pytest.mark.parametrize(
    ("sentence", "action", "continuing"),
    [
        ("Norway will continue to train pilots.", "continue to train pilots", True),
        ("Norway will maintain its patrols.", "maintain its patrols", True),
        ("Norway will sustain its aid.", "sustain its aid", True),
        ("Norway will keep two ships there.", "keep two ships there", True),
        ("Norway will train pilots.", "train pilots", False),
        ("Norway will strengthen its patrols.", "strengthen its patrols", False),
        ("Norway reaffirmed that it will train pilots.", "train pilots", False),
    ],
)
def test_only_what_goes_on_is_continuing(sentence: str, action: str, continuing: bool) -> None:
    assert promised(sentence, action).continuing is continuing


@pytest.mark.parametrize(
    ("sentence", "action", "polarity"),
    [
        ("Norway will not lift the ban.", "not lift the ban", "negative"),
        ("Norway will not lift the ban.", "lift the ban", "negative"),
        ("Norway won’t lift the ban.", "lift the ban", "negative"),
        ("Norway will never sell the radar.", "sell the radar", "negative"),
        ("Norway refused to send troops.", "send troops", "negative"),
        ("Norway ruled out sending troops.", "sending troops", "negative"),
        ("Norway will lift the ban.", "lift the ban", "positive"),
        ("Norway will lift the ban but not sell the radar.", "lift the ban", "positive"),
    ],
)
def test_what_a_side_will_not_do_is_negative(sentence: str, action: str, polarity: str) -> None:
    assert promised(sentence, action).polarity == polarity


@pytest.mark.parametrize(
    ("sentence", "condition"),
    [
        ("Norway will lift the ban if Chile agrees.", "if Chile agrees"),
        ("If attacked, Norway will lift the ban.", "If attacked"),
        ("Norway will lift the ban once the ships return.", "once the ships return"),
        ("Norway will lift the ban subject to a vote.", "subject to a vote"),
        ("Norway warned it will lift the ban unless paid.", "unless paid"),
        ("Norway will lift the ban.", None),
    ],
)
def test_a_condition_is_told_in_the_text_s_words(sentence: str, condition: str | None) -> None:
    assert promised(sentence, "lift the ban").condition == condition


@pytest.mark.parametrize(
    ("sentence", "action", "instrument"),
    [
        ("Norway signed a defence pact with Chile.", "a defence pact with Chile", "a defence pact"),
        ("Norway is signing the Oslo Accord.", "signing the Oslo Accord", "the Oslo Accord"),
        ("Norway will lift the ban.", "lift the ban", None),
    ],
)
def test_what_is_signed_is_the_instrument(
    sentence: str, action: str, instrument: str | None
) -> None:
    assert promised(sentence, action).instrument == instrument


def test_a_deadline_is_read_off_the_act() -> None:
    record = promised(
        "Norway said on Monday it will lift the ban by 1 March.", "lift the ban by 1 March"
    )
    assert record.deadline is not None
    assert (record.deadline.text, str(record.deadline.start)) == ("by 1 March", "2026-03-01")
    assert promised("On Monday Norway agreed to lift the ban.", "lift the ban").deadline is None


@pytest.mark.parametrize(
    ("sentence", "force"),
    [
        ("Norway invited Chile to return the vessels.", "invite"),
        ("Norway asked Chile to return the vessels.", "ask"),
        ("Norway requested that Chile return the vessels.", "ask"),
        ("Norway sought the return of the vessels.", "ask"),
        ("Norway urged Chile to return the vessels.", "urge"),
        ("Norway pressed Chile to return the vessels.", "urge"),
        ("Norway called on Chile to return the vessels.", "urge"),
        ("Norway called for Chile to return the vessels.", "urge"),
        ("Norway appealed to Chile to return the vessels.", "urge"),
        ("Norway said Chile should return the vessels.", "urge"),
        ("Norway said Chile needs to return the vessels.", "urge"),
        ("Norway emphasised the need for Chile to return the vessels.", "urge"),
        ("Norway demanded that Chile return the vessels.", "demand"),
        ("Norway said Chile must return the vessels.", "demand"),
    ],
)
def test_the_verb_tells_how_strongly_it_is_asked(sentence: str, force: Force) -> None:
    assert asked(sentence).force == force


@pytest.mark.parametrize(
    ("sentence", "mode"),
    [
        ("{} called {} by phone.", "phone"),
        ("{} held a telephone conversation with {}.", "phone"),
        ("{} spoke in a call with {}.", "phone"),
        ("{} spoke by phone with {} and called on allies to help.", "phone"),
        ("{} and {} held a video conference.", "video"),
        ("{} joined {} on a video call.", "video"),
        ("{} met {} in Oslo.", "in_person"),
        ("{} visited {}.", "in_person"),
        ("{} hosted {} for talks.", "in_person"),
        ("{} wrote a letter to {}.", "written"),
        ("{} spoke with {}.", "unknown"),
        ("{} held a conversation with {}.", "unknown"),
        ("{} spoke with {} and called for calm.", "unknown"),
    ],
)
def test_the_mode_is_unknown_unless_the_text_tells_it(sentence: str, mode: Mode) -> None:
    assert talked(sentence).mode == mode


@pytest.mark.parametrize(
    ("sentence", "temporal"),
    [
        ("{} met {} on Monday.", "current"),
        ("{} met {}.", "current"),
        ("{} will meet {} in Oslo.", "planned"),
        ("{} meets {} on 3 August.", "planned"),
        ("{} is to meet {} next month.", "planned"),
        ("{} had met {} before.", "past_background"),
        ("{} met {} in March 2024.", "past_background"),
        ("{} met {} last year.", "past_background"),
    ],
)
def test_talks_are_reported_arranged_or_background(sentence: str, temporal: Temporal) -> None:
    assert talked(sentence).temporal == temporal


def test_an_act_is_made_now_also_where_it_is_due_later() -> None:
    assert promised("Norway will lift the ban next month.", "lift the ban").temporal == "current"
    assert asked("Norway asked Chile to return the vessels next year.").temporal == "current"


def test_an_act_of_an_earlier_occasion_is_background() -> None:
    assert asked("Norway had urged Chile to return the vessels.").temporal == "past_background"


@pytest.mark.parametrize(
    ("sentence", "document", "source", "holder"),
    [
        ("Norway will lift the ban.", {}, "reporter", None),
        ("Norway will lift the ban, Jonas Brekke said.", {}, "named_official", "Jonas Brekke"),
        (
            "Norway will lift the ban, said Jonas Brekke in Lima.",
            {},
            "named_official",
            "Jonas Brekke",
        ),
        ("Norway will lift the ban, officials said.", {}, "unnamed_source", "officials"),
        ("Norway will lift the ban.", {"title": "Joint Statement"}, "joint_statement", None),
        ("Norway will lift the ban.", {"title": "Readout of a call"}, "own_statement", None),
    ],
)
def test_who_says_so(
    sentence: str, document: dict[str, str], source: str, holder: str | None
) -> None:
    attribution = promised(sentence, "lift the ban", **document).attribution
    assert (attribution.source, attribution.holder) == (source, holder)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Aldana spoke with Brekke on Monday ahead of the summit in Madrid.",
            "Aldana spoke with Brekke on Monday",
        ),
        ("Lund met Moor in Oslo and said that aid to Gaza will grow.", "Lund met Moor in Oslo"),
        ("On 3 May, Lund met Moor, Park and Okoro.", "On 3 May, Lund met Moor, Park and Okoro."),
        ("The two exchanged views after lunch.", "The two exchanged views after lunch."),
    ],
)
def test_an_occasion_is_told_apart_from_what_it_was_about(text: str, told: str) -> None:
    assert labels.occasion(text) == told
