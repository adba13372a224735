"""Dates: every written form of a day or month, of a point in time with its zone, and of a spreadsheet's serial number.

Of a point in time the day in China counts; the connection's time zone is Asia/Shanghai. Text that cannot be read
becomes null. So does a point in time with an unknown zone, because its day in China is unknown, too.
"""

from __future__ import annotations

from iecareer.contracts import Column
from iecareer.database import text_literal

_CHINESE_DIGITS = "\u3007零○一二三四五六七八九"
_ARABIC_DIGITS = "000123456789"
_FIVE_DIGITS = f"[0-9{_CHINESE_DIGITS}]{{5}}"
_DASHES = "\u2212\u2013\u2014\u2010\u2011\u2012"
# Days between the first day of the date system that counts from 1904 and that of the usual one.
_DAYS_TO_1904 = 1462
# How most programs write a point in time. DuckDB reads these itself, many times faster than the parts one by one.
_USUAL = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-9]{2}"
    r"(:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-](0[0-9]|1[0-4])(:?[0-9]{2})?)?)?"
)
# A day, then hour, minute, perhaps second and fraction, AM or PM, and whatever follows.
_CLOCK = (
    r"(?i)^(.+?[日号T\s])\s*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,:][0-9]+)?)?"
    r"\s*(?:(am|pm)\b)?\s*(|[^0-9\s.,:].*)$"
)
_COMPACT = r"^((?:19|20)[0-9]{6})[Tt ]?([0-9]{2})([0-9]{2})([0-9]{2})((?:[^0-9].*)?)$"
# What programs write behind an offset: its name, its region in brackets, its name in words, Go's monotonic clock.
_BEHIND = r"\s*(?:[A-Z]{2,5}|[+-][0-9]{2,4})?\s*(?:\[[\w/+:-]+\]|\([^()]*\))?(?:\s+m=[+-][0-9.]+)?$"
_OFFSET = rf"(?i)^(?:UTC|GMT|Z)?\s*([+-])([0-9]{{1,2}})(?::?([0-9]{{2}}))?(?::?([0-9]{{2}}))?{_BEHIND}"
_UTC = rf"(?i)^\[?(?:Z|UTC|GMT|UT|UCT|Zulu|Etc/(?:UTC|GMT|UCT|Zulu))\]?{_BEHIND}"
_REGION = r"(?i)^\[?([A-Z_]+(?:/[\w+-]+)+|PRC|Hongkong|Singapore|Japan)\]?$"
# Minutes before UTC. Names that several countries use (CST, IST, BST, AST) are no zone.
_NAMED = {
    "HKT": 480, "SGT": 480, "JST": 540, "KST": 540, "MSK": 180, "EET": 120, "EEST": 180, "CET": 60, "CEST": 120,
    "WET": 0, "WEST": 60, "EST": -300, "EDT": -240, "CDT": -300, "MDT": -360, "PST": -480, "PDT": -420, "AEST": 600,
    "AEDT": 660, "NZST": 720, "NZDT": 780,
}  # fmt: skip
_FURTHEST = 14 * 3600
# A time of day so close before midnight is an error of storage: up to a minute in a serial number, since the day of
# a spreadsheet may be short by the seconds of an old local time; 43 of them in a text. 23:59:59 means the day's end.
_LAST_MINUTE = 86_400 - 60
_END_OF_DAY = "between 86398.5 and 86399.5"
_SHANGHAI_SECONDS = "between 86356 and 86357"


