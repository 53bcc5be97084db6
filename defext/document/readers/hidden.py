"""What a reader of a page does not see, which is where false statements are planted."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import cssselect
import tinycss2
from lxml.etree import XPath

_TAGS = (
    "applet audio canvas datalist embed head iframe math noembed noframes noscript object script"
    " select style svg template textarea title video"
).split()
_ATTRIBUTES = XPath("//*[@hidden or self::dialog[not(@open)]]")
_ARIA = XPath("//*[translate(@aria-hidden, 'TRUE', 'true') = 'true']")
_STYLED = XPath("//*[@style]")
_SELECTORS = cssselect.HTMLTranslator()

_AWAY = re.compile(r"-(?:\d{3,}|\d{2,}r?em).*")
_ZERO = r"0*\.?0+(?:px|r?em|pt|%)?"
_HIDING = {
    "clip": re.compile(r"rect\(\s*(?:[01](?:px)?[\s,]*){4}\)"),
    "clip-path": re.compile(r"inset\(\s*(?:50|100)%.*\)|circle\(\s*0.*\)"),
    "color": re.compile(r"transparent"),
    "content-visibility": re.compile(r"hidden"),
    "display": re.compile(r"none"),
    "font-size": re.compile(rf"{_ZERO}|[01](?:\.\d+)?px"),
    "left": _AWAY,
    "opacity": re.compile(rf"{_ZERO}|0?\.0\d*"),
    "right": _AWAY,
    "text-indent": _AWAY,
    "top": _AWAY,
    "transform": re.compile(r"scale[xy]?\(\s*0\s*(?:,\s*0\s*)?\)"),
    "visibility": re.compile(r"hidden|collapse"),
}
_CLOSED = re.compile(rf"{_ZERO}|1px")
_SIZES = ("height", "max-height", "max-width", "width")


def drop_hidden(page: Any) -> None:
    """Take out of a parsed page what a browser does not show.

    That is what elements, attributes, inline styles and the page's own style sheets hide. Sheets
    elsewhere are not fetched, and what scripts would do is not known.
    """
    sheets = [sheet.text or "" for sheet in page.iter("style")]
    styled = {element: _declared(element.get("style")) for element in _STYLED(page)}
    _drop(page.iter(*_TAGS), _ATTRIBUTES(page), (el for el in styled if _hides(styled[el])))
    hidden = _hidden_by(sheets, page).difference(el for el in styled if "display" in styled[el])
    hidden.update(_ARIA(page))
    # A page is hidden as a whole only until its script has run, or while a notice is open over it.
    most = len(page.text_content()) / 2
    _drop([element for element in hidden if len(element.text_content()) <= most])


def _drop(*elements: Iterable[Any]) -> None:
    for element in set(chain(*elements)):
        if element.getparent() is not None and element.tag != "body":
            element.drop_tree()


def _hidden_by(sheets: Iterable[str], page: Any) -> set[Any]:
    """Rules count in their order, not by weight; those for a medium or a script's state do not."""
    hidden: set[Any] = set()
    for rule in chain(*map(tinycss2.parse_stylesheet, sheets)):
        if rule.type != "qualified-rule":
            continue
        declared = _declared(rule.content)
        if _hides(declared) and not _is_staged(declared):
            hidden.update(_selected(page, tinycss2.serialize(rule.prelude)))
        elif hidden and "display" in declared:
            hidden.difference_update(_selected(page, tinycss2.serialize(rule.prelude)))
    return hidden


def _declared(style: Any) -> dict[str, str]:
    """What a style says, by property; `style` is a text or what a style sheet's parser made."""
    return {
        part.lower_name: tinycss2.serialize(part.value).strip().lower()
        for part in tinycss2.parse_declaration_list(style)
        if part.type == "declaration"
    }


def _hides(declared: dict[str, str]) -> bool:
    if any(name.endswith("background-clip") for name in declared):
        return False  # letters cut out of a picture are transparent and seen
    if declared.get("overflow") == "hidden":
        return any(_CLOSED.fullmatch(declared.get(size, "")) for size in _SIZES) or _fits(declared)
    return _fits(declared)


def _fits(declared: dict[str, str]) -> bool:
    return any(
        pattern.fullmatch(declared[name]) for name, pattern in _HIDING.items() if name in declared
    )


def _is_staged(declared: dict[str, str]) -> bool:
    """Whether the style is one that the page moves on from: it fades in, or a script shows it."""
    return any(name.startswith(("animation", "transition")) for name in declared)


def _selected(page: Any, selectors: str) -> Iterator[Any]:
    try:
        for selector in cssselect.parse(selectors):
            if selector.pseudo_element is None:
                yield from page.xpath(_SELECTORS.selector_to_xpath(selector))
    except cssselect.SelectorError:
        return
