"""Deliveries that live at random: whatever happens in whatever order, the warehouse agrees with plain dictionaries."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import duckdb
import hypothesis.strategies as st
import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from iecareer.contracts import read_contract
from iecareer.engine.views import register
from iecareer.lake.manifest import current_deliveries, record_decision, versions
from iecareer.lake.verdicts import record_verdict
from iecareer.landing import land, reconform
from tests.landing.delivery_life import Delivered, Region, words_of
from tests.landing.records_of_rows import JOINING, KEPT, LEFT_OUT, OWN, Row, Words, conform, next_month
from tests.people import credit_code, resident_id

TODAY = date(2026, 2, 1)
DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(6)]
LATER = date(2027, 1, 1)
KEY = "ab" * 32
MODES = {"employment_month": "period", "curriculum_review": "upsert", "program": "snapshot"}
SOURCES = ("first", "second")
PERSONS = tuple(resident_id(number) for number in (1, 2, 3))
MONTHS = ("2024-05", "2024-06", "2024-07")

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: {name}
version: 1.0.0
status: active
servers:
- server: files
  type: local
  path: {name}/*.csv
  format: csv
  customProperties: [{{property: priority, value: {priority}}}]
schema:
- name: employment_month
  physicalName: "employment_month*.csv"
  customProperties: [{rules}]
  properties:
  - {{name: person_id, logicalType: string, physicalName: person}}
  - {{name: enterprise_code, logicalType: string, physicalName: enterprise_code}}
{month}
  - {{name: contribution_base, logicalType: string, physicalName: told, transformLogic: "value * {factor}"}}
  - {{name: region_code, logicalType: string, physicalName: region_code}}
- name: curriculum_review
  physicalName: "curriculum_review*.csv"
  properties:
  - {{name: institution_code, logicalType: string, physicalName: institution_code}}
  - {{name: program_code, logicalType: string, physicalName: program_code}}
  - {{name: release_id, logicalType: string, physicalName: release_id}}
  - {{name: decision, logicalType: string, physicalName: decision,
      transformLogic: "case when {factor} > 0 then value else 'none' end"}}
  - {{name: decided_on, logicalType: string, physicalName: decided_on}}
  - {{name: reason, logicalType: string, physicalName: told, transformLogic: "value::integer * {factor}"}}
  - {{name: change_effective_from, logicalType: string, physicalName: from}}
- name: program
  physicalName: "program_2*.csv"
  properties:
  - {{name: program_code, logicalType: string, physicalName: program_code}}
  - {{name: edition, logicalType: string, physicalName: edition}}
  - {{name: program_name, logicalType: string, physicalName: told, transformLogic: "value::integer * {factor}"}}
  - {{name: study_level, logicalType: string, physicalName: study_level,
      transformLogic: "case when {factor} > 0 then value else 'none' end"}}
"""
HEADERS = {
    "employment_month": "person,enterprise_code,month,until,told,region_code,kind,way,stamp",
    "curriculum_review": "institution_code,program_code,release_id,decision,decided_on,told,from",
    "program": "program_code,edition,told,study_level",
}
CODE = credit_code(1)
READ = {
    "employment_month": "strftime(month, '%Y-%m'), contribution_base::integer",
    "curriculum_review": "release_id, reason::integer",
    "program": "program_code, program_name::integer",
}


COUNTED = ("rows", "in", "loaded", "superseded", "unchanged", "left_out", "quarantined", "conflicting")
MONTH = "  - {name: month, logicalType: string, physicalName: month}"
CHECKS = ("rows_kept", "persons_known")
WORDS = st.builds(
    Words,
    factor=st.sampled_from((1, 2, 3, -1)),
    is_filtered=st.booleans(),
    is_span=st.booleans(),
    has_joining=st.booleans(),
    same_key=st.sampled_from(("last", "first", "largest", "sum", "newest")),
)


class Killed(BaseException):
    """The process dies here."""


def rules_of(words: Words) -> list[str]:
    """The rules on rows in the flow style of YAML."""
    same_key = "{newest: stamp}" if words.same_key == "newest" else words.same_key
    rules = {
        "rowFilter": f"{{kind: {{keep: [{KEPT}], leaveOut: [{LEFT_OUT}]}}}}" if words.is_filtered else "",
        "monthSpan": "{from: month, to: until}" if words.is_span else "",
        "joinsMonth": f"{{way: [{JOINING}]}}" if words.has_joining else "",
        "sameKey": same_key,
    }
    return [f"{{property: {name}, value: {value}}}" for name, value in rules.items() if value]


