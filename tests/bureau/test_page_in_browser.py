"""The bureau's page in a real browser: axe-core, phone and zoom, dark mode, paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iecareer.bureau.names import Names
from iecareer.bureau.page import bureau_page
from iecareer.bureau.report import Report
from tests.feedback.test_page_in_browser import SIZES, browser, pytestmark

__all__ = ["browser", "pytestmark"]


@pytest.fixture(scope="module")
def page_file(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with every light and with very long names."""
    kinds = ("red", "yellow", "green", "not_judged")
    lights = [row | {"light": kinds[at % 4]} for at, row in enumerate(report.lights)]
    long = "极其冗长的名称" * 12
    names = Names(dict.fromkeys(("4133000001", "4161000003"), long), {"460103": long}, {})
    path = tmp_path_factory.mktemp("page") / "lights.html"
    path.write_text(bureau_page(replace(report, lights=lights, names=names)), encoding="utf-8")
    return path


@pytest.mark.parametrize(("size", "language", "scheme"), [("desk", "", "dark"), ("phone", "#en", "light")])
def test_axe_finds_nothing(browser: Any, page_file: Path, size: str, language: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True)
    page.goto(f"{page_file.as_uri()}{language}")
    found = Axe().run(page)
    page.close()
    assert [violation["id"] for violation in found.response["violations"]] == []


@pytest.mark.parametrize("size", list(SIZES))
def test_nothing_is_off_screen(browser: Any, page_file: Path, size: str) -> None:
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height})
    for language in ("", "#en"):
        page.goto(f"{page_file.as_uri()}{language}")
        beyond = page.evaluate(
            """() => [...document.querySelectorAll('main *, header *')].filter(element => {
                 const box = element.getBoundingClientRect();
                 return box.width && !element.closest('.skip') && (box.right > innerWidth + 1 || box.left < -1);
               }).map(element => element.outerHTML.slice(0, 80))"""
        )
        assert beyond == []
    page.close()


def test_nothing_is_asked_of_the_network_and_the_policy_holds(browser: Any, page_file: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(page_file.as_uri())
    assert asked == [page_file.as_uri()]
    assert said == []
    page.close()


def test_no_tile_or_row_is_torn_on_paper(browser: Any, page_file: Path) -> None:
    page = browser.new_page(viewport={"width": 690, "height": 1000})
    page.goto(page_file.as_uri())
    page.emulate_media(media="print")
    kept = page.evaluate(
        "['.tile', 'tbody tr'].map(name => getComputedStyle(document.querySelector(name)).breakInside)"
    )
    assert kept == ["avoid", "avoid"]
    assert not page.get_by_role("button").is_visible()
    page.close()
