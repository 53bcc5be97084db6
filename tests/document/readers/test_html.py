"""Of a page, the article is read, in the page's own words, and the site around it is not."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext import DocumentError
from defext.document.readers.html import read
from defext.document.reading import Reading

SAMPLES = Path(__file__).parents[2] / "samples"


def sample(name: str) -> tuple[Reading, list[str]]:
    reading = read((SAMPLES / name).read_bytes())
    return reading, reading.text.split("\n\n")


def test_a_news_site() -> None:
    reading, paragraphs = sample("news.html")
    assert reading.title == "Nereth asks Ruvane for four minehunters"
    assert reading.source == "The Tarvik Courier"
    assert reading.published == "2024-03-12"
    assert paragraphs[1] == (
        "Defence Minister Elena Aldana of Nereth asked her Ruvanese counterpart, Jonas Verhal, on "
        "Tuesday for the loan of four minehunters, her ministry said."
    )
    assert [paragraph.split()[:3] for paragraph in paragraphs] == [
        ["The", "navies", "of"],
        ["Defence", "Minister", "Elena"],
        ["Mr", "Verhal", "said"],
        ["The", "strait", "has"],
        ["A", "request", "of"],
        ["Nereth", "first", "asked"],
        ["Both", "ministers", "will"],
        ["Ruvane’s", "parliament", "must"],
    ]
    assert "Both ministers will meet in Tarvik on 9 April." in paragraphs


@pytest.mark.parametrize(
    "words",
    ["withdraw", "island of Sarn", "embassy", "billion", "declare war", "nine submarines"],
)
def test_statements_planted_where_no_reader_sees_them_are_not_read(words: str) -> None:
    assert words in (SAMPLES / "news.html").read_text(encoding="utf-8")
    assert words not in sample("news.html")[0].text


def test_the_site_of_a_ministry_without_an_article_element() -> None:
    reading, paragraphs = sample("ministry.html")
    assert reading.title == "Readout of the Minister's call with the Minister of Defence of Nereth"
    assert reading.source == "Ministry of Defence of Ruvane"
    assert reading.published == "2024-03-12"
    assert [paragraph.split()[:3] for paragraph in paragraphs] == [
        ["Minister", "of", "Defence"],
        ["The", "ministers", "discussed"],
        ["We", "will", "decide"],
        ["The", "ministers", "agreed:"],
    ]
    assert paragraphs[-1].endswith("every week;\n3. to meet in Tarvik on 9 April.")


def test_a_page_laid_out_with_tables_in_an_old_encoding() -> None:
    reading, paragraphs = sample("bureau.html")
    assert reading.title == "VALDORIA PRESS BUREAU - Daily Bulletin"
    assert (reading.source, reading.published) == (None, None)
    assert [paragraph.split()[:2] for paragraph in paragraphs] == [
        ["Foreign", "Minister"],
        ["Ambassador", "Brann"],
        ["The", "two"],
        ["Valdoria", "has"],
    ]
    assert "Rémy Kastel" in paragraphs[0]
    assert "“will not lift the ban on overflights”" in paragraphs[0]


def test_a_statement_shorter_than_the_comments_on_it() -> None:
    reading, paragraphs = sample("statement.html")
    assert reading.title == "Statement on the incident at Kest"
    assert (reading.source, reading.published) == ("Foreign Ministry of Nereth", "2023-07-03")
    assert paragraphs == [
        "Nereth demands that Valdoria release the two pilots at once.",
        "We stand ready to receive them at the Kest crossing at any hour.",
    ]


@pytest.mark.parametrize("name", ["readout.html", "saved.html"])
def test_a_page_that_is_its_article_alone_is_read_whole(name: str) -> None:
    reading, paragraphs = sample(name)
    assert reading.title == "Ruvane and Nereth: joint readout of the talks in Tarvik"
    assert len(paragraphs) == 22
    assert paragraphs[6] == "a joint cell for mine clearance will be set up in Tarvik by 1 May;"
    assert paragraphs[10] == "Joint cell in Tarvik | both | 1 May 2024"


BODY = (
    "<p>Ruvane asked Valdoria on Sunday for talks about the wreck of its aircraft.</p>"
    "<p>Valdoria has not answered. “We read our mail on Mondays,” a spokesman said.</p>"
)
TEXT = BODY.replace("</p><p>", "\n\n").removeprefix("<p>").removesuffix("</p>")


def page(body: str, head: str = "<title>Ruvane seeks talks</title>") -> bytes:
    return f"<!doctype html><head><meta charset=utf-8>{head}</head><body>{body}</body>".encode()


@pytest.mark.parametrize(
    "around",
    [
        "{}<p>Also read: <a href='#'>The wreck that nobody wants to have</a></p>",
        "{}<p>RELATED — <a href='#'>The wreck that nobody wants to have</a></p>",
        "{}<p>Читайте также: <a href='#'>Обломки, которые никому не нужны</a></p>",
        "{}<h3>Related stories</h3><ul><li><a href='#'>The wreck that nobody wants</a></ul>",
        "{}<div><h3>You may also like</h3><p>The wreck that nobody wants is cold.</p></div>",
        "{}<h4>Most read</h4><div><a href='#'>The wreck</a><p>It lies in the snow.</p></div>",
        "{}<aside><p>The wreck that nobody wants to have lies in the snow, they say.</p></aside>",
        "{}<div class='post-comments'><p>They will never get that aircraft, I say.</p></div>",
        "{}<section><h2>12 comments</h2><p>They will never get that aircraft, I say.</p></section>",
        "<div id='cookie-notice'><p>We use cookies. They are good for you and for us.</p></div>{}",
        "<div role='dialog'><p>We use cookies. They are good for you and for us.</p></div>{}",
        "<nav><a href='#'>Home</a> <a href='#'>World</a></nav>{}",
        "<div><a href='#'>Home</a> | <a href='#'>World</a> | <a href='#'>Sport</a></div>{}",
        "<div>You are here: <a href='#'>Home</a> » World</div>{}",
        "{}<div class='share-buttons'>Share this on all the networks that there are.</div>",
        "{}<p>© 2024 The Courier. All rights reserved.</p>",
        "<p>Published: 12 March 2024, 18:40</p>{}",
        "<div>Tuesday, 12 March 2024 | 18:40</div>{}",
        "{}<h2>Videos</h2>",
        "{}<h2>The crew in pictures</h2><ul><li><a href='#'>One</a><li><a href='#'>Two</a></ul>",
        "{}<h4>Most read</h4><p><a href='#'>The wreck</a></p><h4>Weather</h4><p>Snow.</p>",
        "{}<div class='newsletter-signup'><p>Get the world on a page. Sign up here.</p></div>",
    ],
)
@pytest.mark.parametrize("holder", ["<article>{}</article>", "<div><div>{}</div></div>"])
def test_what_stands_around_the_article_is_left_out(holder: str, around: str) -> None:
    body = holder.format("<h1>Ruvane seeks talks</h1>" + around.format(BODY))
    assert read(page(body)).text == TEXT


@pytest.mark.parametrize(
    "kept",
    [
        "<p>Published in 2019, the treaty names twelve harbours.</p>",
        "<p><a href='#'>The Ministry of Defence of Valdoria</a> declined to comment.</p>",
        "<h2>Share of the costs</h2><p>Both sides pay half of what it costs to lift the wreck.</p>",
        "<h2>Recent talks on the border</h2><p>They ended on Friday without a result, he said.</p>",
        "<ul><li>The wreck is to be lifted.</li><li>The crew is to be buried at home.</li></ul>",
        "<blockquote>We will not wait for the thaw.</blockquote>",
    ],
)
def test_what_only_looks_like_it_stays(kept: str) -> None:
    words = [part for part in kept.replace(">", "<").split("<")[::2] if part.strip()]
    text = read(page(f"<article><h1>Ruvane seeks talks</h1>{BODY}{kept}{BODY}</article>")).text
    assert all(part.strip() in text for part in words)


_WORDS = st.sampled_from("ships talks Nereth asked for the strait on Monday not never".split())
_INLINE = st.sampled_from(
    ["{}", "<b>{}</b>", "<time>{}</time>", "<span class='share'>{}</span>", "<label>{}</label>",
     "<span class='author-meta'>{}</span>", "<mark id='nav'>{}</mark>", "<font>{}</font>"]
)  # fmt: skip
_PARAGRAPH = st.lists(st.tuples(_WORDS, _INLINE), min_size=9, max_size=20)


@settings(max_examples=50, deadline=None)
@given(st.lists(_PARAGRAPH, min_size=1, max_size=6))
def test_markup_within_a_sentence_costs_no_word(paragraphs: list[list[tuple[str, str]]]) -> None:
    plain = ["Ruvane " + " ".join(word for word, _ in words) + "." for words in paragraphs]
    body = "".join(
        "<p><a href='#'>Ruvane</a> " + " ".join(tag.format(word) for word, tag in words) + ".</p>"
        for words in paragraphs
    )
    text = read(page(f"<article><h1>Ruvane seeks talks</h1>{BODY}{body}</article>")).text
    assert text == "\n\n".join([TEXT, *plain])


def test_what_is_longer_than_any_headline_is_no_title() -> None:
    long = "Ruvane seeks talks. " * 60
    reading = read(page(BODY, f"<title>{long}</title>"))
    assert (reading.title, reading.text) == (None, TEXT)
    reading = read(page(f"<article><h1>{long}</h1>{BODY}</article>", ""))
    assert reading.title is None
    assert reading.text == f"{long.strip()}\n\n{TEXT}"


def test_the_headline_is_the_title_and_no_paragraph() -> None:
    body = f"<div><h1>Ruvane <i>seeks</i><br> talks</h1></div><div>{BODY}</div>"
    reading = read(page(body, "<title>Ruvane seeks talks | The Daily Post</title>"))
    assert reading.title == "Ruvane seeks talks"
    assert reading.text == TEXT
    other = '<meta property="og:title" content="EXCLUSIVE: Ruvane seeks talks">'
    reading = read(page(body, f"<title>Ruvane seeks talks</title>{other}"))
    assert reading.title == "EXCLUSIVE: Ruvane seeks talks"
    assert reading.text == TEXT


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Ruvane seeks talks | The Daily Post</title>", "Ruvane seeks talks"),
        ("<title>The Daily Post: Ruvane seeks talks</title>", "Ruvane seeks talks"),
        ("<title>The Daily Post - World</title>", "The Daily Post - World"),
        ("<title>***</title>", "***"),
        ("", None),
    ],
)
def test_of_a_pages_title_the_part_that_stands_over_the_article_is_taken(
    head: str, title: str | None
) -> None:
    site = '<meta property="og:site_name" content="The Daily Post">'
    body = (
        f"<div><a href='/'>The Daily Post</a></div><div><div>Ruvane seeks talks</div>{BODY}</div>"
    )
    assert read(page(body, head + site)).title == title


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">', "shift_jis"),
        ("<meta charset=iso-8859-1>", "cp1252"),  # as browsers have it
        ('<meta charset="utf-16">', "utf-8"),
        ('<meta charset="no-such">', "utf-8"),
        ("", "utf-8"),
        ("", "cp1252"),
        ("<meta charset=utf-8>", "cp1252"),  # but is not
        ('<meta charset="windows-1251">', "utf-8-sig"),
    ],
)
def test_a_page_is_decoded_as_it_declares_or_as_it_looks(declared: str, encoding: str) -> None:
    words = {"cp1251": "Корабли уйдут", "shift_jis": "艦船は出港する"}.get(
        encoding, "“Así – mañana”"
    )
    body = f"<article><h1>Ships</h1>{BODY}<p>{words}.</p></article>"
    if encoding == "shift_jis":
        body = body.replace("“", "").replace("”", "")
    data = f"<!doctype html><html><head>{declared}</head>{body}".encode(encoding)
    assert read(data).text.endswith(f"{words}.")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The page is empty: save it again"),
        (b"<!-- nothing -->", "The page is empty|shows no article"),
        (
            page("<div id=root></div><script>build()</script>"),
            "Where scripts build it, open it in a",
        ),
        (page("<div>" * 100_000 + "Ruvane asked."), "nests elements too deep to be read whole"),
    ],
)
def test_a_page_without_an_article_says_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        read(data)