def line(kind: str, row: Row) -> str:
    """A row as its file tells it; what is not sound breaks a rule of the record type."""
    if kind == "employment_month":
        told = row.told if row.is_good else "none"
        until = next_month(row.period, row.n_months - 1)
        return (
            f"{row.key[0]},{CODE},{row.period},{until},{told},330102,{row.kind},{row.way},{row.stamp or ''}"
        )
    if kind == "curriculum_review":
        return (
            f"4133010800,460103,{row.key[0]},{'done' if row.is_good else 'dome'},2025-01-01,{row.told},"
            + ("someday" if row.has_flaw else "2025-02-01")
        )
    return f"{row.key[0]},2021,{row.told},{'bachelor' if row.is_good else 'batchelor'}"


def rows_of(kind: str) -> st.SearchStrategy[tuple[Row, ...]]:
    # 0 stands for a row that breaks a rule.
    told = st.sampled_from((*range(1, 7), 0))
    if kind == "employment_month":
        row = st.builds(
            lambda person, month, told, *words: Row((person, month), month, told, told > 0, False, *words),
            st.sampled_from(PERSONS),
            st.sampled_from(MONTHS),
            told,
            st.sampled_from((1, 2, 3, 0)),
            st.sampled_from((KEPT, KEPT, KEPT, LEFT_OUT, "未知", "")),
            st.sampled_from((OWN, OWN, JOINING, "")),
            st.integers(0, 2),
        )
    else:
        names = ("R1", "R2", "R3") if kind == "curriculum_review" else ("460101", "460102", "460103")
        has_flaw = st.booleans() if kind == "curriculum_review" else st.just(False)
        row = st.builds(
            lambda name, told, has_flaw: Row((name,), "", told, told > 0, has_flaw),
            st.sampled_from(names),
            told,
            has_flaw,
        )
    return st.lists(row, max_size=5).map(tuple)


DELIVERY = st.sampled_from(sorted(MODES)).flatmap(lambda kind: st.tuples(st.just(kind), rows_of(kind)))
# Named points of a landing, and whether the delivery exists when the process dies there.
POINTS = {
    ("receive.files.receive", "before"): False,
    ("receive.files.receive", "after"): False,
    ("parse.connection.prepare", "after"): False,
    ("store.parquet_pieces.sync_folder", "before"): False,
    ("deliver.store_quarantine", "before"): False,
    ("deliver.store_quarantine", "after"): False,
    ("store.manifest_entry.record_delivery", "before"): False,
    ("store.manifest_entry.record_delivery", "after"): True,
}


def dying(function: Callable[..., Any], when: str) -> Callable[..., Any]:
    def die(*arguments: Any, **named: Any) -> Any:
        if when == "after":
            function(*arguments, **named)
        raise Killed

    return die


