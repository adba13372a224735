"""The project as a whole: what an installation carries, what the README promises."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests import mutations

CHECKOUT = Path(__file__).resolve().parents[1]


def test_the_wheel_carries_dags_models_suites_and_contracts(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())

    for folder, place in (
        ("dags", "iecareer/_project/dags"),
        ("dbt_project/models", "iecareer/_project/dbt_project/models"),
        ("dbt_project/seeds", "iecareer/_project/dbt_project/seeds"),
        ("expectations", "iecareer/_project/expectations"),
        ("src/iecareer", "iecareer"),
    ):
        files = [
            path
            for path in (CHECKOUT / folder).rglob("*.*")
            if path.suffix in (".csv", ".json", ".py", ".sql", ".yaml", ".yml")
        ]
        assert files
        assert {f"{place}/{path.relative_to(CHECKOUT / folder)}" for path in files} <= carried
    assert not [name for name in carried if "/target/" in name or "__pycache__" in name]


def test_every_dependency_is_pinned_with_hashes_and_without_an_address() -> None:
    pins = (CHECKOUT / "constraints.txt").read_text(encoding="utf-8")
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [
        *project["project"]["dependencies"],
        *(n for e in ("dags", "night", "lineage", "timestamp", "dev") for n in extras[e]),
    ]
    pinned = {normal(name) for name in re.findall(r"^([\w.-]+)(?:\[[\w,.-]+\])?==", pins, flags=re.MULTILINE)}

    assert {normal(re.match(r"[\w.-]+", requirement)[0]) for requirement in wanted} <= pinned
    assert "hatchling" in pinned
    assert "://" not in pins
    blocks = re.split(r"\n(?=\S)", pins.strip())
    assert all("--hash=sha256:" in block for block in blocks)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_readme_begins_with_two_commands_that_exist() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    first_block = re.search(r"```sh\n(.*?)```", readme, flags=re.DOTALL)

    assert first_block
    commands = first_block[1].splitlines()
    assert len(commands) == 2
    assert all((CHECKOUT / command.removeprefix("sh ")).is_file() for command in commands)


@pytest.mark.parametrize(
    "page", [*sorted(CHECKOUT.glob("docs/**/*.md")), CHECKOUT / "README.md"], ids=lambda p: p.name
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_command_line_names_the_extra_it_needs() -> None:
    code = "import sys; sys.modules['duckdb'] = None; import iecareer.__main__"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.strip()) == (
        1,
        "The command line needs the package 'duckdb'. Install iecareer[night].",
    )


@pytest.mark.parametrize("mutation", mutations.MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mutation_still_has_its_place(mutation: mutations.Mutation) -> None:
    assert mutation.old in mutations.place(CHECKOUT, mutation).read_text(encoding="utf-8")
    assert all((CHECKOUT / test).is_file() for test in mutation.tests)
