"""Draft the contract of a new source system from sample files or from a live source."""

from __future__ import annotations

import glob
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import duckdb

from iecareer.contracts import record_type
from iecareer.errors import IecareerError
from iecareer.landing.names import masked_name
from iecareer.landing.parse.connection import open_landing
from iecareer.landing.receive.templates import holds_templates, template_mark
from iecareer.onboarding.aggregates import aggregates_error, statistics
from iecareer.onboarding.column_profile import FEW, Profile, profiles
from iecareer.onboarding.contract_yaml import Part, contract_text
from iecareer.onboarding.header_match import Matching, best_matching, matching
from iecareer.onboarding.live_samples import is_live, live_sample, server_entry, server_of
from iecareer.onboarding.months_across import MonthsAcross, along
from iecareer.onboarding.other_code_lists import IndustryNames, industry_names
from iecareer.onboarding.row_rules_proposal import month_columns
from iecareer.onboarding.same_key_proposal import SameKeyQuestion, same_key_question
from iecareer.onboarding.sample_reader import Dialect, Sample, samples
from iecareer.onboarding.selector_pattern import selector, selects
from iecareer.onboarding.splitting_columns import splitting_columns
from iecareer.settings import inbox, own_sources, source_folders
from iecareer.sources import is_exchange
from iecareer.sources.loader import SCHEMES
from iecareer.sources.servers import Api, Database

_FITS = 0.45
_FITS_AT_ALL = 0.25
_CLOSE = 0.08
_TINY = 100


@dataclass(frozen=True)
class Added:
    """The draft that was written.

    By record type, `lacking` lists required columns without a header, and `open_rules` the rules on rows that a person
    has to decide, such as `rowFilter 缴费状态`.
    """

    path: Path
    record_types: tuple[str, ...]
    lacking: dict[str, list[str]]
    open_rules: dict[str, list[str]]
    n_lines: int
    n_mapped: int
    unused: tuple[str, ...]


@dataclass(frozen=True)
class _Seen:
    """One part of a sample with its two best matches."""

    sample: Sample
    profiles: tuple[Profile, ...]
    best: Matching
    second: Matching
    across: MonthsAcross | None = None
    splitting: tuple[tuple[str, tuple[str, ...]], ...] = ()
    same_key: tuple[tuple[str, SameKeyQuestion | None], ...] = ()
    industries: tuple[tuple[str, IndustryNames | None], ...] = ()


def add_source(
    source_id: str,
    samples_at: Sequence[str | Path],
    record_types: Sequence[str] = (),
    identity: str | None = None,
    *,
    table: str | None = None,
    connection: str | None = None,
    dialect: Dialect | None = None,
    force: bool = False,
) -> Added:
    """Write the draft of a contract for a new source.

    Parameters
    ----------
    source_id : str
        The new source system: letters, digits, ``_`` and ``-``.
    samples_at : sequence of str or Path
        Sample files of one format; or one SQLAlchemy URL, ``connection:NAME`` or URL of a JSON service.
    record_types : sequence of str, optional
        Record types of the rows; by default the one that fits each part of the sample best.
    identity : str, optional
        Identity scheme; by default derived from the cells.
    table, connection : str, optional
        Table of a database, and the connection that holds its user and password. For a service, the environment
        variable with its token.
    dialect : Dialect, optional
        Delimiter, encoding, header row and sheet of the files; by default detected.
    force : bool, optional
        Whether to replace an existing contract of that name.

    Raises
    ------
    IecareerError
        When the name cannot be used, a sample cannot be read, or no record type fits it.
    """
    target = _target(source_id, force=force)
    for name in record_types:
        record_type(name)
    if identity not in (None, *SCHEMES):
        raise IecareerError(f"--identity must be one of {', '.join(SCHEMES)}.")
    given = dialect or Dialect()
    live = str(samples_at[0]) if is_live(str(samples_at[0])) else None
    if live:
        server = server_of(live, connection)
        seen = _seen([(server, f"table:{table}" if table else None)], given, record_types)
        entry = server_entry(server)
    else:
        _refuse_templates(list(map(Path, samples_at)))
        seen = _seen(list(map(Path, samples_at)), given, record_types)
        path = _inbox_path(source_id, Path(samples_at[0]))
        entry = [("type", "local"), ("path", path), ("format", seen[0].sample.format)]
        entry += _dialect_properties(given, seen[0].sample)
    parts = _parts(seen, record_types)
    text = contract_text(source_id, parts, identity or _scheme(parts), entry)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return Added(
        path=target,
        record_types=tuple(part.found.kind.name for part in parts),
        lacking={part.found.kind.name: part.lacking for part in parts if part.lacking},
        open_rules={part.found.kind.name: part.open_rules for part in parts if part.open_rules},
        n_lines=len(text.splitlines()),
        n_mapped=sum(len(part.proposals) for part in parts),
        unused=tuple(p.header for part in parts for p in part.found.unused),
    )