class Life(RuleBasedStateMachine):
    """A region with two sources of three record types, and its model."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Region(MODES, SOURCES)
        self.ids: dict[int, str] = {}
        self.n_files = 0
        memory = Path("/dev/shm")  # noqa: S108
        self.folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
        self.stack = ExitStack()
        self.stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        settings_of_home = {
            "IECAREER_HOME": str(self.folder / "home"),
            "IECAREER_SOURCES": str(self.folder),
            "IECAREER_INBOX": str(self.folder / "inbox"),
            "IECAREER_KEY": KEY,
        }
        self.stack.enter_context(patch.dict(os.environ, settings_of_home))
        noon = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=ZoneInfo("UTC"))
        self.stack.enter_context(time_machine.travel(noon, tick=True))
        self.stack.enter_context(patch("iecareer.sources.loader.read_contract", read_once))
        for source in SOURCES:
            self.declare(source, Words())

    def declare(self, source: str, words: Words) -> None:
        priority = 10 * (1 + SOURCES.index(source))
        text = CONTRACT.format(
            name=source,
            priority=priority,
            factor=words.factor,
            rules=", ".join(rules_of(words)),
            month="" if words.is_span else MONTH,
        )
        (self.folder / f"{source}.odcs.yaml").write_text(text, encoding="utf-8")

    def write(self, kind: str, rows: tuple[Row, ...]) -> Path:
        self.n_files += 1
        path = self.folder / f"{kind}_2{self.n_files:03d}.csv"
        path.write_text("\n".join([HEADERS[kind], *(line(kind, row) for row in rows)]) + "\n")
        return path

    def send(self, source: str, what: tuple[str, tuple[Row, ...]], day: date, *, is_replay: bool) -> None:
        """Land for real and in the model; the receipt tells every row."""
        kind, rows = what
        (receipt,) = land(source, [self.write(kind, rows)], day, answers=() if is_replay else None)
        assert receipt["error"] is None, receipt["error"]
        is_changed = self.model.land(source, kind, rows, day, TODAY, is_replay=is_replay)
        known = self.model.find(source, kind, rows, is_replay)
        assert known is not None
        self.ids[self.model.deliveries.index(known)] = receipt["delivery_id"]
        found = conform(rows, words_of(kind, self.model.words[source]))
        n_loaded, n_good = len(found.records), len(found.records) + found.n_superseded
        told = {name: receipt[f"n_{name}"] for name in COUNTED}
        counts = [n_loaded, found.n_superseded, 0] if is_changed else [0, 0, n_good]
        expected = [len(rows), found.n_in, *counts, found.n_left_out, found.n_quarantined]
        expected.append(found.n_conflicting if is_changed else told["conflicting"])
        assert told == dict(zip(COUNTED, expected, strict=True))
        assert found.n_in == sum(counts) + found.n_left_out + found.n_quarantined

    def known(self, data: st.DataObject) -> Delivered | None:
        numbers = sorted(self.ids)
        return self.model.deliveries[data.draw(st.sampled_from(numbers))] if numbers else None

    @rule(source=st.sampled_from(SOURCES), what=DELIVERY, day=st.sampled_from(DAYS))
    def deliver(self, source: str, what: tuple[str, tuple[Row, ...]], day: date) -> None:
        """New, corrected, late, of an old month, empty: whatever the rows happen to be."""
        self.send(source, what, day, is_replay=False)

    @rule(source=st.sampled_from(SOURCES), what=DELIVERY, day=st.sampled_from(DAYS))
    def replay(self, source: str, what: tuple[str, tuple[Row, ...]], day: date) -> None:
        self.send(source, what, day, is_replay=True)

    @rule(data=st.data(), day=st.sampled_from(DAYS), is_replay=st.booleans())
    def repeat(self, data: st.DataObject, day: date, is_replay: bool) -> None:
        """The same bytes again, perhaps the other way."""
        if known := self.known(data):
            self.send(known.source, (known.kind, known.rows), day, is_replay=is_replay)

    @rule(
        source=st.sampled_from(SOURCES), what=DELIVERY, day=st.sampled_from(DAYS), is_replay=st.booleans(),
        point=st.sampled_from(sorted(POINTS)), is_tried_again=st.booleans(),
    )  # fmt: skip
    def kill(
        self,
        source: str,
        what: tuple[str, tuple[Row, ...]],
        day: date,
        is_replay: bool,
        point: tuple[str, str],
        is_tried_again: bool,
    ) -> None:
        kind, rows = what
        is_new = self.model.find(source, kind, rows, is_replay) is None
        place, when = f"iecareer.landing.{point[0]}", point[1]
        is_killed = False
        with patch(place, dying(resolve_name(place), when)):
            try:
                land(source, [self.write(kind, rows)], day, answers=() if is_replay else None)
            except Killed:
                is_killed = True
        # Of bytes long known nothing is conformed, so most points are never reached.
        assert is_killed or not is_new
        if not is_new:
            # It may or may not have been conformed anew; landing it again settles that, as it must.
            exists = len(self._versions_of(source, kind, rows, is_replay))
            known = self.model.find(source, kind, rows, is_replay)
            assert known is not None
            if exists > len(known.versions):
                self.model.land(source, kind, rows, day, TODAY, is_replay=is_replay)
            assert exists == len(known.versions)
        elif POINTS[point]:
            self.model.land(source, kind, rows, day, TODAY, is_replay=is_replay)
            self._learn_id()
        if is_tried_again:
            self.send(source, what, day, is_replay=is_replay)

    def _versions_of(self, source: str, kind: str, rows: tuple[Row, ...], is_replay: bool) -> list[Any]:
        known = self.model.find(source, kind, rows, is_replay)
        assert known is not None
        return versions(self.ids[self.model.deliveries.index(known)])

    def _learn_id(self) -> None:
        (new,) = {d.delivery_id for d in versions()} - set(self.ids.values())
        self.ids[len(self.model.deliveries) - 1] = new

    @rule(
        source=st.sampled_from(SOURCES),
        words=WORDS,
        day=st.sampled_from([None, *DAYS, TODAY]),
    )
    def correct_contract(self, source: str, words: Words, day: date | None) -> None:
        self.declare(source, words)
        self.model.words[source] = words
        if day:
            self.conform_anew(source, day)

    @rule(source=st.sampled_from(SOURCES), day=st.sampled_from([*DAYS, TODAY]))
    def conform_anew(self, source: str, day: date) -> None:
        receipts = reconform(source, day)
        assert [receipt["error"] for receipt in receipts] == [None] * len(receipts)
        self.model.reconform(source, day)

    @rule(
        data=st.data(),
        day=st.sampled_from(DAYS),
        word=st.sampled_from(("accept", "withdraw")),
        overrules=st.none() | st.frozensets(st.sampled_from(CHECKS)),
    )
    def decide(self, data: st.DataObject, day: date, word: str, overrules: frozenset[str] | None) -> None:
        """An acceptance names the checks that it overrules; one of an older version overrules all."""
        if known := self.known(data):
            name = self.ids[self.model.deliveries.index(known)]
            overrules = overrules if word == "accept" else None
            record_decision(word, name, reason="x", decided_on=day, overrules=overrules)
            self.model.decide(known, day, word, overrules)

    @rule(data=st.data(), stopping=st.frozensets(st.sampled_from(CHECKS)))
    def judge(self, data: st.DataObject, stopping: frozenset[str]) -> None:
        """The suite's verdict on the newest version."""
        if known := self.known(data):
            newest = versions(self.ids[self.model.deliveries.index(known)])[-1]
            verdict = "stop" if stopping else "pass"
            record_verdict(newest.delivery_id, newest.version, verdict, stopping, DAYS[0], stopping)
            known.stopped[len(known.versions) - 1] = stopping

    @rule(
        source=st.sampled_from(SOURCES),
        day=st.sampled_from(DAYS),
        word=st.sampled_from(("retire", "restore")),
    )
    def serve(self, source: str, day: date, word: str) -> None:
        record_decision(word, source, reason="x", decided_on=day)
        self.model.serve(source, day, word)

    @rule(day=st.sampled_from([*DAYS, LATER]))
    def look(self, day: date) -> None:
        """A run as of that day sees what the dictionaries say, and so does its rerun."""
        for delivery in versions():
            if delivery.verdict is None:
                record_verdict(delivery.delivery_id, delivery.version, "pass", [], DAYS[0])
        deliveries, retired = current_deliveries(day)
        assert [*retired] == self.model.retired(day)
        with duckdb.connect() as connection:
            connection.execute("create schema landing")
            overlapped = register(connection, deliveries, retired)
            assert register(connection, deliveries, retired) == overlapped
            self.compare(connection, overlapped, day)

    def compare(self, connection: duckdb.DuckDBPyConnection, overlapped: dict[str, int], day: date) -> None:
        gave_way: dict[str, int] = {}
        for kind in MODES:
            expected, counts = self.model.rows(kind, day)
            gave_way |= {self.ids[number]: n for number, n in counts.items()}
            person = "person_key, " if kind == "employment_month" else ""
            query = f"select {person}{READ[kind]}, source_id, received_on from landing.{kind}"
            found = sorted(connection.execute(query).fetchall())
            told = sorted((*self.stored(kind, key), *row) for key, row in expected.items())
            assert found == told, (kind, day)
        assert sum(overlapped.values()) == sum(gave_way.values())
        # Of equal back payments of one day either delivery may be named.
        if not any(words.has_joining for words in self.model.words_so_far):
            assert overlapped == gave_way

    def stored(self, kind: str, key: tuple[str, ...]) -> tuple[str, ...]:
        """The key as the warehouse has it."""
        return (pseudonyms()[key[0]], *key[1:]) if kind == "employment_month" else key

    def teardown(self) -> None:
        try:
            for day in (DAYS[0], DAYS[3], DAYS[-1], TODAY, LATER):
                self.look(day)
        finally:
            self.stack.close()


