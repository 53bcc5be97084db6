"""What a browser does not show never reaches the text."""

import pytest
from lxml import html

from defext.document.readers.hidden import drop_hidden

PLANTED = "Ruvane left."


def seen(body: str, head: str = "") -> str:
    page = html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")
    drop_hidden(page)
    return " ".join(page.text_content().split())


@pytest.mark.parametrize(
    "how",
    [
        "hidden",
        "hidden=until-found",
        "aria-hidden=TRUE",
        'style="display:none"',
        'style="color: red; DISPLAY : none !important"',
        'style="visibility: hidden"',
        'style="opacity: 0"',
        'style="opacity:.01"',
        'style="font-size: 0"',
        'style="font-size:1px"',
        'style="color: transparent"',
        'style="position:absolute; left:-9999px"',
        'style="text-indent: -100em"',
        'style="position: absolute; clip: rect(0 0 0 0)"',
        'style="clip-path: inset(50%)"',
        'style="height: 0; overflow: hidden"',
        'style="transform: scale(0)"',
    ],
)
@pytest.mark.parametrize("tag", ["p", "span", "div"])
def test_what_an_element_says_of_itself(tag: str, how: str) -> None:
    assert seen(f"Talks on ships <{tag} {how}>{PLANTED}</{tag}> go on.") == "Talks on ships go on."


@pytest.mark.parametrize(
    "element",
    [
        f"<!-- {PLANTED} -->",
        f"<script>{PLANTED}</script>",
        f"<noscript>{PLANTED}</noscript>",
        f"<template><p>{PLANTED}</p></template>",
        f"<style>{PLANTED}</style>",
        f"<textarea>{PLANTED}</textarea>",
        f"<dialog>{PLANTED}</dialog>",
        f"<iframe>{PLANTED}</iframe>",
        f"<svg><text>{PLANTED}</text></svg>",
        f"<select><option>{PLANTED}</option></select>",
        f"<video>{PLANTED}</video>",
    ],
)
def test_what_elements_are_not_shown(element: str) -> None:
    assert seen(f"Talks {element} go on.") == "Talks go on."


@pytest.mark.parametrize(
    "sheet",
    [
        ".x { display: none }",
        "#y { visibility: hidden }",
        "p, article .x:not(.open) { color: red; display: none !important }",
        "div > p.x { position: absolute; left: -10000px }",
        "/* a note */ @charset 'utf-8'; body p.x { font-size: 0 }",
    ],
)
def test_what_the_pages_own_style_sheets_hide(sheet: str) -> None:
    body = f'<article><div>Talks on ships <p class="x" id="y">{PLANTED}</p> go on.</div></article>'
    assert seen(body, f"<style>{sheet}</style>") == "Talks on ships go on."


@pytest.mark.parametrize(
    "sheet",
    [
        ".x { color: black }",
        "@media print { .x { display: none } }",
        ".x { display: none } .x { display: block }",
        ".x { opacity: 0; animation: appear 1s forwards }",
        ".x::before { display: none }",
        "body { visibility: hidden }",
        "html .x, article { display: none }",  # the page as a whole, until a script has run
        ".x { color: transparent; -webkit-background-clip: text }",
    ],
)
def test_what_style_sheets_do_not_hide(sheet: str) -> None:
    body = '<article><p class="x">Talks go on.</p></article>'
    assert seen(body, f"<style>{sheet}</style>") == "Talks go on."


def test_a_page_is_seen_although_a_notice_is_open_over_it() -> None:
    body = "<div aria-hidden=true><p>Talks on ships go on.</p></div><dialog open>Cookies!</dialog>"
    assert seen(body) == "Talks on ships go on.Cookies!"


def test_an_element_may_undo_what_the_sheet_says() -> None:
    sheet = "<style>.x { display: none }</style>"
    body = f'<p>On and on they talk.</p><p class="x" style="display: block">Talks.</p>{PLANTED}'
    assert "Talks." in seen(body, sheet)


@pytest.mark.parametrize(
    "sheet", ["{{{", "@", "}", ":::", "\\", "p{;:}", "p? {display: none}", "p::q:r {opacity: 0}"]
)
def test_a_broken_style_sheet_hides_nothing(sheet: str) -> None:
    assert seen("<p>Talks go on.</p>", f"<style>{sheet}</style>") == "Talks go on."
