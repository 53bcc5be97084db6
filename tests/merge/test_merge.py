"""One record an occasion, a wanted act, a target: whatever the order, and with all its evidence."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.merge import merge
from defext.schema import (
    Attribution,
    Commitment,
    Evidence,
    Extraction,
    Party,
    Record,
    Request,
    Talk,
    When,
)

R = TypeVar("R", Talk, Request, Commitment)

REPORTER = Attribution(source="reporter")
COUNTRIES = {"Aldana": "CHL", "Brekke": "NOR", "Doyle": "IRL", "Haddad": "LBN"}
PEOPLE = {
    name: Party(name=name, kind="person", country=country, mention=name)
    for name, country in COUNTRIES.items()
}
STATES = {
    country: Party(name=country, kind="state", country=country, mention=country)
    for country in COUNTRIES.values()
}
PARTIES = PEOPLE | STATES


def parties(names: str) -> list[Party]:
    return [PARTIES[name] for name in names.split()]


def evidence(*spans: tuple[int, int]) -> list[Evidence]:
    return [Evidence(quote="x" * (end - start), start=start, end=end) for start, end in spans]


def day(number: int) -> When:
    on = date(2025, 7, number)
    return When(text=f"on {on}", start=on, end=on, precision="day")


def common(at: int | Sequence[tuple[int, int]], fields: dict[str, Any]) -> dict[str, Any]:
    spans = [(at, at + 10)] if isinstance(at, int) else at
    usual = {"id": "x", "temporal": "current", "attribution": REPORTER, "confidence": 0.5}
    return usual | {"evidence": evidence(*spans)} | fields


def talk(who: str, at: int | Sequence[tuple[int, int]] = 0, **fields: Any) -> Talk:
    usual = {"mode": "unknown", "parties": parties(who)}
    return Talk.model_validate(usual | common(at, fields))


def request(
    who: str, action: str, at: int | Sequence[tuple[int, int]] = 0, **fields: Any
) -> Request:
    usual = {"force": "urge", "requester": parties(who), "action": action}
    return Request.model_validate(usual | common(at, fields))


def promise(
    who: str, action: str, at: int | Sequence[tuple[int, int]] = 0, **fields: Any
) -> Commitment:
    usual = {
        "committers": parties(who),
        "action": action,
        "strength": "firm",
        "joint": len(parties(who)) > 1,
        "continuing": False,
        "polarity": "positive",
    }
    return Commitment.model_validate(usual | common(at, fields))


# Laws

ACTIONS = [
    "send two frigates to Kenya",
    "send frigates",
    "send two frigates",
    "lift the export ban",
    "!",
]
SPANS = st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda s: (s[0], s[0] + s[1]))
COMMON: dict[str, st.SearchStrategy[Any]] = {
    "at": st.lists(SPANS, min_size=1, max_size=3, unique=True),
    "id": st.sampled_from(["a", "b"]),
    "temporal": st.sampled_from(["current", "planned"]),
    "confidence": st.sampled_from([0.3, 0.6, 0.9]),
}
WHO = st.lists(st.sampled_from(sorted(PARTIES)), min_size=1, max_size=3, unique=True).map(" ".join)
TALKS = st.builds(
    talk,
    WHO,
    mode=st.sampled_from(["unknown", "phone", "in_person"]),
    when=st.sampled_from([None, day(1), day(2)]),
    topics=st.lists(st.sampled_from(["Trade", "trade", "ships"]), max_size=2),
    place=st.sampled_from([None, "Oslo"]),
    **COMMON,
)
REQUESTS = st.builds(
    request,
    WHO,
    st.sampled_from(ACTIONS),
    talk=st.sampled_from([None, "t9"]),
    force=st.sampled_from(["invite", "urge"]),
    **COMMON,
)
PROMISES = st.builds(
    promise,
    WHO,
    st.sampled_from(ACTIONS),
    polarity=st.sampled_from(["positive", "negative"]),
    condition=st.sampled_from([None, "if asked"]),
    deadline=st.sampled_from([None, day(3)]),
    **COMMON,
)
RECORDS: st.SearchStrategy[list[Record]] = st.lists(
    st.one_of(TALKS, REQUESTS, PROMISES), max_size=9
)


def flat(merged: tuple[list[Talk], list[Request], list[Commitment]]) -> list[Record]:
    talks, requests, promises = merged
    return [*talks, *requests, *promises]


@settings(max_examples=120, deadline=None)
@given(RECORDS)
def test_merging_what_is_merged_changes_nothing(records: list[Record]) -> None:
    once = merge(records)
    assert merge(flat(once)) == once


@settings(max_examples=120, deadline=None)
@given(RECORDS.flatmap(lambda records: st.tuples(st.just(records), st.permutations(records))))
def test_the_order_of_the_records_does_not_matter(
    orders: tuple[list[Record], list[Record]],
) -> None:
    told, shuffled = orders
    assert merge(shuffled) == merge(told)


@settings(max_examples=120, deadline=None)
@given(RECORDS)
def test_all_evidence_is_kept(records: list[Record]) -> None:
    merged = flat(merge(records))
    for record in records:
        for piece in record.evidence:
            assert any(
                kept.start <= piece.start and piece.end <= kept.end
                for other in merged
                for kept in other.evidence
            )


@settings(max_examples=120, deadline=None)
@given(RECORDS)
def test_records_are_numbered_in_the_order_of_the_text_and_acts_name_talks_that_are_there(
    records: list[Record],
) -> None:
    talks, requests, promises = merge(records)
    for prefix, kind in (("t", talks), ("r", requests), ("c", promises)):
        assert [record.id for record in kind] == [f"{prefix}{n + 1}" for n in range(len(kind))]
        starts = [min(piece.start for piece in record.evidence) for record in kind]
        assert starts == sorted(starts)
    ids = {record.id for record in talks}
    acts: list[Request | Commitment] = [*requests, *promises]
    assert all(act.talk in {None, *ids} for act in acts)
    facts = {"document": {"id": "d", "characters": 100}, "run": RUN}
    laws = Extraction.model_validate(
        facts | {"talks": talks, "requests": requests, "commitments": promises}
    )
    assert laws.talks == talks


RUN = {
    "model": "local",
    "prompt_version": "1",
    "calls": 0,
    "input_tokens": 0,
    "cached_tokens": 0,
    "output_tokens": 0,
    "seconds": 0,
}


# Which records are one


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (talk("Aldana Brekke"), talk("Brekke Aldana", 50)),
        (talk("Aldana Brekke"), talk("Aldana Brekke Doyle", 50)),
        (talk("Aldana Brekke", mode="phone"), talk("Aldana Brekke", 50, when=day(1))),
        (talk("Aldana Brekke"), talk("Aldana", 50)),
    ],
)
def test_an_occasion_told_twice_is_one_talk(first: Talk, second: Talk) -> None:
    [merged], _, _ = merge([first, second])
    assert [e.start for e in merged.evidence] == [0, 50]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (talk("Aldana Brekke"), talk("Aldana Doyle", 50)),
        (talk("Aldana Brekke", mode="phone"), talk("Aldana Brekke", 50, mode="in_person")),
        (talk("Aldana Brekke", when=day(1)), talk("Aldana Brekke", 50, when=day(2))),
        (talk("Aldana Brekke"), talk("Aldana Brekke", 50, temporal="past_background")),
    ],
)
def test_two_occasions_are_two_talks(first: Talk, second: Talk) -> None:
    talks, _, _ = merge([first, second])
    assert len(talks) == 2


def test_a_vague_mention_does_not_make_two_occasions_one() -> None:
    call = talk("Aldana Brekke", 0, mode="phone", when=day(1))
    visit = talk("Aldana Brekke", 40, mode="in_person", when=day(2))
    vague = talk("Aldana Brekke", 80)
    talks, _, _ = merge([vague, call, visit])
    assert [(t.mode, [e.start for e in t.evidence]) for t in talks] == [
        ("phone", [0]),
        ("in_person", [40, 80]),
    ]


def test_a_joined_talk_knows_what_each_mention_told() -> None:
    told = [
        talk("Aldana Brekke", 0, topics=["trade"], confidence=0.4),
        talk("Brekke Aldana Doyle", 50, mode="phone", when=day(1), topics=["Trade", "ships"]),
        talk("Aldana Brekke", 90, place="Oslo", confidence=0.9),
    ]
    [merged], _, _ = merge(told)
    assert merged.id == "t1"
    assert [party.name for party in merged.parties] == ["Aldana", "Brekke", "Doyle"]
    assert merged.mode == "phone"
    assert merged.when == day(1)
    assert merged.place == "Oslo"
    assert merged.topics == ["trade", "ships"]
    assert merged.confidence == 0.9


def test_evidence_within_evidence_is_told_once() -> None:
    [merged], _, _ = merge([talk("Aldana Brekke", [(0, 30)]), talk("Aldana Brekke", [(5, 9)])])
    assert [(e.start, e.end) for e in merged.evidence] == [(0, 30)]


@pytest.mark.parametrize("act", ["send two frigates to Kenya", "Send frigates to Kenya."])
def test_a_wanted_act_told_twice_is_one_request(act: str) -> None:
    told = [
        request("Aldana", "send two frigates to Kenya", 0, addressee=parties("NOR")),
        request("Aldana Doyle", act, 50, addressee=parties("NOR IRL"), deadline=day(3)),
    ]
    _, [merged], _ = merge(told)
    assert merged.action == "send two frigates to Kenya"
    assert [party.name for party in merged.requester] == ["Aldana", "Doyle"]
    assert [party.name for party in merged.addressee] == ["NOR", "IRL"]
    assert merged.deadline == day(3)


@pytest.mark.parametrize(
    ("addressee", "act"),
    [("IRL", "send two frigates to Kenya"), ("NOR", "send four frigates to Kenya")],
)
def test_another_addressee_or_another_number_is_another_request(addressee: str, act: str) -> None:
    told = [
        request("Aldana", "send two frigates to Kenya", 0, addressee=parties("NOR")),
        request("Aldana", act, 50, addressee=parties(addressee)),
    ]
    _, requests, _ = merge(told)
    assert len(requests) == 2


def test_two_wanted_acts_are_two_requests_and_so_is_one_act_that_two_want() -> None:
    told = [
        request("Aldana", "send two frigates to Kenya"),
        request("Aldana", "lift the export ban"),
        request("Brekke", "lift the export ban"),
    ]
    _, requests, _ = merge(told)
    assert len(requests) == 3


def test_a_target_promised_together_is_one_joint_commitment() -> None:
    told = [
        promise("Aldana", "send two frigates to Kenya"),
        promise("Brekke Aldana", "send two frigates to Kenya", 50, condition="if asked"),
    ]
    _, _, [merged] = merge(told)
    assert merged.joint
    assert [party.name for party in merged.committers] == ["Aldana", "Brekke"]
    assert merged.condition == "if asked"


def test_values_are_those_of_the_action_that_is_kept_or_of_the_other_if_it_has_none() -> None:
    two = [{"text": "two frigates", "value": 2, "approximate": False, "of": "frigates"}]
    both = [{"text": "both frigates", "value": 2, "approximate": False, "of": "ships"}]
    money = [{"text": "$5 million", "amount": 5_000_000, "currency": "USD"}]
    told = [
        promise("Aldana", "send two frigates to Kenya", quantities=two),
        promise("Aldana", "send two frigates to Kenya", 50, quantities=both, money=money),
    ]
    _, _, [merged] = merge(told)
    assert [each.of for each in merged.quantities] == ["frigates"]
    assert [each.text for each in merged.money] == ["$5 million"]


@pytest.mark.parametrize(
    "other",
    [
        promise("Aldana", "send two frigates to Kenya", 50, polarity="negative"),
        promise("Brekke", "send two frigates to Kenya", 50),
        promise("Aldana", "lift the export ban", 50),
    ],
)
def test_other_targets_are_other_commitments(other: Commitment) -> None:
    _, _, promises = merge([promise("Aldana", "send two frigates to Kenya"), other])
    assert len(promises) == 2
    assert not any(made.joint for made in promises)


def test_what_is_asked_and_promised_in_the_same_words_is_both() -> None:
    told: list[Record] = [
        request("Aldana", "send two frigates"),
        promise("Brekke", "send two frigates"),
    ]
    _, requests, promises = merge(told)
    assert (len(requests), len(promises)) == (1, 1)


@pytest.mark.parametrize(("one", "other", "both"), [(0.9, 0.5, 0.9), (None, 0.5, 0.5)])
def test_of_two_confidences_the_higher_is_kept(
    one: float | None, other: float, both: float
) -> None:
    told: list[Record] = [
        promise("Brekke", "send two frigates", confidence=one),
        promise("Brekke", "send two frigates", confidence=other),
    ]
    [merged] = merge(told)[2]
    assert merged.confidence == both


def test_the_same_act_is_asked_in_one_sentence_and_promised_in_another() -> None:
    told: list[Record] = [
        request("Aldana", "send two frigates", 0, confidence=0.6),
        promise("Brekke", "send two frigates", 50, confidence=0.9),
    ]
    _, requests, promises = merge(told)
    assert (len(requests), len(promises)) == (1, 1)


# The talk in which an act was made

HELD = [
    talk("Aldana Brekke", 0, when=day(1)),
    talk("Aldana Doyle", 100, mode="phone"),
    talk("Aldana Haddad", 150, temporal="planned"),
]


@pytest.mark.parametrize(
    ("who", "at", "linked"),
    [
        ("Brekke", 50, "t1"),
        ("Aldana", 50, "t1"),
        ("Aldana", 120, "t2"),
        ("Brekke", 120, "t1"),
        ("NOR", 50, "t1"),
        ("IRL", 120, "t2"),
        ("IRL", 50, None),
        ("Haddad", 180, None),
        ("Haddad Doyle", 180, "t2"),
    ],
)
def test_an_act_belongs_to_the_last_talk_before_it_of_somebody_who_acts(
    who: str, at: int, linked: str | None
) -> None:
    _, [asked], [promised] = merge(
        [*HELD, request(who, "lift the export ban", at), promise(who, "send ships", at)]
    )
    assert asked.talk == linked
    assert promised.talk == linked


def test_nothing_gives_nothing() -> None:
    assert merge([]) == ([], [], [])