@cache
def pseudonyms() -> dict[str, str]:
    """Pseudonym of each person under the key of these homes, as a landing gives it."""
    folder = Path(tempfile.mkdtemp())
    path = folder / "employment_month.csv"
    rows = [f"{person},{CODE},2024-0{n}-01,1,330102" for n, person in enumerate(PERSONS, start=1)]
    path.write_text("\n".join(["person_id,enterprise_code,month,contribution_base,region_code", *rows]))
    with patch.dict(os.environ, {"IECAREER_HOME": str(folder / "home"), "IECAREER_KEY": KEY}):
        land("exchange", [path], DAYS[0])
    found = duckdb.connect().execute(
        f"select person_key from read_parquet('{folder}/home/lake/landing/**/*.parquet') order by month"
    )
    keys = [key for (key,) in found.fetchall()]
    shutil.rmtree(folder)
    return dict(zip(PERSONS, keys, strict=True))


def read_once(path: Path, **_: bool) -> Any:
    """A contract's text is validated once; that takes longer than a landing."""
    return _read_text(path.name, path.read_text(encoding="utf-8"))


@cache
def _read_text(name: str, text: str) -> Any:
    folder = Path(tempfile.mkdtemp())
    (folder / name).write_text(text, encoding="utf-8")
    contract = read_contract(folder / name)
    shutil.rmtree(folder)
    return contract


def live(n_sequences: int) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=n_sequences,
            stateful_step_count=12,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_warehouse_agrees_with_plain_dictionaries_whatever_happens() -> None:
    live(8)


@pytest.mark.slow
def test_the_warehouse_agrees_with_plain_dictionaries_over_a_thousand_lives() -> None:
    live(1_000)
