"""Propose how a matched header fills a column: transformation, value map, null values, date format."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from iecareer.contracts import Column, RecordType
from iecareer.contracts.divisions import division_codes, known_divisions
from iecareer.landing.parse import national_lists
from iecareer.landing.parse.pay_units import MONTHS_PER_YEAR, unit_words
from iecareer.onboarding.code_and_name import joined, labelled, listed_name, name_instead, partner, with_name
from iecareer.onboarding.column_profile import PROVINCE, Profile
from iecareer.onboarding.dictionary import (
    cell_words,
    coded,
    division_code,
    fitting_lists,
    is_division,
    meanings,
    normal_value,
    value_names,
)
from iecareer.onboarding.header_match import Match
from iecareer.onboarding.other_code_lists import IndustryNames, is_no_candidate, name_of_number, question
from iecareer.onboarding.sample_reader import is_personal
from iecareer.onboarding.shown_words import is_category
from iecareer.onboarding.surrogate_keys import SurrogateKey

_ANNUAL_MONEY = 60_000.0
_SMALL_MONEY = 100
_MANY_DIVISIONS = 60
_SHOWN_WORDS = 6
_RETURNS = 3
_SHORT_NUMBER = re.compile("[0-9]{2,9}")
_SOME = 0.2
_MOSTLY = 0.5
# A code of a division, or a name that ends like that of a place: no address of a person, and no person's name.
_PLACE = re.compile(
    f"{PROVINCE}[0-9]{{4}}([0-9]{{3}}){{0,2}}|[\u4e00-\u9fff]{{2,10}}(省|市|县|区|州|盟|旗|镇|乡|街道|地区|新区|开发区)"
)
# How a cell states pay that is not by the month.
_PAID = {"year": "年薪", "week": "周薪", "day": "日薪", "hour": "时薪"}
_CATEGORY = re.compile("(类别|类型|大类|分类)$")
# Kind of an optional column → the share of cells that landing can read, and what the others are not.
_CHECKED = {
    "credit_code": ("credit", "valid credit codes"),
    "occupation_code": ("occupation_level", "occupation codes"),
    "industry_code": ("industry", "industry codes (GB/T 4754-2017) or names of their sections"),
}
_OPEN_ENDED = frozenset({"ended_on", "ends_on", "effective_to", "valid_to"})


@dataclass(frozen=True)
class Proposal:
    """One mapped column of a draft. `remarks` become comments in the contract."""

    column: Column
    header: str | None
    transform: str | None = None
    value_map: dict[str, str] = field(default_factory=dict)
    null_values: tuple[str, ...] = ()
    date_format: str | None = None
    remarks: tuple[str, ...] = ()


def proposal(
    match: Match, kind: RecordType, unused: Sequence[Profile] = (), names: IndustryNames | None = None
) -> Proposal:
    """Propose how the matched header fills the column, with the help of an `unused` one that holds its code or name.

    `names` says how far the codes of industries agree with the names beside them.
    """
    if named := name_instead(match, unused):
        remark = f"'{match.profile.header}' has other codes than the ministry's of 10 digits"
        line = f"or map the numbers: physicalName: {match.profile.header}, {_number_map(match.profile)}"
        return Proposal(match.column, named.header, remarks=(remark, _of_list("institution"), line))
    if worded := name_of_number(match, kind, unused, names):
        header, why = worded
        found = proposal(replace(match, profile=header, rivals=()), kind)
        return replace(found, remarks=(why, *found.remarks))
    column, profile = match.column, match.profile
    transform, remarks = _transform(column, profile)
    value_map, unknown = _value_map(column, profile, kind)
    remarks += unknown
    formats = profile.date_formats or profile.mixed_formats
    if column.kind in ("date", "month") and {"%m", "%d"} <= {f[:2] for f in formats}:
        remarks.append("check whether month or day comes first")
    other = partner(match, kind, unused)
    if other:
        transform, value_map = joined(match, kind, other), labelled(column, value_map)
        remarks.append("code and name: rows in which they differ are quarantined")
    elif transform is None and (other := listed_name(match, unused)):
        transform = with_name(other)
        remarks.append("code and name: rows in which the delivered list says that they differ are set aside")
    doubtful = {p.header for p in unused if is_no_candidate(p, kind, column)}
    if other:
        doubtful.add(other.header)
    if rivals := [header for header in match.rivals if header not in doubtful]:
        remarks.append(f"other candidates: {', '.join(rivals)}")
    remarks += _bad_cells(column, profile, kind)
    remarks += _without_employer(column, profile, kind)
    remarks += _other_meaning(column, profile)
    remarks += filter(None, [question(match, kind, names)])
    if match.fit < 0.5 and not transform:
        remarks.append("check: most cells do not look like this column")
    return Proposal(
        column,
        profile.header,
        transform,
        value_map,
        _null_values(column, profile, value_map),
        profile.date_format if column.kind in ("date", "month") and not transform else None,
        tuple(remarks),
    )


def _without_employer(column: Column, profile: Profile, kind: RecordType) -> list[str]:
    """A remark about rows of persons without an employer, where the record type needs one."""
    n_empty = profile.n - profile.n_filled
    is_needed = column.required and column.kind == "credit_code" and any(c.is_person for c in kind.columns)
    if not is_needed or not n_empty or not profile.n_filled:
        return []
    marks = ", ".join(["null", *(json.dumps(mark, ensure_ascii=False) for mark in profile.empty_marks)])
    header = json.dumps(profile.header, ensure_ascii=False)
    line = f"rowFilter {{{header}: {{leaveOut: [{marks}]}}}}"
    told = f"{n_empty:,} of {profile.n:,} rows have no employer: they are quarantined (missing)"
    return [f"{told}. Where people pay for themselves, leave such rows out: {line}"]


def _other_meaning(column: Column, profile: Profile) -> list[str]:
    """A remark about a header that usually means something near to the column, but not the column itself."""
    if column.name == "job_title" and _CATEGORY.search(profile.header):
        return ["a category of jobs, not a title: remove this line unless you want it as the title"]
    if column.name == "registered_on" and re.search("审核|审批|更新", profile.header):
        return [
            "the day of approval or of a change: if the file has the day of registration (登记时间), use that"
        ]
    return []


def key_proposal(key: SurrogateKey) -> Proposal:
    """Propose a surrogate key: a hash of columns that identify a row."""
    listed = ", ".join(map(_quoted, key.headers))
    remarks = [
        "the file has no key: this hash of several columns replaces it; rows equal in all of them count once"
    ]
    if key.numbers:
        remarks.append(f"a key may be in {' or '.join(key.numbers[:2])}")
    if shown := [header for header in key.left_out if not is_personal(header)]:
        more = f" and {len(shown) - _SHOWN_WORDS} more" if len(shown) > _SHOWN_WORDS else ""
        left_out = ", ".join(shown[:_SHOWN_WORDS]) + more
        remarks.append(f"left out, because they may change between deliveries: {left_out}")
    # A list keeps the positions of empty cells. Letters replace digits: 15 digits may look like an old identity number.
    made = f"translate(md5([{listed}]::varchar), '0123456789', 'ghijklmnop')"
    return Proposal(key.column, None, made, remarks=tuple(remarks))


def _value_map(column: Column, profile: Profile, kind: RecordType) -> tuple[dict[str, str], list[str]]:
    """Map values of a closed list, or names of regions. A remark counts the values that the dictionary lacks."""
    names = value_names(kind, column)
    if column.kind == "region_code":
        return _division_map(profile)
    if not names or profile.is_personal:
        return {}, []
    read = {"1", "0", "t", "f"} if column.kind == "boolean" else set()
    mapped = meanings(kind, column, profile.values)
    is_understood = national_lists.meanings(column, profile.values)
    marks = {normal_value(mark) for mark in profile.empty_marks}
    unknown = [v for v in profile.values if v not in mapped and normal_value(v) not in read | marks]
    needed = {
        value: meant
        for value, meant in mapped.items()
        if value != meant and value not in is_understood and not _is_read(column, value)
    }
    if lists := fitting_lists(column, profile.values):
        is_sure = bool(coded(column, profile.values))
        note = (
            f"codes of {next(iter(lists))}"
            if is_sure
            else f"the codes mean different things in {' and '.join(lists)}"
        )
        return needed, [note] if is_sure and not unknown else [note, f"map {len(unknown)} codes"]
    if not unknown or not (column.allowed or column.kind == "boolean"):
        return needed, []
    if not mapped:
        return needed, [f"map {len(unknown)} values to {', '.join(column.allowed or ('true', 'false'))}"]
    shown = [value for value in unknown if is_category(value, profile.values[value])][:_SHOWN_WORDS]
    more = f"{len(unknown) - len(shown)} more values" if len(unknown) > len(shown) else ""
    return needed, [f"not mapped yet: {', '.join(filter(None, (*shown, more)))}"]


def _is_read(column: Column, value: str) -> bool:
    """Whether landing understands the value without a map: the usual forms of yes and no."""
    return column.kind == "boolean" and value.lower() in (
        "true", "t", "yes", "y", "1", "是", "false", "f", "no", "n", "0", "否",
    )  # fmt: skip


def _division_map(profile: Profile) -> tuple[dict[str, str], list[str]]:
    if profile.share("named_division") < 0.2 or not profile.values:
        n = profile.n_distinct
        is_coded = profile.share("division") >= 0.5 or not profile.n_filled
        return {}, [] if is_coded else [
            f"{n:,} names: landing understands those of the list of divisions; map others in a valueMapFile"
        ]
    known = known_divisions()
    names = [value for value in profile.values if value not in profile.empty_marks and value not in known]
    codes = {
        value: code
        for value in names
        if (code := _code_of(value)) and (is_division(value) or is_category(value, profile.values[value]))
    }
    rest = [value for value in names if value not in codes]
    shown = [value for value in rest if _PLACE.fullmatch(value)][:_SHOWN_WORDS]
    more = f"{len(rest) - len(shown)} more" if shown and len(rest) > len(shown) else ""
    listed = f": {', '.join(filter(None, (*shown, more)))}" if shown else ""
    remark = [f"{len(rest)} values have no code yet{listed}"] if rest else []
    return dict(list(codes.items())[:_MANY_DIVISIONS]), remark


def _code_of(name: str) -> str | None:
    """The code of a region's name, by the list that landing has; else of a large place within the name."""
    codes = division_codes(name)
    return (codes[0] if len(codes) == 1 else None) if codes else division_code(name)