def _target(source_id: str, *, force: bool) -> Path:
    if not re.fullmatch(r"[\w-]+", source_id) or is_exchange(source_id):
        raise IecareerError(
            f"'{source_id}' cannot be the name of a source system.",
            next_step="Use letters, digits, '_' and '-'. Names that begin with 'exchange' are reserved.",
        )
    name = f"{source_id}.odcs.yaml"
    built_in = source_folders()[0]
    if (built_in / name).exists():
        taken = sorted(path.name.removesuffix(".odcs.yaml") for path in built_in.glob("*.odcs.yaml"))
        raise IecareerError(
            f"'{source_id}' is the name of a built-in source system. These names are taken: {', '.join(taken)}.",
            next_step=f"Choose another name, such as my_{source_id}.",
        )
    known = next((folder / name for folder in source_folders() if (folder / name).exists()), None)
    if known and not force:
        raise IecareerError(
            f"The contract {known} already exists.",
            next_step="Choose another name, or replace it with --force.",
        )
    return own_sources() / name


def _refuse_templates(paths: Sequence[Path]) -> None:
    """Refuse templates: they need no contract, and a contract drafted from one would read its example as a row."""
    for path in paths:
        if path.is_file() and (template_mark(path) or holds_templates(path)):
            unpack = "Unpack it, then load" if path.suffix.lower() == ".zip" else "Load"
            raise IecareerError(
                f"{masked_name(path.name)}: is a filled-in template, which needs no contract.",
                next_step=f"{unpack} it as it is: iecareer land exchange FILE",
            )


def _dialect_properties(dialect: Dialect, sample: Sample) -> list[tuple[str, str]]:
    """Properties of the contract for the file format: those given, and a detected encoding."""
    row = str(dialect.header_row) if dialect.header_row else None
    properties = (("encoding", sample.encoding), ("delimiter", dialect.delimiter), ("headerRow", row))
    return [(name, value) for name, value in properties if value]


def _seen(
    places: Sequence[Path | tuple[Database | Api, str | None]], dialect: Dialect, record_types: Sequence[str]
) -> list[_Seen]:
    """Profile every part of every sample. The cells are dropped afterwards."""
    with open_landing() as connection:
        found = []
        for place in places:
            read = (
                samples(connection, place, dialect)
                if isinstance(place, Path)
                else [live_sample(connection, *place)]
            )
            found += [_seen_part(connection, sample, record_types) for sample in read]
    if len({entry.sample.format for entry in found}) > 1:
        raise IecareerError(
            "The samples have different formats.", next_step="Draft one source for each format."
        )
    return found