def macros() -> list[str]:
    """Statements that define the SQL functions of this module on a connection."""
    named = " ".join(f"when {text_literal(name)} then {60 * minutes}" for name, minutes in _NAMED.items())
    offset = [f"try_cast(regexp_extract(zone, '{_OFFSET}', {n}) as integer)" for n in (2, 3, 4)]
    return [
        # 十月 is 10, 十一 11, 二十 20, 二十一 21; single digits are translated one by one.
        f"""create macro arabic_digits(text) as translate(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                text, '([一二三])十([一-九])', '\\1\\2', 'g'), '([一二三])十', '\\g<1>0', 'g'),
                '十([一-九])', '一\\1', 'g'), '十', '10', 'g'), '{_CHINESE_DIGITS}', '{_ARABIC_DIGITS}')""".replace(
            "[一-九]", "[一二三四五六七八九]"
        ).replace("\\g<1>0", "\\1\u3007"),
        r"""create macro dated_text(text) as regexp_replace(regexp_replace(regexp_replace(
            text, '[年月./]', '-', 'g'), '[日号份\s]', '', 'g'), '-+$', '')""",
        f"""create macro serial_day(number) as date '1899-12-30' + floor(number)::int
            + (86400 * (number - floor(number)) >= {_LAST_MINUTE}
                and 86400 * (number - floor(number)) not {_END_OF_DAY})::int""",
        # 20241 could be January 2024, so serial numbers begin with 21000, in 1957.
        r"""create macro parsed_date(text) as case
            when regexp_full_match(text, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') then try_cast(text as date)
            when regexp_full_match(text, '[0-9]{4}-[0-9]{1,2}') then try_cast(text || '-01' as date)
            when regexp_full_match(text, '(19|20)[0-9]{6}') then try_strptime(text, '%Y%m%d')::date
            when regexp_full_match(text, '(19|20)[0-9]{4}') then try_strptime(text || '01', '%Y%m%d')::date
            when regexp_full_match(text, '(2[1-9]|[3-6][0-9])[0-9]{3}(\.[0-9]+)?') then serial_day(text::double)
            when regexp_full_match(text, '[0-9]{1,2}-[0-9]{4}') then try_strptime('1-' || text, '%d-%m-%Y')::date
            end""",
        # Seconds before UTC of a zone that is written as an offset or by a name.
        f"""create macro zone_seconds(zone) as case
            when regexp_matches(zone, '{_UTC}') then 0
            when regexp_matches(zone, '{_OFFSET}')
            then case regexp_extract(zone, '{_OFFSET}', 1) when '-' then -1 else 1 end
                * (3600 * {offset[0]} + 60 * coalesce({offset[1]}, 0) + coalesce({offset[2]}, 0))
            else case upper(zone) {named} end end""",
        # `local_time` is a timestamp without zone, read as local time of the zone.
        f"""create macro in_china(local_time, zone) as case when regexp_matches(zone, '{_REGION}')
            then try_cast(strftime(local_time, '%Y-%m-%d %H:%M:%S ') || regexp_extract(zone, '{_REGION}', 1)
                as timestamptz)
            else list_transform([zone_seconds(zone)], lambda ahead: case when abs(ahead) <= {_FURTHEST}
                then timezone('UTC', local_time - to_seconds(ahead)) end)[1] end::timestamp""",
        f"""create macro day_at(local_time) as local_time::date
            + (epoch(local_time)::bigint % 86400 {_SHANGHAI_SECONDS})::int""",
        # A time range such as 08:30-09:30 looks like an offset, but has no seconds.
        r"""create macro clock_time(day, part) as case
            when day is null or part.hour::int > 24 or part.minute::int > 59
                or coalesce(try_cast(part.second as int), 0) > 59 then null
            when part.hour = '24' and (part.zone <> '' or part.minute <> '00') then null
            when part.hour = '24' then day::timestamp
            when starts_with(part.zone, '-') and part.second = '' and part.day not ilike '%t' then null
            else day + to_seconds(3600 * case lower(part.half)
                    when 'pm' then part.hour::int % 12 + 12 when 'am' then part.hour::int % 12 else part.hour::int end
                + 60 * part.minute::int + coalesce(try_cast(part.second as int), 0)) end""",
        # Each step is bound by a lambda: a macro repeats its argument wherever it names it.
        f"""create macro moment_day(text) as list_transform([regexp_extract(
                regexp_replace(text, '{_COMPACT}', '\\1T\\2:\\3:\\4\\5'), '{_CLOCK}',
                ['day', 'hour', 'minute', 'second', 'half', 'zone'])], lambda part: case when part.day <> '' then
            list_transform(list_transform(list_transform(list_transform(
                [dated_text(arabic_digits(regexp_replace(part.day, '[Tt\\s]+$', '')))],
                lambda written: parsed_date(written)), lambda day: clock_time(day, part)),
                lambda moment: case when part.zone = '' then moment else in_china(moment, part.zone) end),
                lambda moment: day_at(moment)::varchar)[1] end)[1]""",
        # Five digits alone are a serial number, but 20237月 is none.
        # 2023.10 typed into a cell becomes the number 2023.1, which could also be January.
        rf"""create macro plain_date(text) as case
            when length(text) = 6 and ends_with(text, '.1') then null
            when regexp_full_match(text, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|[2-6][0-9]{{4}}\.[0-9]+') then text
            when regexp_full_match(text, '{_USUAL}') then day_at(try_cast(text as timestamptz)::timestamp)::varchar
            when contains(text, ':') or regexp_matches(text, '{_COMPACT}')
            then moment_day(translate(text, '{_DASHES}', '{"-" * len(_DASHES)}'))
            when regexp_full_match(text, '{_FIVE_DIGITS}[^0-9].*') and not regexp_matches(text, '{_FIVE_DIGITS}.*[0-9]')
            then null
            else dated_text(arabic_digits(translate(text, '{_DASHES}', '{"-" * len(_DASHES)}'))) end""",
        # A serial number of a workbook whose days are counted from 1904.
        rf"""create macro serial_from_1904(text) as case when regexp_full_match(text, '[0-9]{{5}}(\.[0-9]+)?')
            then (text::double + {_DAYS_TO_1904})::varchar else text end""",
        r"""create macro unless_serial(text) as
            case when not regexp_full_match(text, '[0-9]{5}(\.[0-9]+)?') then text end""",
    ]


def date_expression(column: Column, text: str, plain: str, date_format: str | None = None) -> str:
    """SQL of the day of a date, or of the first day of a month.

    Parameters
    ----------
    text, plain
        SQL of the normalised text, and of what `plain_date` makes of it.
    date_format
        One more form (DuckDB `strptime`) that the contract adds; where it contradicts the others, it counts.
    """
    day = f"parsed_date({plain})"
    if date_format:
        day = f"coalesce(try_strptime({text}, {text_literal(date_format)})::date, {day})"
    return f"date_trunc('month', {day})::date" if column.kind == "month" else day
