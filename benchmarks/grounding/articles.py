"""Sentences of invented articles, in English and in scripts that are written otherwise."""

from random import Random
from typing import NamedTuple


class Clause(NamedTuple):
    """A sentence in parts: `does`, `what`, `to` and `under` are what is quoted."""

    who: str
    does: str
    what: str
    to: str
    under: str
    end: str
    space: str = " "

    @property
    def quoted(self) -> str:
        """The part that is quoted."""
        return self.space.join(self[1:5])

    def told(self, quoted: str) -> str:
        """The sentence, with `quoted` in place of the part that is quoted."""
        return f"{self.who}{self.space}{quoted}{self.end}"


STATES = "Ruvane|Käldmark|São Tavel|Østmar|Valdória|Nereth|Ébrolle|Tirán|Gûlheim|Žarnovia".split(
    "|"
)
_TOWNS = "Port Ilsen|Mirrow|Fjällhamn|Côte-Vierge|Dunmoor|Łąkowo|Brezañes|Old Quay".split("|")
_PEOPLE = (
    "Ama Kirkegård|José Almeirón|Zdeněk Oravský|Ines Müller|Teodric Amsalem|Løve Haugen|"
    "Béatrice Ouellé|Baltasar Yun"
).split("|")
_DAYS = "Monday Tuesday Wednesday Thursday Friday".split()
NUMBERS = "two three five seven nine eleven fourteen 16 24 30 45 120".split()
_KINDS = "refitted armoured coastal unarmed efficient long-range flat-bottomed".split()
_THINGS = (
    "patrol boats|transport aircraft|field hospitals|radar stations|fuel lorries|minesweepers|"
    "flight simulators|floating bridges|signal officers|flood barriers"
).split("|")
_DOES = (
    "will deliver|will hand over|agreed to supply|promised to transfer|offered to lease|"
    "would lend|will send"
).split("|")
_ACCORDS = "Lantern|Open Harbour|Calm Sea".split("|")
_HOW = "quiet shared steady joint lasting second".split()
PASSIVE = {
    "will deliver": "will be delivered",
    "will hand over": "will be handed over",
    "will send": "will be sent",
}


def english(rng: Random) -> Clause:
    """A pledge of something to some state, with accents, marks and a number."""
    state, other = rng.sample(STATES, 2)
    person, town = rng.choice(_PEOPLE), rng.choice(_TOWNS)
    return Clause(
        who=rng.choice(
            [
                f"Defence Minister {person} told reporters in {town} that {state}",
                f"According to {person}, who spoke on {rng.choice(_DAYS)}, the navy of {state}",
                f"The ministry in {town} said {state}",
                f"In a call with {person}, {state}",
            ]
        ),
        does=rng.choice(_DOES),
        what=f"{rng.choice(NUMBERS)} {rng.choice(_KINDS)} {rng.choice(_THINGS)}",
        to=rng.choice(
            [
                f"to {other}’s coast guard",
                f"to the officers’ school of {other}",
                f"to the final exercise off {other}",
            ]
        ),
        under=rng.choice(
            [
                f"under the “{rng.choice(_ACCORDS)}” accord — the first of its kind",
                f"as part of a “{rng.choice(_HOW)} watch” – a year’s effort",
                f"for a “{rng.choice(_HOW)} safe-passage” force",
            ]
        ),
        end=rng.choice([".", f", {rng.choice(_PEOPLE)} said.", f" before {rng.choice(_DAYS)}."]),
    )


class Tongue(NamedTuple):
    """Templates of a language: the parts of a clause, with states and numbers to choose from."""

    parts: tuple[str, str, str, str, str, str]
    states: list[str]
    numbers: list[str]
    things: list[str]
    space: str = " "

    def clause(self, rng: Random) -> Clause:
        """A pledge, as in English."""
        one, other = rng.sample(self.states, 2)
        fill = {
            "one": one,
            "other": other,
            "number": rng.choice(self.numbers),
            "thing": rng.choice(self.things),
            "year": rng.randint(2011, 2029),
        }
        who, does, what, to, under, end = (part.format(**fill) for part in self.parts)
        return Clause(who, does, what, to, under, end, self.space)