def _seen_part(connection: duckdb.DuckDBPyConnection, sample: Sample, record_types: Sequence[str]) -> _Seen:
    """Profile the table `sample`: with a row for each month if its months stand side by side, else as it is."""
    if turned := along(connection, sample):
        long, across = turned
        profiled = tuple(profiles(connection, long, table="sample_along"))
        best, others = best_matching(profiled)
        kinds = [matching(profiled, record_type(name)) for name in record_types] or [best]
        if any(month_columns(found, across) for found in kinds):
            return _Seen(long, profiled, best, others[0], across)
    profiled = tuple(profiles(connection, sample))
    best, others = best_matching(profiled)
    kinds = [best, *(matching(profiled, record_type(name)) for name in record_types)]
    splitting = tuple((found.kind.name, splitting_columns(connection, sample, found)) for found in kinds)
    same_key = tuple((found.kind.name, same_key_question(connection, sample, found)) for found in kinds)
    industries = tuple((found.kind.name, industry_names(connection, sample, found)) for found in kinds)
    return _Seen(sample, profiled, best, others[0], None, splitting, same_key, industries)


def _of_records(seen: list[_Seen], record_types: Sequence[str]) -> list[_Seen]:
    """The parts whose rows are records; of record types without persons all, for they may be about groups."""
    if record_types and not any(c.is_person for name in record_types for c in record_type(name).columns):
        return seen
    judged = [(entry, statistics(entry.profiles, entry.best)) for entry in seen]
    kept = [entry for entry, headers in judged if not headers]
    if not kept:
        raise aggregates_error(judged[0][0].sample, judged[0][1])
    return kept


def _parts(seen: list[_Seen], record_types: Sequence[str]) -> list[Part]:
    seen = _of_records(seen, record_types)
    wanted = [_wanted(seen, name) for name in dict.fromkeys(record_types)]
    chosen = wanted or _fitting(seen)
    return [_part(seen, entry, found, chosen, is_given=bool(record_types)) for entry, found in chosen]


def _part(
    seen: list[_Seen], entry: _Seen, found: Matching, chosen: list[tuple[_Seen, Matching]], *, is_given: bool
) -> Part:
    """One record type of the draft, with all parts of the samples that have the same headers."""
    taken = [other for other, _ in chosen]
    rest = [other for other in seen if other is not entry]
    alike = [o for o in rest if o not in taken and _is_alike(o, found, is_given=is_given)]
    samples_alike = [other.sample for other in alike]
    own = entry.sample.selector
    if len(seen) > 1:
        own = selector(entry.sample, samples_alike, [o.sample for o in rest if o not in alike])
    read = [other for other in samples_alike if own and selects(own, other)]
    return Part(
        sample=replace(entry.sample, n_rows=entry.sample.n_rows + sum(other.n_rows for other in read)),
        found=replace(found, unused=tuple(_merged(profile, alike) for profile in found.unused)),
        runner_up=None if is_given else _runner_up(entry, found),
        selector=own,
        alike=tuple(other.selector or other.name for other in samples_alike if other not in read),
        across=entry.across,
        splitting=dict(entry.splitting).get(found.kind.name, ()),
        same_key=dict(entry.same_key).get(found.kind.name),
        industries=dict(entry.industries).get(found.kind.name),
    )


def _merged(profile: Profile, alike: Sequence[_Seen]) -> Profile:
    """The profile of an unused column with the words of parts that have the same headers, such as other months."""
    others = [p for entry in alike for p in entry.profiles if p.header == profile.header]
    words = Counter(profile.values)
    for other in others:
        words.update(other.values)
    if not all(p.values or not p.n_filled for p in (profile, *others)) or len(words) > FEW:
        return profile
    return replace(
        profile,
        n=profile.n + sum(other.n for other in others),
        n_filled=profile.n_filled + sum(other.n_filled for other in others),
        n_distinct=len(words),
        values=dict(words.most_common()),
        empty_marks=tuple(dict.fromkeys(mark for p in (profile, *others) for mark in p.empty_marks)),
    )


