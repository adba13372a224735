"""The page in a real browser: axe-core, phone and zoom, dark mode, languages, scripts switched off, paper."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iecareer.feedback.changes import Earlier, compare
from iecareer.feedback.page import render_page
from iecareer.feedback.published import open_published, read_colleges, read_edition
from tests.feedback.colleges import IMPRINT, college, edition, row

playwright = pytest.importorskip(
    "playwright.sync_api", reason="the package axe-playwright-python is not installed"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
SIZES = {"desk": (1280, 900), "phone": (390, 844), "twice": (640, 450)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(published_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A usual page, one without any number, and a later one with very long names, changes and a reason."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IECAREER_HOME", str(published_home))
        with open_published() as connection:
            found = read_edition(connection)
            usual = next(read_colleges(connection, found))
    long = row(
        "response",
        wave_months=6,
        program_name="极其冗长的专业名称" * 9,
        response_rate=0.5,
        ci_low=0.4,
        ci_high=0.6,
    )
    made = {"usual": usual, "nothing": college(), "long": college(response=[long])}
    for name, one in made.items():
        (folder / f"{name}.html").write_text(render_page(one, edition(), IMPRINT), encoding="utf-8")
    later = replace(IMPRINT, supersedes=("R0", "很长的理由" * 40))
    changes = compare(
        Earlier("R0", edition(min_n_rate=20), college(response=[long | {"response_rate": 0.4}])),
        made["long"],
        edition(),
    )
    page = render_page(made["long"], edition(), later, changes)
    assert "上次 40%" in page
    (folder / "long.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["usual", "nothing", "long"])
def test_axe_finds_nothing(browser: Any, pages: dict[str, Path], name: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for size, language in (("desk", ""), ("phone", "#en")):
        width, height = SIZES[size]
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True
        )
        page.goto(f"{pages[name].as_uri()}{language}")
        found = Axe().run(page)
        page.close()
        assert [violation["id"] for violation in found.response["violations"]] == []


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("name", ["usual", "nothing", "long"])
def test_nothing_is_off_screen(browser: Any, pages: dict[str, Path], name: str, size: str) -> None:
    width, height = SIZES[size]
    for language in ("", "#en"):
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(f"{pages[name].as_uri()}{language}")
        beyond = page.evaluate(
            """() => [...document.querySelectorAll('main *, header *')].filter(element => {
                 const box = element.getBoundingClientRect();
                 return box.width && !element.closest('.skip') && (box.right > innerWidth + 1 || box.left < -1);
               }).map(element => element.outerHTML.slice(0, 80))"""
        )
        assert beyond == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()


def test_the_button_shows_one_language_at_a_time(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page()
    page.goto(pages["usual"].as_uri())
    chinese, english = page.get_by_text("本年要点"), page.get_by_text("This year's message")
    assert (chinese.is_visible(), english.is_visible()) == (True, False)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert (chinese.is_visible(), english.is_visible()) == (False, True)
    assert page.evaluate("document.documentElement.lang") == "en"
    assert "Graduate career feedback" in page.title()
    page.get_by_role("button").click()
    assert (chinese.is_visible(), english.is_visible()) == (True, False)
    page.close()


def test_without_scripts_the_page_is_chinese_and_has_no_dead_button(
    browser: Any, pages: dict[str, Path]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages["usual"].as_uri())
    assert page.get_by_text("本年要点").is_visible()
    assert not page.get_by_text("This year's message").is_visible()
    assert not page.locator("button").is_visible()
    context.close()


def test_nothing_is_asked_of_the_network_and_the_policy_holds(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(pages["usual"].as_uri())
    assert asked == [pages["usual"].as_uri()]
    assert said == []
    page.close()


def test_no_box_is_torn_on_paper(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 690, "height": 1000})
    page.goto(pages["usual"].as_uri())
    page.emulate_media(media="print")
    kept = page.evaluate(
        """() => ['.card', 'tbody tr', 'figure', '.programs > li', '.review'].map(
             name => getComputedStyle(document.querySelector(name) || document.body).breakInside)"""
    )
    assert set(kept) == {"avoid"}
    after = page.evaluate(
        "['h2', 'caption'].map(name => getComputedStyle(document.querySelector(name)).breakAfter)"
    )
    assert set(after) == {"avoid"}
    assert not page.get_by_role("button").is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()