def _null_values(column: Column, profile: Profile, value_map: dict[str, str]) -> tuple[str, ...]:
    """Marks of empty cells to list in the contract, without words that have a meaning in this column."""
    known = cell_words()
    marks = [mark for mark in profile.empty_marks if mark not in value_map]
    if column.name not in _OPEN_ENDED:
        marks = [mark for mark in marks if normal_value(mark) not in known.open_end]
    if column.kind != "money":
        marks = [mark for mark in marks if mark not in known.empty_ranges]
    if column.required or column.kind == "text":
        marks = [mark for mark in marks if normal_value(mark) not in known.everything]
    return tuple(marks)


def _transform(column: Column, profile: Profile) -> tuple[str | None, list[str]]:
    if column.kind == "money":
        return _money(column, profile)
    if column.kind == "number" and profile.is_decimal_comma:
        return _decimal_comma(profile), [_of_comma(profile)]
    if column.kind == "year" and profile.share("year") < 0.5 and profile.share("date") >= 0.5:
        return "value[1:4]", []
    if column.kind in ("date", "month"):
        return _date(column, profile)
    return None, _no_codes(column, profile)


def _bad_cells(column: Column, profile: Profile, kind: RecordType) -> list[str]:
    """A remark about cells that landing cannot read: of an optional column it leaves them empty."""
    if column.is_person and profile.share("resident") >= _MOSTLY and profile.share("permit"):
        n = round(profile.share("permit") * profile.n_filled)
        return [
            f"{n:,} of {profile.n_filled:,} cells have the form of a permit or passport: quarantined as permit_number"
        ]
    name, what = _CHECKED.get(column.kind, ("", ""))
    means_something = column.name in _OPEN_ENDED or (kind.name, column.name) == ("agreement", "program_code")
    if column.required or not name or means_something or not profile.n_filled:
        return []
    n_bad = round((1 - profile.share(name)) * profile.n_filled)
    return [f"{n_bad:,} of {profile.n_filled:,} cells are no {what}: they are left empty"] if n_bad else []


