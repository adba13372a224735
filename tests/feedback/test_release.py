"""Releases: harmless files, no neighbour's rows, immutability, hashes, signatures, chain."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
import typer

from iecareer.commands import releases as commands
from iecareer.errors import IecareerError
from iecareer.feedback import Decision, candidate_difference, ledger, release, verify
from iecareer.feedback.folder_names import folder_name
from iecareer.feedback.manifest import MANIFEST, hashes, read_manifest, seal, sha256_of, text_of
from iecareer.ledger.merkle import leaf_hash, root_of
from iecareer.ledger.signing import canonical, fingerprint_of, own_key, public_key_of, signed
from tests.feedback import synthetic_tables

KEY = b"k" * 32
PEM, STRANGER = public_key_of(KEY), public_key_of(b"x" * 32)
CODE, OTHER = "4142010800", "4142010803"


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def change(path: Path) -> None:
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_each_institution_gets_workbook_page_and_tables(released: Path) -> None:
    folder = released / CODE
    assert [path.name for path in folder.glob("*.xlsx")] == [f"{CODE}_first.xlsx"]
    assert [path.name for path in folder.glob("*.html")] == [f"{CODE}_first.html"]
    assert {path.suffix for path in (folder / "data").iterdir()} == {".csv", ".parquet"}
    assert not [path for path in released.rglob("*") if path.is_file() and path.stat().st_mode & 0o222]


def test_no_folder_holds_another_institution(released: Path) -> None:
    for path in (released / CODE).rglob("*"):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                text = "".join(book.read(name).decode() for name in book.namelist())
        elif path.suffix == ".parquet":
            text = str(pq.read_table(path).to_pylist())
        elif path.is_file():
            text = path.read_text(encoding="utf-8")
        else:
            continue
        assert OTHER not in text, path.name


def test_codes_from_deliveries_never_leave_the_folder() -> None:
    assert folder_name("../../etc") == "%2E%2E%2F%2E%2E%2Fetc"
    assert folder_name("..") == "%2E%2E"
    assert folder_name("4142010800") == "4142010800"


def test_same_rows_give_the_same_files(own_home: Path) -> None:
    again = release("other", key=KEY)
    first = own_home / "releases" / "first"
    same = [path for path in contents(first / CODE) if path.startswith("data/")]
    assert all(contents(first / CODE)[path] == contents(again / CODE)[path] for path in same)
    shutil.rmtree(own_home / "releases")
    books = [next((release("one", key=KEY) / CODE).glob("*.xlsx")).read_bytes()]
    shutil.rmtree(own_home / "releases")
    books.append(next((release("one", key=KEY) / CODE).glob("*.xlsx")).read_bytes())
    assert books[0] == books[1]


def test_a_release_never_changes(own_home: Path) -> None:
    first = own_home / "releases" / "first"
    before = contents(first)
    with pytest.raises(IecareerError, match="never changes"):
        release("first", key=KEY)
    release(key=KEY)
    assert (own_home / "releases" / "R2026-11-21-1").is_dir()
    assert contents(first) == before
    assert not [path for path in (own_home / "releases").iterdir() if path.name.startswith(".draft")]


@pytest.mark.parametrize(
    "label", ["", "../x", ".hidden", "a/b", "ledger.jsonl", "ledger-head.json", "x" * 65]
)
def test_malformed_labels_are_refused(own_home: Path, label: str) -> None:
    with pytest.raises(IecareerError):
        release(label, key=KEY)
    assert {path.name for path in (own_home / "releases").iterdir()} <= {
        "first",
        "ledger.jsonl",
        "ledger-head.json",
        ".lock",
    }


def test_nothing_published_is_said(home: Path) -> None:
    with pytest.raises(IecareerError, match="no published warehouse"):
        release("x", key=KEY)


def problems(folder: Path, key: str | None = PEM) -> list[str]:
    return list(verify(folder, key).problems)


def test_untouched_release_verifies_with_and_without_key(released: Path, tmp_path: Path) -> None:
    assert problems(released) == []
    alone = tmp_path / "received"
    shutil.copytree(released / CODE, alone)
    for key in (None, PEM):
        found = verify(alone, key)
        assert found.problems == ()
        assert f"files are as they were in release first for {CODE}" in found.shown
        assert ("does not show whose key" in found.not_shown) == (key is None)
        assert "whether a later release supersedes" in found.not_shown
    assert "signed by another key" in problems(alone, STRANGER)[0]


def test_a_college_verifies_without_a_home(
    released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(released / CODE, tmp_path / "received")
    (tmp_path / "empty").mkdir()
    (tmp_path / "bureau.pem").write_text(PEM)
    command = [sys.executable, "-m", "iecareer", "verify", "../received", "--key", "../bureau.pem"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("IECAREER_")}
    environment |= {"HOME": str(tmp_path / "empty")}
    done = subprocess.run(
        command, cwd=tmp_path / "empty", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"Fingerprint of the key: {read_manifest(released)['fingerprint']}" in done.stdout
    assert not list((tmp_path / "empty").iterdir())


def test_every_flipped_byte_of_every_file_is_found(released: Path, tmp_path: Path) -> None:
    folder = tmp_path / "received"
    (folder / "data").mkdir(parents=True)
    for name in ("data/response.csv", "data/columns.csv"):
        (folder / name).write_bytes((released / CODE / name).read_bytes()[:300])
    draft = tmp_path / "release"
    shutil.copytree(folder, draft / CODE)
    shutil.copytree(folder, draft / OTHER)
    seal(draft, {"label": "small", "as_of": "2026-11-21", "policy": []}, {CODE: {}, OTHER: {}}, KEY)
    assert problems(draft) == problems(draft / CODE) == []
    for place, path in [(draft / CODE, p) for p in files_of(draft / CODE)] + [(draft, draft / MANIFEST)]:
        whole = path.read_bytes()
        for at in range(len(whole)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
            try:
                found = problems(place, None)
            except IecareerError as error:
                found = [str(error)]
            assert found, (path, at)
        path.write_bytes(whole)
    assert problems(draft) == []


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_one_changed_byte_is_found_anywhere(own_home: Path) -> None:
    folder = own_home / "releases" / "first"
    for path in files_of(folder / CODE):
        kept = path.read_bytes()
        change(path)
        name = path.relative_to(folder / CODE).as_posix()
        if name == MANIFEST:
            assert problems(folder)
        else:
            assert f"{name}: changed" in problems(folder / CODE)
            assert f"{CODE}/{name}: changed" in problems(folder)
        path.write_bytes(kept)
    assert problems(folder) == []


def test_missing_and_added_files_are_found(own_home: Path) -> None:
    folder = own_home / "releases" / "first" / CODE
    (folder / "data" / "response.csv").unlink()
    (folder / "notes.txt").write_text("x")
    assert problems(folder) == ["data/response.csv: missing", "notes.txt: not part of the release"]
    shutil.rmtree(folder)
    (folder.parent / "more").mkdir()
    (folder.parent / "notes.txt").write_text("x")
    assert problems(folder.parent) == [
        f"{CODE}: missing",
        "more: not part of the release",
        "notes.txt: not part of the release",
    ]


def write(path: Path, text: str) -> None:
    path.chmod(0o644)
    path.write_text(text, encoding="utf-8")


def test_a_rewritten_manifest_is_found(own_home: Path) -> None:
    folder = own_home / "releases" / "first"
    change(folder / CODE / "data" / "response.csv")
    manifest = read_manifest(folder / CODE)
    manifest["files"] = hashes(folder / CODE)
    write(folder / CODE / MANIFEST, text_of(manifest))
    what = "what it says about this folder is not part of the signed release"
    assert problems(folder / CODE) == [f"{MANIFEST}: {what}"]
    assert f"{CODE}/{MANIFEST}: {what}" in problems(folder)


def test_a_folder_signed_anew_by_a_stranger_is_found_by_the_pinned_key(
    own_home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "received"
    shutil.copytree(own_home / "releases" / "first" / CODE, folder)
    change(folder / "data" / "response.csv")
    manifest = read_manifest(folder)
    own = {k: manifest[k] for k in ("recipient", "institution_code", "nonce")} | {"files": hashes(folder)}
    leaf = leaf_hash(canonical(own))
    tree = {"tree_size": 1, "tree_root": root_of([leaf]).hex()}
    release_ = signed("release", manifest["release"] | tree, b"x" * 32)
    place = {"leaf_index": 0, "inclusion_path": []}
    key = {"public_key": STRANGER, "fingerprint": fingerprint_of(STRANGER)}
    write(folder / MANIFEST, text_of(own | place | key | {"release": release_}))
    alone = verify(folder)
    assert alone.problems == ()
    assert "compare the fingerprint" in alone.not_shown
    assert alone.fingerprint != manifest["fingerprint"]
    assert "signed by another key" in problems(folder)[0]


def test_colleges_of_one_release_have_the_same_statement_and_learn_nothing_else(released: Path) -> None:
    first, second = read_manifest(released / CODE), read_manifest(released / OTHER)
    assert first["release"] == second["release"] == read_manifest(released)["release"]
    assert first["nonce"] != second["nonce"]
    assert first["release"]["approved_by"]


def test_a_folder_of_another_release_is_found(own_home: Path) -> None:
    releases = own_home / "releases"
    release("second", key=KEY)
    shutil.rmtree(releases / "second" / CODE)
    shutil.copytree(releases / "first" / CODE, releases / "second" / CODE)
    assert f"{CODE}/{MANIFEST}: is of another release" in problems(releases / "second")
    shutil.rmtree(releases / "second")
    shutil.copytree(releases / "first", releases / "second")
    assert problems(releases / "second") == ["the folder is called second, the release in it first"]


def test_releases_form_a_chain(own_home: Path) -> None:
    releases = own_home / "releases"
    for label in ("second", "third"):
        release(label, key=KEY)
    statements = [read_manifest(releases / label)["release"] for label in ("first", "second", "third")]
    assert [s["previous_label"] for s in statements] == [None, "first", "second"]
    assert statements[2]["previous_manifest_sha256"] == sha256_of(releases / "second" / MANIFEST)
    assert all(problems(releases / label) == [] for label in ("first", "second", "third"))
    path = releases / ledger.LEDGER
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], lines[2]]) + "\n", encoding="utf-8")
    assert "ledger.jsonl: entry 2 does not follow the one before it" in problems(releases / "third")
    assert "ledger.jsonl: has no entry for second" in problems(releases / "second")


def test_every_edit_of_the_ledger_beside_a_release_is_found(own_home: Path) -> None:
    releases = own_home / "releases"
    release("second", key=KEY)
    for path in (releases / ledger.LEDGER, releases / "ledger-head.json"):
        whole = path.read_bytes()
        for at in range(0, len(whole), 5):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            found = ledger.ledger_of(releases).problems(PEM)
            assert found, (path.name, at)
        path.write_bytes(whole[:-9])
        assert problems(releases / "first")
        path.write_bytes(whole)
    assert problems(releases / "first") == []


def test_a_release_is_superseded_with_a_reason_and_stays_as_it_is(own_home: Path) -> None:
    releases = own_home / "releases"
    before = contents(releases / "first")
    with pytest.raises(IecareerError, match="needs a reason"):
        release("second", Decision(supersedes="first"), key=KEY)
    with pytest.raises(IecareerError, match="There is no release none"):
        release("second", Decision(supersedes="none", reason="x"), key=KEY)
    release("second", Decision("王芳", "first", "one source was missing"), key=KEY)
    assert contents(releases / "first") == before
    statement = read_manifest(releases / "second" / CODE)["release"]
    assert statement["approved_by"] == "王芳"
    assert statement["supersedes"] == {
        "label": "first",
        "reason": "one source was missing",
        "manifest_sha256": sha256_of(releases / "first" / MANIFEST),
    }
    entry = ledger.ledger_of(releases).entries()[-1]
    assert (entry["approved_by"], entry["supersedes"]) == ("王芳", statement["supersedes"])
    for folder in (releases / "first", releases / "first" / CODE):
        found = verify(folder, PEM)
        assert found.problems == ()
        assert found.notes == ("first is superseded by second: one source was missing",)
    assert verify(releases / "second", PEM).notes == ()
    with pytest.raises(IecareerError, match="superseded by second"):
        release("third", Decision(supersedes="first", reason="x"), key=KEY)


def test_a_killed_release_is_mended_by_the_next(own_home: Path) -> None:
    releases = own_home / "releases"
    path = releases / ledger.LEDGER
    before, head = path.read_bytes(), (releases / "ledger-head.json").read_bytes()
    release("second", key=KEY)
    path.write_bytes(path.read_bytes()[: len(before) + 40])
    (releases / "ledger-head.json").write_bytes(head)
    (releases / ".draft-third-0").mkdir()
    release("third", key=KEY)
    assert [entry["label"] for entry in ledger.ledger_of(releases).entries()] == ["first", "second", "third"]
    assert all(problems(releases / label) == [] for label in ("first", "second", "third"))
    assert not (releases / ".draft-third-0").exists()


def test_folder_without_manifest_is_said(tmp_path: Path) -> None:
    with pytest.raises(IecareerError, match=r"manifest\.json"):
        verify(tmp_path)


def release_as_before(home: Path, label: str) -> None:
    """A release and its entry as versions before 0.3 wrote them, for one institution with one file."""
    from iecareer.persons.keys import derive

    releases = home / "releases"
    key = derive("release signature")

    def sign(content: dict[str, Any]) -> dict[str, Any]:
        return content | {"signature": hmac.new(key, canonical(content), hashlib.sha256).hexdigest()}

    lines = (
        (releases / ledger.LEDGER).read_bytes().splitlines() if (releases / ledger.LEDGER).exists() else []
    )
    last = json.loads(lines[-1]) if lines else {}
    facts = {
        "label": label, "run_id": "run-0", "as_of": "2026-01-01", "policy": [],
        "previous_label": last.get("label"), "previous_manifest_sha256": last.get("manifest_sha256"),
    }  # fmt: skip
    for folder in (releases / label / CODE, releases / label):
        folder.mkdir(parents=True, exist_ok=True)
        if folder.name == CODE:
            (folder / "table.csv").write_text("a,b\n")
        files = {p.relative_to(folder).as_posix(): sha256_of(p) for p in files_of(folder)}
        (folder / MANIFEST).write_text(text_of(sign(facts | {"files": files})), encoding="utf-8")
    entry = {
        "number": len(lines) + 1, "label": label, "run_id": "run-0", "as_of": "2026-01-01",
        "manifest_sha256": sha256_of(releases / label / MANIFEST),
        "previous_entry_sha256": hashlib.sha256(lines[-1]).hexdigest() if lines else None,
    }  # fmt: skip
    with (releases / ledger.LEDGER).open("ab") as file:
        file.write(canonical(sign(entry)) + b"\n")


def test_releases_of_earlier_versions_stay_and_are_verified_as_before(own_home: Path, tmp_path: Path) -> None:
    releases = own_home / "releases"
    shutil.rmtree(releases)
    for label in ("old", "older"):
        release_as_before(own_home, label)
    before = (releases / ledger.LEDGER).read_bytes()
    assert verify(releases / "old").problems == ()
    release("new", Decision(supersedes="older", reason="x"))
    assert (releases / ledger.LEDGER).read_bytes().startswith(before)
    for label in ("old", "older", "new"):
        assert verify(releases / label).problems == (), label
    assert verify(releases / "older").notes == ("older is superseded by new: x",)
    shutil.copytree(releases, tmp_path / "given")
    found = verify(tmp_path / "given" / "new", public_key_of(own_key()))
    assert found.problems == ()
    assert "Only the home can check who signed the entries" in found.not_shown
    assert "only its home can check" in verify(tmp_path / "given" / "old").not_shown
    assert (
        "only its home can check" in verify(tmp_path / "given" / "old", public_key_of(own_key())).problems[-1]
    )
    path = releases / "old" / CODE / "table.csv"
    path.write_text("a,c\n")
    assert f"{CODE}/table.csv: changed" in verify(releases / "old").problems
    forged = read_manifest(releases / "older")
    write(releases / "older" / MANIFEST, text_of(forged | {"run_id": "run-9"}))
    assert f"{MANIFEST}: not signed by this warehouse" in verify(releases / "older").problems
    lines = before.splitlines()
    changed = [lines[0].replace(b"run-0", b"run-1"), *lines[1:]]
    (releases / ledger.LEDGER).write_bytes(b"\n".join(changed) + b"\n")
    (releases / "ledger-head.json").unlink()
    assert "ledger.jsonl: entry 1 is not signed by this warehouse" in verify(releases / "older").problems
    with pytest.raises(IecareerError, match="entry 1 is not signed"):
        release("next")


def test_a_run_that_does_not_know_what_was_published_is_not_released(own_home: Path) -> None:
    def published(run_id: str) -> None:
        with duckdb.connect(str(own_home / "warehouse.duckdb")) as connection:
            connection.execute("update feedback.candidate set run_id = ?", [run_id])

    published("run-2")
    with pytest.raises(IecareerError, match=r"did not keep what is behind its numbers"):
        release("second", key=KEY)
    synthetic_tables.write_run_state(own_home, "run-2")
    with pytest.raises(
        IecareerError, match=r"run-2 began before the release first, whose numbers have to stand"
    ):
        release("second", key=KEY)
    assert not (own_home / "releases" / "second").exists()
    synthetic_tables.write_run_state(own_home, "run-3", labels=("first",))
    published("run-3")
    release("second", key=KEY)


def test_every_row_says_which_release_first_had_its_numbers(own_home: Path) -> None:
    def first_release_of(label: str) -> set[str]:
        table = pq.read_table(own_home / "releases" / label / CODE / "data" / "employment.parquet")
        return set(table.column("stands_from").to_pylist())

    with duckdb.connect(str(own_home / "warehouse.duckdb")) as connection:
        connection.execute("update feedback.employment set stands_from = 'R0' where cohort_to = 2021")
        connection.execute("update feedback.candidate set run_id = 'run-2'")
    synthetic_tables.write_run_state(own_home, "run-2", labels=("first",))
    release("second", key=KEY)
    release("third", key=KEY)
    assert first_release_of("first") == {"first"}
    assert first_release_of("second") == first_release_of("third") == {"R0", "second"}


def test_the_candidate_is_compared_with_the_last_release(own_home: Path) -> None:
    with duckdb.connect(str(own_home / "warehouse.duckdb")) as connection:
        connection.execute("update feedback.candidate set run_id = 'run-2', as_of = date '2026-12-01'")
        connection.execute("delete from feedback.institution where institution_code = ?", [OTHER])
        connection.execute("update feedback.policy set value = '12' where name = 'min_n_rate'")
    before = contents(own_home)
    said = candidate_difference()
    assert said[0] == "The candidate is of run run-2, as of 2026-12-01."
    assert said[1] == "The last release is first, of run run-1, as of 2026-11-21."
    assert f"Institutions that no longer get a folder: {OTHER}." in said
    assert any(sentence.startswith("The policy number min_n_rate is 12.0; it was 10.0.") for sentence in said)
    assert contents(own_home) == before
    shutil.rmtree(own_home / "releases")
    assert "It would be the first" in candidate_difference()[1]


def test_the_command_line_releases_compares_and_verifies(
    own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(own_home / "releases")
    commands.release(as_json=True)
    folder = Path(json.loads(capsys.readouterr().out)["folder"])
    commands.release(approve="王芳", supersedes=folder.name, reason="a source was missing")
    assert capsys.readouterr().out.startswith("Released: ")
    commands.release(candidate=True)
    said = capsys.readouterr().out
    assert "The same policy numbers are in force." in said
    commands.verify(folder)
    said = capsys.readouterr().out
    assert f"{folder.name} is superseded by" in said
    assert "a source was missing" in said
    change(folder / CODE / "data" / "columns.csv")
    with pytest.raises(typer.Exit):
        commands.verify(folder, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["problems"] == [f"{CODE}/data/columns.csv: changed"]
    assert (found["is_intact"], found["shown"]) == (False, None)


@pytest.mark.parametrize(
    "options",
    [
        {"candidate": True, "label": "x"},
        {"supersedes": "x"},
        {"reason": "x"},
        {"approve": " "},
        {"supersedes": "x", "reason": " "},
    ],
)
def test_options_that_do_not_go_together_are_refused(own_home: Path, options: dict[str, Any]) -> None:
    with pytest.raises(typer.BadParameter):
        commands.release(**options)


def test_the_demonstration_names_files_of_a_college(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from iecareer.commands.nightly import _say_where_to_look

    _say_where_to_look(released)
    said = [Path(line.split()[-1]) for line in capsys.readouterr().out.splitlines() if "releases" in line]
    assert [path.suffix for path in said] == [".xlsx", ".html", ".csv", ""]
    assert {path.parts[-2] for path in said[:2]} == {said[2].parts[-3]} <= {*synthetic_tables.INSTITUTIONS}
    assert all(path.exists() for path in said)
