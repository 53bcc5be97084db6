"""Nearly the same words are found whole or not at all, and never where they say something else."""

import re

import pytest

from defext.ground import Missing, ground_quote
from defext.ground.fuzzy import ENOUGH

PLEDGE = "will deliver ten tanks to Ukraine"


SENTENCE = f"Ruvane {PLEDGE}."


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        # mistyped, in another form, spelt otherwise
        (SENTENCE, "will delivre ten tanks to Ukraine", PLEDGE),
        (SENTENCE, "will deliver ten tankss to ukraine", PLEDGE),
        (SENTENCE, "will delivers ten tanks to Ukraine", PLEDGE),
        (
            "the organisation’s defence plan",
            "the organization's defense plan",
            "the organisation’s defence plan",
        ),
        # small words that come and go
        (
            "It will also deliver the ten tanks to Ukraine.",
            PLEDGE,
            "will also deliver the ten tanks to Ukraine",
        ),
        (SENTENCE, "will also deliver ten tanks to Ukraine", PLEDGE),
        # another order, the passive voice
        ("Ten tanks will be delivered to Ukraine.", PLEDGE, None),
        ("Ruvane will deliver to Ukraine ten tanks.", PLEDGE, "will deliver to Ukraine ten tanks"),
        (
            "They export grain and import fifty trucks.",
            "import fifty trucks and export grain",
            "export grain and import fifty trucks",
        ),
        # numbers and contractions in other words
        ("It will deliver 10 tanks to Ukraine.", PLEDGE, "will deliver 10 tanks to Ukraine"),
        ("It won’t deliver ten tanks.", "It will not deliver ten tanks", None),
        # marks, and which of them belong to it
        (
            "“Ten tanks, they say, will go.” So be it.",
            "“Ten tanks they say will go.”",
            "“Ten tanks, they say, will go.”",
        ),
        (
            "他说：“昨天将向乌克兰，交付十辆坦克。”",
            "昨天将向乌克兰交付十辆坦克",
            "昨天将向乌克兰，交付十辆坦克",
        ),
        # sentences that end where they end in the quote
        ("So Mr. Berg sends ten tnaks.", "Mr. Berg sends ten tanks", "Mr. Berg sends ten tnaks"),
        ("We came. We saw. We won victroy.", "We saw. We won victory", "We saw. We won victroy"),
    ],
)
def test_nearly_the_same_words_are_found_whole(text: str, quote: str, found: str | None) -> None:
    evidence = ground_quote(text, quote)
    assert not isinstance(evidence, Missing), evidence.reason
    assert evidence.quote == (found or text.rstrip("."))
    assert text[evidence.start : evidence.end] == evidence.quote
    assert evidence.grade == "fuzzy"
    assert evidence.similarity is not None
    assert ENOUGH <= evidence.similarity < 1


@pytest.mark.parametrize(
    ("text", "quote", "why"),
    [
        # numbers
        ("It will deliver two tanks to Ukraine.", PLEDGE, "has other numbers (2, not 10)"),
        ("It will deliver tanks to Ukraine.", PLEDGE, "has other numbers (none, not 10)"),
        ("It will deliver ten tanks in 2026.", "will deliver ten tanks in 2027", "numbers"),
        ("It bought ten million shells.", "It bought ten billion shells", "numbers"),
        ("He bought two ships and ten tanks.", "He bought ten ships and two tanks", "numbers"),
        # words that are not in the quote, which may turn it
        ("It will soon deliver the ten tanks to Ukraine.", PLEDGE, "adds “soon”"),
        ("Ten tanks is what Ruvane will deliver to Ukraine.", PLEDGE, "has other numbers"),
        ("To Ukraine, Ruvane will deliver ten tanks.", PLEDGE, "has other names"),
        ("It will not deliver ten tanks to Ukraine.", PLEDGE, "adds “not”"),
        ("It won’t deliver ten tanks to Ukraine.", PLEDGE, "adds “not”"),
        (SENTENCE, "will not deliver ten tanks to Ukraine", "lacks “not”"),
        ("It may deliver ten tanks to Ukraine.", PLEDGE, "lacks “will”"),
        ("It sells tanks, not guns, to all.", "It sells guns, not tanks, to all", "order"),
        ("It never sent ten tanks there.", "It sent ten tanks there", "begins with “sent”"),
        ("Ruvane never, they say, sent ten tanks.", "It sent ten tanks", "begins with “sent”"),
        ("It refused to give ten tanks to us.", "It agreed to give ten tanks to us", "begins"),
        ("Berlin liefert keine zehn Panzer.", "Berlin liefert zehn Panzer", "lacks “berlin”"),
        # names
        ("It will deliver ten tanks to Chile.", PLEDGE, "has other names (none, not ukraine)"),
        ("The tanks of Minister Muler left.", "tanks of Minister Müller left", "other names"),
        ("So Ruvane asked Nereth for help.", "So Nereth asked Ruvane for help", "other names"),
        ("Mr. Berg asked Mr. Borg for it.", "Mr. Borg asked Mr. Berg for it", "other names"),
        ("Ruvane said Nereth will send ten tanks.", "Ruvane will send ten tanks", "lacks"),
        ("It will deliver to Chile ten tanks and to Ukraine two.", PLEDGE, "other names"),
        ("Nigeria will deliver its ten tanks.", "Niger will deliver its ten tanks", "niger"),
        # words that are not there, or others instead
        (SENTENCE, "will deliver ten nuclear tanks to Ukraine", "lacks “nuclear”"),
        ("They import all of their tanks.", "They export all of their tanks", "lacks “export”"),
        ("Its plans are legal, they say.", "Its plans are illegal, they say", "lacks “illegal”"),
        ("We will send all of them there.", "They will send all of them there", "lacks “they”"),
        # one word for another that is spelt nearly alike
        ("We will depend on the islands.", "We will defend the islands", "lacks “defend”"),
        ("They will adapt the whole plan.", "They will adopt the whole plan", "lacks “adopt”"),
        # the same words, each in another part
        (
            "They import fifty trucks and export grain.",
            "export fifty trucks and import grain",
            "another order",
        ),
        (
            "They will import trucks and export grain.",
            "They will import grain and export trucks",
            "another order",
        ),
        ("Norway asked Chile to send it.", "chile asked norway to send it", "another order"),
        ("So the navy asked the army to go.", "So the army asked the navy to go", "order"),
        ("The army of the islands left.", "The islands of the army left", "another order"),
        ("They sent old tanks and ships.", "They sent tanks and old ships", "another order"),
        # numbers that are no digits
        ("They will send 10² trucks.", "They will send 102 trucks", "other numbers"),
        ("They will send 10² trucks.", "They will send 10 trucks", "has other numbers (10 ², not"),
        ("They will send 10½ loads there.", "They will send 10 loads there", "other numbers"),
        # a part is not the whole
        (SENTENCE, f"{PLEDGE} and train its pilots", "is 76% alike; 80% is asked for"),
        ("It will deliver ten tanks. Ukraine is glad.", PLEDGE, "other names (none, not ukraine)"),
        ("It will deliver ten\n\ntanks to Ukraine.", f"{PLEDGE}n", "“will deliver ten”"),
        ("It will, until it is told to go elsewhere, send it.", "it will send it", "64%"),
        # scripts in which no word or no name can be told
        ("国防部长今天表示将向乌克兰交付坦克", "国防部长昨天表示将向乌克兰交付坦克", "lacks “昨”"),
        ("挪威拒绝向乌克兰交付十辆坦克和大炮", "挪威向乌克兰交付十辆坦克和大炮", "adds “拒”"),
        ("وزير الدفاع زار روفان يوم الثلاثاء", "وزير الدفاع زار روفين يوم الثلاثاء", "lacks"),
    ],
)
def test_what_says_something_else_is_refused(text: str, quote: str, why: str) -> None:
    missing = ground_quote(text, quote)
    assert isinstance(missing, Missing), missing
    assert why in missing.reason