def _no_codes(column: Column, profile: Profile) -> list[str]:
    """A remark about cells that should be codes but are not."""
    if column.kind == "institution_code" and profile.share("institution") < 0.5:
        is_named = profile.share("digit") < _MOSTLY
        if is_named:
            return [_of_list("institution")]
        remark = "these are not the ministry's 10-digit codes"
        return [f"{remark}: map each, {_number_map(profile)}" if profile.values else remark]
    if column.kind == "program_code" and profile.n_filled and profile.share("program") < 0.5:
        return [_of_list("program")]
    return []


def _number_map(profile: Profile) -> str:
    """The property that maps an office's numbers of institutions to the ministry's codes, which a person fills in."""
    numbers = [word for word, n in profile.values.items() if n >= _RETURNS and _SHORT_NUMBER.fullmatch(word)]
    shown = ["NUMBER"] if profile.is_personal or not numbers else numbers[:_SHOWN_WORDS]
    pairs = ", ".join(f"{json.dumps(number)}: VALUE" for number in shown)
    more = ", …" if len(numbers) > len(shown) else ""
    return f"customProperties: [{{property: valueMap, value: {{{pairs}{more}}}}}]"


def _of_list(kind_name: str) -> str:
    return f"names: landing understands them once the list '{kind_name}' is delivered; land that list first"


