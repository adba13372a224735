"""Changes in words: a summary, then program by program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.feedback.definitions import is_told
from iecareer.feedback.not_shown import why_not_shown
from iecareer.feedback.statements import percent, response_of, signed, years, yuan
from iecareer.feedback.wording import NOTHING, Text, listed, of_value, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iecareer.feedback.changes.comparison import Change, Changes
    from iecareer.feedback.published import College, Row

# Keys that differ within a definition, and so belong to the words of a number.
_KEYS_IN_WORDS = {
    "retention": ("horizon_months",),
    "employer": ("horizon_months", "n_employers"),
    "hiring_employer": ("enterprise_name", "horizon_months"),
    "workplace": ("horizon_months", "dimension", "category"),
    "starting_salary": ("measure",),
    "wage": ("horizon_months", "measure"),
    "promotion": ("horizon_months",),
    "certificate": ("phase", "measure"),
    "innovation": ("kind",),
    "salary_differential": ("scope", "mode", "measure", "method"),
    "response": ("wave_months",),
}
_MONTHS = ("horizon_months", "wave_months")
# A page lists so many single numbers of a program; the workbook lists all.
_LISTED = 4


@dataclass(frozen=True)
class ToldProgram:
    """One program, or the whole institution, with what changed there."""

    name: Text
    sentences: tuple[Text, ...]


@dataclass(frozen=True)
class Told:
    """Changes in words."""

    summary: tuple[Text, ...]
    programs: tuple[ToldProgram, ...] = ()


@dataclass(frozen=True)
class Names:
    """What some numbers are called, and how many they are."""

    names: tuple[Text, ...]
    n: int


def told(changes: Changes, programs: Sequence[tuple[str, str]]) -> Told:
    """Changes in words, the whole institution first, then programs in the order given, then those that are gone."""
    if changes.now is None:
        return Told((say("changes_not_readable", label=changes.earlier.label),))
    by_program: dict[str | None, list[Change]] = {None: [], **{code: [] for code, _ in programs}}
    for one in changes.numbers:
        by_program.setdefault(one.row["program_code"], []).append(one)
    found = [
        ToldProgram(name_of(mine[0].row), _of_program(changes, mine)) for mine in by_program.values() if mine
    ]
    return Told(_summary(changes), tuple(one for one in found if one.sentences))


def _summary(changes: Changes) -> tuple[Text, ...]:
    """How much changed, what is new and what cannot be compared."""
    if changes.is_nothing:
        return (say("changes_none", n=len(changes.both)) if changes.both else say("changes_none_shown"),)
    found = [*_about_rules(changes), *_counted(changes)]
    if changes.cohorts:
        found.append(
            say("changes_cohorts", cohorts=listed([say("cohort", year=one) for one in changes.cohorts]))
        )
    for name, definitions in (("content", changes.new_content), ("format", changes.not_compared)):
        if definitions:
            found.append(say(f"changes_{name}", names=listed([one.title for one in definitions])))
    for name, rows in (
        ("flagged", changes.flagged),
        ("cleared", changes.cleared),
        ("not_judged", changes.not_judged),
    ):
        if rows:
            found.append(say(f"changes_{name}", names=listed([name_of(row) for row in rows])))
    return tuple(found)


def _about_rules(changes: Changes) -> list[Text]:
    """What makes numbers differ although no graduate does."""
    found = [say("changes_rules", n=len(changes.rules))] if changes.rules else []
    if not changes.has_other_prices:
        return found
    before, now = changes.earlier.edition.price_base_year, changes.edition.price_base_year
    is_known = before is not None and now is not None
    name = "changes_prices" if is_known else "changes_prices_not_known"
    return [*found, say(name, before=before, now=now)]


def _counted(changes: Changes) -> list[Text]:
    """How many numbers both releases have, which of them changed, and how many only one has."""
    found = []
    if changes.changed:
        found.append(say("changes_some", n=len(changes.both), changed=len(changes.changed)))
    elif changes.both:
        found.append(say("changes_same", n=len(changes.both)))
    for name, numbers in (("marked", changes.marked), ("new", changes.new), ("gone", changes.gone)):
        if numbers:
            found.append(say(f"changes_{name}", n=len(numbers)))
    return found


def _of_program(changes: Changes, mine: Sequence[Change]) -> tuple[Text, ...]:
    """What changed in one program: single numbers first, then what is new and what is gone."""
    single = [change_of_value(changes, one) for one in mine if one.has_changed]
    marks = [change_of_mark(one) for one in mine if one.is_marked_otherwise]
    return (
        *_cut(single),
        *_cut(marks),
        *_new([one for one in mine if one.is_shown and not one.was_shown]),
        *_gone(changes, [one for one in mine if one.was_shown and not one.is_shown]),
    )


def change_of_value(changes: Changes, change: Change) -> Text:
    """A number that both releases have, as it was and as it is."""
    before, now = (
        _figure(change, row, college)
        for row, college in ((change.before, changes.before), (change.now, changes.now))
    )
    name = "change_beside" if before == now else "change_value"
    return say(name, years=years_of(change.row), label=label_of(change), before=before, now=now)


def change_of_mark(change: Change) -> Text:
    """How a number lay beside its peers, and how it lies now."""
    before, now = ((row or {}).get("mark") for row in (change.before, change.now))
    return say(
        "change_mark" if change.has_changed else "change_mark_by_peers",
        years=years_of(change.row),
        label=label_of(change),
        before=_mark(before),
        now=_mark(now),
    )


def label_of(change: Change) -> Text:
    """What the number is called: its definition, and what differs within it."""
    row = change.row
    words = [
        say("months", months=row[name]) if name in _MONTHS else of_value(name, row[name])
        for name in _KEYS_IN_WORDS.get(change.definition.table, ())
        if row[name] is not None
    ]
    title = change.definition.title
    return say("change_label", title=title, words=listed(words)) if words else title


def years_of(row: Row) -> Text:
    """The cohorts of a row: one, a block, or all."""
    if "cohort_from" in row:
        return years(row)
    return say("cohort", year=row["cohort_year"]) if row["cohort_year"] else say("all_cohorts")


def why_gone(changes: Changes, change: Change) -> Text:
    """Why this release has no value of a number that the earlier one had."""
    if change.now is not None:
        return why_not_shown(change.definition.table, change.now, changes.edition)
    return say("change_regrouped" if changes.is_regrouped(change) else "change_no_row")


def why_new(change: Change) -> Text:
    """Why the earlier release had no value; no text if it had no such row."""
    return of_value("status", change.before["status"]) if change.before else NOTHING


def _new(mine: Sequence[Change]) -> list[Text]:
    """Numbers that are new, apart from those that were withheld before."""
    groups: dict[Text, list[Change]] = {}
    for one in mine:
        groups.setdefault(why_new(one), []).append(one)
    return [
        _listed_or_counted("change_shown" if why[0] else "change_new", cohorts, why, names)
        for why, numbers in groups.items()
        for cohorts, names in _by_names(numbers)
    ]


def _gone(changes: Changes, mine: Sequence[Change]) -> list[Text]:
    """Numbers that are gone, by reason."""
    groups: dict[Text, list[Change]] = {}
    for one in mine:
        groups.setdefault(why_gone(changes, one), []).append(one)
    return [
        _listed_or_counted("change_gone", cohorts, why, names)
        for why, numbers in groups.items()
        for cohorts, names in _by_names(numbers)
    ]


def _listed_or_counted(name: str, cohorts: Text, why: Text, numbers: Names) -> Text:
    """A few names, or else how many numbers there are."""
    if len(numbers.names) > _LISTED:
        return say(f"{name}_many", years=cohorts, why=why, n=numbers.n)
    return say(name, years=cohorts, why=why, names=listed(list(numbers.names)))


def _by_names(numbers: Sequence[Change]) -> list[tuple[Text, Names]]:
    """Cohorts with the names of their numbers; cohorts with the same ones together."""
    of_cohorts: dict[Text, list[Change]] = {}
    for one in numbers:
        of_cohorts.setdefault(years_of(one.row), []).append(one)
    together: dict[tuple[Text, ...], list[tuple[Text, int]]] = {}
    for cohorts, some in of_cohorts.items():
        together.setdefault(_names(some), []).append((cohorts, len(some)))
    return [
        (listed([cohorts for cohorts, _ in found]), Names(names, sum(n for _, n in found)))
        for names, found in together.items()
    ]


def _names(numbers: Sequence[Change]) -> tuple[Text, ...]:
    """The numbers by definition; several of one definition are counted."""
    groups: dict[str, list[Change]] = {}
    for one in numbers:
        groups.setdefault(one.definition.name, []).append(one)
    return tuple(
        label_of(some[0])
        if len(some) == 1
        else say("change_several", title=some[0].definition.title, n=len(some))
        for some in groups.values()
    )


def _cut(sentences: Sequence[Text]) -> Iterable[Text]:
    """The first sentences, and how many more there are."""
    if len(sentences) <= _LISTED:
        return sentences
    return [*sentences[:_LISTED], say("changes_more", n=len(sentences) - _LISTED)]


def _figure(change: Change, row: Row | None, college: College | None) -> Text:
    """A value with its interval or quartiles, the number of persons and, where people were asked, response rates."""
    if row is None or college is None:
        raise LookupError("A changed number has two rows.")
    main = change.definition.main
    if main == "percent":
        return say("figure_difference", value=signed(row["percent"]), interval=_interval(change, row))
    about = say("people", n=row["n"])
    if is_told(change.definition.name, row):
        months = row.get("horizon_months") or college.headline_wave
        about = say("figure_told", about=about, response=response_of(college, row, months))
    spread = _middle_half(row) if main == "p50" else _interval(change, row)
    value = yuan(row["p50"]) if main == "p50" else percent(row[main], row["n"])
    return say("figure", value=value, spread=spread, about=about)


def _interval(change: Change, row: Row) -> Text:
    if row["ci_low"] is None or row["ci_high"] is None:
        return say("figure_without_interval")
    is_difference = change.definition.main == "percent"
    low, high = (
        signed(row[end]) if is_difference else percent(row[end], row["n"]) for end in ("ci_low", "ci_high")
    )
    return say("interval", low=low, high=high)


def _middle_half(row: Row) -> Text:
    if row["p25"] is None or row["p75"] is None:
        return say("middle_half_not_known")
    return say("middle_half", low=yuan(row["p25"]), high=yuan(row["p75"]))


def _mark(name: str | None) -> Text:
    return of_value("mark", name) if name else say("change_not_compared")


def name_of(row: Row) -> Text:
    """The name of the row's program."""
    if row["program_code"] is None:
        return say("whole_institution")
    return Text(*[row["program_name"] or row["program_code"]] * 2)