@pytest.mark.parametrize(
    ("turned", "plain"),
    [
        ("will be unable to send", "will send"),
        ("will be unwilling to send", "will send"),
        ("scrapped plans to send", "plans to send"),
        ("dropped plans to send", "plans to send"),
        ("delayed plans to send", "plans to send"),
        ("lacks the means to send", "has the means to send"),
        ("will avoid having to send", "will have to send"),
        ("forbade its navy to send", "told its navy to send"),
        ("forbids the navy to send", "the navy to send"),
        ("will prevent its navy to send", "will its navy to send"),
    ],
)
def test_what_does_not_come_about_is_not_what_does(turned: str, plain: str) -> None:
    text = f"Berg said Norway {turned} five trucks and all their spare parts to Chile."
    quote = f"Norway {plain} five trucks and all their spare parts to Chile"
    missing = ground_quote(text, quote)
    assert isinstance(missing, Missing), missing
    assert re.search("adds|lacks", missing.reason)


def test_a_quote_over_paragraphs_is_found_over_paragraphs() -> None:
    text = "It will deliver ten tanks\n\nto Ukraine and to us."
    found = ground_quote(text, "will delivre ten tanks\n\nto Ukraine")
    assert not isinstance(found, Missing)
    assert found.quote == "will deliver ten tanks\n\nto Ukraine"


def test_the_likest_passage_is_taken_and_of_equals_the_nearest() -> None:
    likest, other = "We sail to the bay of Mirrow.", "We sail also into the bay of Mirrow."
    text = f"{likest} {other} Then it rained for days. {other} {likest}"
    for start in (0, len(text)):
        found = ground_quote(text, "we sail to the bayy of Mirrow", (start, start))
        assert isinstance(found, Missing)  # too short a word to tell "bayy" from another
        found = ground_quote(text, "we also sail to the bay of Mirrow", (start, start))
        assert not isinstance(found, Missing)
        assert found.start == (text.rindex(likest) if start else 0)


def test_a_cited_passage_goes_before_a_liker_one() -> None:
    cited = "We sail also into the bay of Mirrow."
    text = f"We sail to the bay of Mirrow. {cited}"
    found = ground_quote(text, "we also sail to the bay of Mirrow", (30, len(text)))
    assert not isinstance(found, Missing)
    assert found.quote == cited.removesuffix(".")


def test_a_long_quote_is_found_among_thousands_of_sentences() -> None:
    sentences = [
        f"Ship {number} of the fleet left the harbour of Mirrow for exercise {number * 7}."
        for number in range(3000)
    ]
    whole = " ".join(sentences[2000:2010])
    quote = whole.replace("harbour", "harbor").replace("exercise", "exercize")
    found = ground_quote(" ".join(sentences), quote)
    assert not isinstance(found, Missing)
    assert found.quote == whole


def test_words_that_are_all_short_are_looked_for_as_well() -> None:
    text = "He is as he was. " * 50 + "So it is to us as it was to you. " + "It is so. " * 50
    found = ground_quote(text, "so is it to us as it was to you")
    assert not isinstance(found, Missing)
    assert found.quote == "So it is to us as it was to you"
