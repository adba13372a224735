"""Files of the bureau and of the auditors: readable by their owner alone, apart from each other and from releases."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from iecareer.bureau.audit.files import write_signals
from iecareer.bureau.files import write_report
from iecareer.bureau.private_folder import LIGHTS, SIGNALS, private_folder, write_private
from iecareer.commands import app
from iecareer.errors import IecareerError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read(warehouse: Path, tmp_path: Path) -> None:
    bureau, auditors = tmp_path / "new" / "bureau", tmp_path / "auditors"
    files = [*write_report(warehouse, bureau)["files"], *write_signals(warehouse, auditors)["files"]]
    assert (mode(bureau), mode(auditors)) == (0o700, 0o700)
    assert {mode(Path(path)) for path in files} == {0o600}
    assert {Path(path).name for path in files[:2]} == {"lights_2024.xlsx", "lights_2024.html"}
    assert sorted(path.name for path in auditors.iterdir()) == [
        "signals_2025-03-01.xlsx",
        "signals_cooperation_2025-03-01.csv",
        "signals_placement_2025-03-01.csv",
    ]


def test_a_second_report_takes_the_place_of_the_first(warehouse: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bureau"
    write_report(warehouse, folder)
    (folder / "lights_2024.html").write_text("old")
    write_report(warehouse, folder)
    assert "浙江省" in (folder / "lights_2024.html").read_text()
    assert len(list(folder.iterdir())) == 2


def test_signals_and_lights_are_never_in_one_folder(warehouse: Path, tmp_path: Path) -> None:
    bureau, auditors = tmp_path / "bureau", tmp_path / "auditors"
    write_report(warehouse, bureau)
    write_signals(warehouse, auditors)
    for write, folder in ((write_signals, bureau), (write_report, auditors)):
        before = sorted(folder.iterdir())
        with pytest.raises(IecareerError, match="separate folders"):
            write(warehouse, folder)
        assert sorted(folder.iterdir()) == before


def test_neither_is_below_the_other(warehouse: Path, tmp_path: Path) -> None:
    bureau = tmp_path / "bureau"
    write_report(warehouse, bureau)
    for place in (bureau / "auditors", bureau / "deep" / "auditors"):
        with pytest.raises(IecareerError, match="separate folders"):
            write_signals(warehouse, place)
        assert not place.exists()
    above = tmp_path / "above"
    above.mkdir(mode=0o700)
    write_signals(warehouse, above / "auditors")
    with pytest.raises(IecareerError, match="separate folders"):
        write_report(warehouse, above)


@pytest.mark.parametrize("name", ["lights_2024.html", "lights_warnings_2024.csv", "lights_warnings_2024.txt"])
def test_any_file_of_the_bureau_keeps_signals_out(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")
    with pytest.raises(IecareerError, match="separate folders"):
        private_folder(tmp_path / "auditors", LIGHTS)


def test_files_of_other_names_are_no_hindrance(tmp_path: Path) -> None:
    for name in ("lights_off.txt", "lights_2024.xlsx.bak", "signals_notes.csv"):
        (tmp_path / name).write_text("")
    assert private_folder(tmp_path / "auditors", LIGHTS).is_dir()
    assert private_folder(tmp_path / "bureau", SIGNALS).is_dir()


def test_the_bureaus_files_say_nothing_of_signals(warehouse: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bureau"
    write_report(warehouse, folder)
    page = (folder / "lights_2024.html").read_text()
    assert not any(
        word in page for word in ("same_income", "收入数值相同", "灵活就业偏多", "registered_not_insured")
    )


@pytest.mark.parametrize("bits", [0o750, 0o705, 0o755])
def test_a_folder_that_others_can_open_is_refused(tmp_path: Path, bits: int) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(bits)
    with pytest.raises(IecareerError, match="Others can open"):
        private_folder(folder, SIGNALS)
    assert mode(folder) == bits


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(IecareerError, match="is no folder"):
            private_folder(place, SIGNALS)


def test_releases_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IECAREER_HOME", str(tmp_path / "home"))
    sent = tmp_path / "sent"
    (sent / "4142010800").mkdir(parents=True)
    (sent / "manifest.json").write_text(json.dumps({"files": {}}))
    (tmp_path / "link").symlink_to(sent / "4142010800")
    inside = [tmp_path / "home" / "releases" / "R1", sent, sent / "4142010800", tmp_path / "link"]
    for place in inside:
        with pytest.raises(IecareerError, match="part of a release"):
            private_folder(place, LIGHTS)
    assert not (tmp_path / "home").exists()


def test_a_manifest_of_something_else_is_no_release(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "web application"}')
    assert private_folder(tmp_path / "bureau", SIGNALS).is_dir()


def test_a_failed_write_leaves_the_earlier_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "lights_2024.html"
    write_private(path, b"first")
    monkeypatch.setattr("iecareer.bureau.private_folder.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(path, b"second")
    assert (path.read_bytes(), len(list(tmp_path.iterdir()))) == (b"first", 1)


def test_commands_write_and_name_the_files(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IECAREER_HOME", str(warehouse.parent))
    runner = CliRunner()
    for command, key, n in (("light", "n_lights", 11), ("signal", "n_placement", 6)):
        answer = runner.invoke(app, [command, "report", str(tmp_path / command), "--json"])
        assert answer.exit_code == 0
        found = json.loads(answer.stdout)
        assert found[key] == n
        assert all(Path(path).is_file() for path in found["files"])