TONGUES = {
    "Chinese": Tongue(
        (
            "{one}国防部长昨天在首都表示，",
            "将于{year}年",
            "把{number}艘{thing}",
            "交付给{other}海军",
            "用于“联合巡逻”",
            "。",
        ),
        "鲁万 奈雷斯 卡尔马克 奥斯特马 瓦尔多利亚".split(),
        "三 五 七 十二 二十".split(),
        "巡逻艇 扫雷舰 医疗船 拖船 补给舰".split(),
        "",
    ),
    "Japanese": Tongue(
        (
            "{one}の防衛大臣は記者団に対し、",
            "{year}年までに",
            "{number}隻の{thing}を",
            "{other}の沿岸警備隊へ",
            "「共同訓練」のため引き渡す",
            "と述べた。",
        ),
        "ルヴァーン ネレス ケルドマルク ガレドニア ヴァルドリア".split(),
        "三 五 七 十二 二十".split(),
        "巡視船 掃海艇 病院船 補給艦 タグボート".split(),
        "",
    ),
    "Thai": Tongue(
        (
            "รัฐมนตรีกลาโหมของ{one}แถลงว่า",
            "จะส่งมอบภายในปี{year}",
            "ซึ่ง{thing}จำนวน{number}ลำ",
            "ให้แก่กองทัพเรือ{other}",
            "เพื่อการฝึกร่วม",
            " ",
        ),
        "รูวาน เนเรธ คาลมาร์ก ออสต์มาร์".split(),
        "สาม ห้า เจ็ด เก้า".split(),
        "เรือตรวจการณ์ เรือกวาดทุ่นระเบิด เรือพยาบาล".split(),
        "",
    ),
    "Arabic": Tongue(
        (
            "قال وزير دفاع {one} إن بلاده",
            "ستسلم في عام {year}",
            "عدد {number} من {thing}",
            "إلى خفر السواحل في {other}",
            "في إطار «البحر الهادئ»",
            ".",
        ),
        "روفان نيريث كالدمارك أوستمار".split(),
        "ثلاثة خمسة سبعة تسعة".split(),
        "زوارق الدورية|كاسحات الألغام|المستشفيات العائمة".split("|"),
    ),
    "Hebrew": Tongue(
        (
            "שר הביטחון של {one} אמר כי ארצו",
            "תמסור בשנת {year}",
            "{number} {thing}",
            "למשמר החופים של {other}",
            "במסגרת ״ים שקט״",
            ".",
        ),
        "רובאן נרת קלדמרק אוסטמר".split(),
        "שלוש חמש שבע תשע".split(),
        "ספינות סיור|שולות מוקשים|ספינות אספקה".split("|"),
    ),
    "Russian": Tongue(
        (
            "Министр обороны сообщил, что {one}",
            "передаст к {year} году",
            "{number} {thing}",
            "для береговой охраны страны {other}",
            "в рамках соглашения «Тихое море»",
            ".",
        ),
        "Рувания Нерет Кельдмарк Остмар".split(),
        "пять семь девять двенадцать".split(),
        "патрульных катеров|минных тральщиков|учебных шлюпок".split("|"),
    ),
    "Greek": Tongue(
        (
            "Ο υπουργός Άμυνας δήλωσε ότι η {one}",
            "θα παραδώσει έως το {year}",
            "{number} {thing}",
            "στην ακτοφυλακή της χώρας {other}",
            "βάσει της συμφωνίας «Ήρεμη Θάλασσα»",
            ".",
        ),
        "Ρουβάνη Νερέθ Κέλντμαρκ Όστμαρ".split(),
        "πέντε επτά εννέα δώδεκα".split(),
        "περιπολικά σκάφη|ναρκαλιευτικά πλοία|πλωτά νοσοκομεία".split("|"),
    ),
    "Hindi": Tongue(
        (
            "{one} के रक्षा मंत्री ने कहा कि उनका देश",
            "वर्ष {year} तक",
            "{number} {thing}",
            "{other} के तटरक्षक बल को",
            "‘शांत सागर’ समझौते के तहत सौंपेगा",
            "।",
        ),
        "रुवान नेरेथ काल्डमार्क ऑस्टमार".split(),
        "तीन पाँच सात नौ".split(),
        "गश्ती नौकाएँ|अस्पताल जहाज़|बारूदी सुरंग नाशक".split("|"),
    ),
}
