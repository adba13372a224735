"""The page of record types documents every column as its contract does, and loads nothing from outside."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest

from iecareer.contracts import Column, RecordType, load_record_types, record_type
from iecareer.contracts.publication.labels import MODES, UNITS
from iecareer.contracts.publication.quarantine_reasons import MEANINGS, column_reasons
from iecareer.contracts.publication.record_types_page import render_page
from iecareer.landing.parse.row_checks import column_checks
from iecareer.sources import Mapping

KINDS = list(load_record_types().values())
# What stands in a text, whatever its column; such reasons stand among the meanings alone.
OF_ANY_TEXT = {"error_cell", "damaged_text"}
VOID = {"meta", "link", "br", "col", "img", "input", "hr"}


class Reader(HTMLParser):
    """A strict HTML reader: every element must be closed, and identifiers must be unique."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.tags: set[str] = set()
        self.sections: dict[str, list[list[str]]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes += list(told.items())
        if "id" in told:
            self.ids.append(told["id"])
        if "href" in told:
            self.links.append(told["href"])
        if tag == "section":
            self.sections[told["id"]] = []
        if tag == "tr":
            list(self.sections.values())[-1].append([])
        if tag in ("td", "th"):
            list(self.sections.values())[-1][-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "tr" in self.open and self.open[-1] != "tr":
            list(self.sections.values())[-1][-1][-1] += data


@pytest.fixture(scope="module")
def text() -> str:
    return render_page(KINDS)


@pytest.fixture(scope="module")
def page(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


def test_it_is_whole(page: Reader, text: str) -> None:
    assert text.startswith("<!doctype html>")
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} == set(page.ids)


def test_it_asks_for_nothing_from_outside(page: Reader, text: str) -> None:
    assert not re.search(r"https?:|//[a-z]|url\(|@import|@font-face", text)
    assert not page.tags & {"script", "link", "img", "iframe", "object", "form"}
    assert not [name for name, _ in page.attributes if name in ("src", "srcset") or name.startswith("on")]
    assert "default-src 'none'" in text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_column_stands_in_it(kind: RecordType, page: Reader) -> None:
    _, *rows = page.sections[kind.name]
    assert len(rows) == len(kind.columns)
    for column, (name, meaning, form, reasons) in zip(kind.columns, rows, strict=True):
        assert column.name in name
        assert column.label_zh in name
        assert ("必填 required" in name) == column.required
        assert ("主键 key" in name) == (column.stored_name in kind.key)
        assert ("个人身份 restricted" in name) == column.is_person
        assert column.description in meaning
        assert column.description_zh in meaning
        assert all(value in meaning for value in (*column.allowed, *column.labels))
        assert (column.unit or "") in form
        assert column.example in form
        assert all(reason in reasons for reason in column_reasons(column))


def test_modes_and_row_rules_are_told(text: str) -> None:
    assert all(zh in text and en in text for zh, en in MODES.values())
    for kind in KINDS:
        assert all(rule.reason in text and rule.description_zh in text for rule in kind.rules)


def test_every_unit_has_a_word() -> None:
    assert {column.unit for kind in KINDS for column in kind.columns if column.unit} == set(UNITS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_reasons_are_those_that_landing_gives(kind: RecordType) -> None:
    for column in kind.columns:
        assert set(column_reasons(column)) == landing_reasons(column)
        assert {*column_reasons(column), *OF_ANY_TEXT} <= set(MEANINGS)


def landing_reasons(column: Column) -> set[str]:
    mappings = {column.name: Mapping(column.name, (column.name,))}
    checks = column_checks([column], mappings, date(2026, 1, 1))
    return {reason.partition(":")[0] for _, reason in checks} - OF_ANY_TEXT


def test_what_a_contract_says_is_no_markup() -> None:
    kind = record_type("program")
    column = Column("a", "<b>名</b>", 'x "y" <script>', "text", "VARCHAR", True)
    hostile = RecordType(
        "program", kind.label_zh, "<img>", "snapshot", ("a",), (column,), description_zh="&amp;"
    )
    told = render_page([hostile])
    assert "<script>" not in told
    assert "&lt;img&gt;" in told
    assert "&amp;amp;" in told


def test_dates_of_the_templates_lie_before_their_receipt() -> None:
    for kind in KINDS:
        for column in kind.columns:
            if column.not_after_receipt:
                assert date.fromisoformat(column.example) < date(2026, 11, 1)