def _is_alike(entry: _Seen, found: Matching, *, is_given: bool) -> bool:
    """Whether another part has every mapped header, and best fits the same record type."""
    headers = {match.profile.header for match in found.matches}
    is_kind = is_given or entry.best.kind.name == found.kind.name
    return is_kind and bool(headers) and headers <= set(entry.sample.columns)


def _wanted(seen: list[_Seen], name: str) -> tuple[_Seen, Matching]:
    found = [(entry, matching(entry.profiles, record_type(name))) for entry in _sizeable(seen)]
    return max(found, key=lambda pair: pair[1].score)


def _sizeable(seen: list[_Seen]) -> list[_Seen]:
    """Leave out parts with less than a hundredth of the rows of the largest, such as a log of one row."""
    most = max(entry.sample.n_rows for entry in seen)
    return [entry for entry in seen if entry.sample.n_rows * _TINY >= most]


def _fitting(seen: list[_Seen]) -> list[tuple[_Seen, Matching]]:
    """The parts that fit a record type well, one per record type; if none does, the best part alone."""
    if all(len(entry.sample.columns) == 1 for entry in seen):
        raise IecareerError(
            f"{seen[0].sample.name}: has only one column, and every record type needs several.",
            next_step="If the delimiter is not comma, tab, semicolon or bar, name it with --delimiter.",
        )
    ranked = sorted(seen, key=lambda entry: -entry.best.score)
    best: dict[str, _Seen] = {}
    for entry in ranked:
        if entry.best.score >= _FITS:
            best.setdefault(entry.best.kind.name, entry)
    if not best:
        top = max(_sizeable(seen), key=lambda entry: entry.best.score)
        if top.best.score < _FITS_AT_ALL:
            raise _nothing_fits(top)
        best[top.best.kind.name] = top
    kept = list(best.values())
    return [(entry, entry.best) for entry in seen if entry in kept]


def _nothing_fits(seen: _Seen) -> IecareerError:
    place = ", ".join(filter(None, (seen.sample.name, seen.sample.selector)))
    near = [found for found in (seen.best, seen.second) if found.matches]
    nearest = f" The closest are {'; '.join(map(_found, near))}." if near else ""

    which = "If it is one of them, or another record type" if near else "If you know the record type"
    return IecareerError(
        f"{place}: its headers fit no record type.{nearest}",
        next_step=f"{which}, name it with --record-type and map its columns by hand. "
        "'iecareer contract list' lists the record types.",
    )


def _found(found: Matching) -> str:
    """A phrase that says how many required columns of a record type were found."""
    required = [column.name for column in found.kind.columns if column.required]
    matched = [name for name in required if found.match(name)]
    listed = f" ({', '.join(matched)})" if matched else ""
    return f"{found.kind.name} with {len(matched)} of {len(required)} required columns{listed}"


def _runner_up(entry: _Seen, found: Matching) -> str | None:
    is_own = found.kind.name == entry.best.kind.name
    return entry.second.kind.name if is_own and entry.second.score > entry.best.score - _CLOSE else None


def _scheme(parts: Sequence[Part]) -> str:
    """The identity scheme derived from the cells; the default for record types without persons."""
    persons = [match for part in parts for match in part.found.matches if match.column.is_person]
    if persons:
        return "cn_resident_id" if any(m.profile.share("resident") >= 0.5 for m in persons) else "opaque"
    named = any(column.is_person for part in parts for column in part.found.kind.columns)
    return "opaque" if named else "cn_resident_id"


def _inbox_path(source_id: str, sample: Path) -> str:
    """Path of the files below the inbox: the sample's folder if it lies there, else a folder named like the source."""
    absolute = sample.absolute()
    folder = PurePath(source_id)
    if absolute.is_relative_to(inbox()) and absolute.parent != inbox():
        folder = absolute.relative_to(inbox()).parent
    return f"{glob.escape(folder.as_posix())}/*{glob.escape(sample.suffix)}"