def _date(column: Column, profile: Profile) -> tuple[str | None, list[str]]:
    if column.kind == "date" and profile.share("year") >= 0.9 and profile.share("date") < 0.5:
        day = "09-01" if column.name in ("enrolled_on", "effective_from") else "07-01"
        return f"value || '-{day}'", ["the cells hold only a year: month and day are assumed"]
    if profile.mixed_formats:
        form = profile.mixed_formats[0]
        read = f"coalesce(strftime(try_strptime(value, '{form}'), '%Y-%m-%d'), value)"
        return read, ["dates in two formats"]
    return None, []


def _money(column: Column, profile: Profile) -> tuple[str | None, list[str]]:
    """Convert amounts from the unit in header, title or cells to the unit of the column."""
    unit = column.unit or ""
    if profile.share("range") >= 0.5:
        return _range(column, profile, _factor_of_header(profile) or profile.factor)
    factor, remarks = _factor(profile)
    in_cells = profile.share("unit")
    steps = f" * {int(float(factor))}" if factor else ""
    period = next((p for p, marks in cell_words().periods.items() if _holds(profile.header, marks)), None)
    if "per month" in unit:
        median = (profile.median or 0.0) * float((in_cells < _MOSTLY and factor) or 1)
        if period == "year" or (period is None and median > _ANNUAL_MONEY):
            steps += f" / {MONTHS_PER_YEAR}"
            remarks += [] if period else [f"median {median:,.0f}: assumed to be pay per year"]
        elif period not in (None, "month"):
            remarks.append(f"pay per {period}: convert it to pay per month")
        elif 0 < median < _SMALL_MONEY or median > _ANNUAL_MONEY:
            remarks.append(f"median {median:,.4g}: check the unit")
        elif period is None and profile.header.isascii():
            remarks.append("check that it is pay per month in CNY")
    if profile.is_decimal_comma:
        return f"{_decimal_comma(profile)}{steps}", [*remarks, _of_comma(profile)]
    if profile.share("dots") >= _MOSTLY and factor is None:
        # Pay has no three decimals, so the point separates thousands and the median above does not apply.
        return f"{_decimal_comma(profile)}{steps}", [
            "point as thousands separator; check that it is pay per month"
        ]
    return (f"value{steps}" if steps else None), remarks


def _factor(profile: Profile) -> tuple[str | None, list[str]]:
    """By what an amount is multiplied where its cell names no unit, with remarks; None if no cell needs that."""
    factor, remarks = _factor_of_header(profile), []
    if factor is None and profile.factor and not re.search("[元€$£]", profile.header):
        factor = profile.factor
        remarks.append(f"times {int(float(factor)):,}: unit from the rows above the headers")
    if factor and profile.share("unit") == 1:
        return None, ["the cells name their unit"]
    if factor and profile.share("unit"):
        n_named = round(profile.share("unit") * profile.n_filled)
        remarks.append(f"{n_named:,} cells name their own unit, which counts there")
    return factor, remarks


def _factor_of_header(profile: Profile) -> str | None:
    return next((f for f, marks in cell_words().factors.items() if _holds(profile.header, marks)), None)


def _decimal_comma(profile: Profile) -> str:
    """Expression that reads an amount with a decimal comma."""
    return f"decimal_comma({_quoted(profile.header)})"


def _of_comma(profile: Profile) -> str:
    doubt = "" if profile.share("comma") >= _SOME else "; check that it is not a thousands separator"
    return f"comma as decimal mark{doubt}"


def _range(column: Column, profile: Profile, factor: str | None) -> tuple[str, list[str]]:
    """Expression that reads one end of a range. What the header says of unit and time is added to the cell."""
    end = "low" if column.name.endswith("low") else "high"
    cell = _quoted(profile.header)
    for mark in profile.empty_marks:
        if any(map(str.isdigit, mark)):
            cell = f"nullif({cell}, '{mark}')"
    remarks = ["the range is split into its two ends"]
    unit = next(iter(unit_words(float(factor))), "") if factor else ""
    if unit:
        cell = rf"regexp_replace({cell}, '([0-9])$', '\1{unit}')"
        remarks.append(f"{unit}: unit from the header or the rows above it, where the cell has none")
    period = next((p for p, marks in cell_words().periods.items() if _holds(profile.header, marks)), None)
    if period in _PAID:
        cell = f"'{_PAID[period]}' || {cell}"
        remarks.append(f"per {period}, by the header, where the cell names no time")
    return f"range_{end}({cell})", remarks


def _quoted(header: str) -> str:
    return '"' + header.replace('"', '""') + '"'


def _holds(header: str, marks: list[str]) -> bool:
    name = re.sub(r"[_\s]+", " ", header.lower())
    return any(mark in name for mark in marks)
