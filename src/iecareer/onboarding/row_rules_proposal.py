"""Propose rules on whole rows: spans of months, months across, and which rows a person has to choose from.

A span is written into the draft. Which rows are meant is a question: it stands there as a TODO with a suggested line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iecareer.contracts import RecordType
from iecareer.onboarding import graduation_words
from iecareer.onboarding.column_profile import Profile
from iecareer.onboarding.dictionary import normal_name
from iecareer.onboarding.header_match import Matching
from iecareer.onboarding.months_across import MonthsAcross
from iecareer.onboarding.row_status import is_known, is_row_status, sides
from iecareer.onboarding.same_key_proposal import SameKeyQuestion
from iecareer.onboarding.shown_words import MOST_WORDS, counted, shown_words

_MOSTLY = 0.8
_BACK_PAYMENT = re.compile("补缴|补收|补差|补交|back ?pay|arrear", re.IGNORECASE)
_PENSION = re.compile("养老|pension", re.IGNORECASE)
# Insured are residents without an employer, those who pay for themselves, or the pension is a second one.
_NO_BASIC_PENSION = re.compile(
    "居民|城居|农村|农保|年金|个人养老金|补充|商业|征地|灵活|resident|rural|annuit|supplement|private|occupational",
    re.IGNORECASE,
)
_LONGEST_WORD = 16
_START = re.compile("起始|开始|起|始|自|from|start|begin|first", re.IGNORECASE)
_END = re.compile("终止|截止|截至|结束|止|至|终|to|end|until|last", re.IGNORECASE)


@dataclass(frozen=True)
class RowQuestion:
    """A column whose `words` tell rows apart that may not all be records, with those to keep and to leave out.

    The words have their counts. Without `leave_out`, the suggested rule leaves out every word that is not kept.
    """

    header: str
    why: str
    words: tuple[str, ...]
    keep: tuple[str, ...]
    leave_out: tuple[str, ...] | None
    n_empty: int = 0

    @property
    def text(self) -> str:
        """The question, with the words and the number of empty cells."""
        shown = ", ".join(self.words) or "see the file"
        empty = (
            f" In {self.n_empty:,} rows the cell is empty: they are quarantined unless another header leaves them out "
            "or you add null to a list."
            if self.n_empty
            else ""
        )
        return f"{self.header}: {self.why}. Which rows are meant? Words: {shown}.{empty}"

    @property
    def value(self) -> str:
        """The suggested rule for the column. It never says what an empty cell means."""
        listed = f"keep: [{_words(self.keep)}]" if self.keep else "keep: [WORD]"
        others = "" if self.leave_out is None else f", leaveOut: [{_words(self.leave_out)}]"
        return f"{json.dumps(self.header, ensure_ascii=False)}: {{{listed}{others}}}"


@dataclass(frozen=True)
class RuleQuestion:
    """A rule on rows that a person has to decide: its name, what speaks for it, and the suggested value."""

    rule: str
    why: str
    value: str


def _words(words: Sequence[str]) -> str:
    return ", ".join(json.dumps(word, ensure_ascii=False) for word in words)


def month_span(found: Matching) -> dict[str, str]:
    """The headers of a row's first and last month, or of the one cell with both; empty where a row is one month."""
    if found.kind.period_column is None:
        return {}
    match = found.match(found.kind.period_column)
    headers = [match.profile] if match else []
    profiles = [*headers, *found.unused]
    pairs = [(a, b) for a in profiles for b in profiles if a is not b and _is_pair(a, b)]
    if match:
        pairs = [(a, b) for a, b in pairs if match.profile in (a, b)]
    if pairs:
        return {"from": pairs[0][0].header, "to": pairs[0][1].header}
    spans = [p.header for p in headers or profiles if p.share("span") >= _MOSTLY]
    return {"in": spans[0]} if spans else {}


def _is_pair(first: Profile, last: Profile) -> bool:
    if not (_START.search(first.header) and _END.search(last.header)):
        return False
    stems = normal_name(_START.sub("", first.header, 1)), normal_name(_END.sub("", last.header, 1))
    are_months = all(max(p.share("month"), p.share("date")) >= _MOSTLY for p in (first, last))
    return stems[0] == stems[1] and are_months


def month_columns(found: Matching, across: MonthsAcross | None) -> dict[str, str]:
    """The rule for headers that are months; empty where the record type has no months or no amount among them."""
    amounts = [m.column.name for m in found.matches if across and m.profile.header == across.amount]
    months = [m.column.name for m in found.matches if across and m.profile.header == across.month]
    if not across or not amounts or months != [found.kind.period_column]:
        return {}
    return {"header": across.pattern, "column": amounts[0]}


def row_questions(found: Matching, splitting: Sequence[str] = ()) -> list[RowQuestion]:
    """Columns that say that not every row is a record, or that tell rows of one key apart (`splitting`)."""
    profiles = [*found.unused, *(match.profile for match in found.matches)]
    asked = {question.header: question for p in profiles for question in _by_words(p, found.kind)}
    asked = asked or {question.header: question for question in _by_codes(profiles, found.kind)}
    for profile in profiles:
        if profile.header in splitting and profile.header not in asked and not _is_of_back_payments(profile):
            words = _categories(profile)
            keep = tuple(_most_likely(words))
            # With both lists a kind that comes later is quarantined, not left out without a word.
            out = tuple(word for word in words if word not in keep) if keep else None
            why = "rows of one key differ in it"
            asked[profile.header] = RowQuestion(
                profile.header, why, counted(profile.values, words), keep, out
            )
    for profile in found.unused:
        if profile.header not in asked and is_row_status(profile):
            asked |= {question.header: question for question in _by_status(profile)}
    return list(asked.values())


def back_payments(found: Matching) -> list[RuleQuestion]:
    """Columns whose words say that a row is a payment for an earlier month."""
    if found.kind.period_column is None:
        return []
    asked = []
    for profile in (*found.unused, *(match.profile for match in found.matches)):
        words = [word for word in profile.values if len(word) <= _LONGEST_WORD and _BACK_PAYMENT.search(word)]
        if words and len(words) < len(profile.values) <= MOST_WORDS and not profile.is_personal:
            header = json.dumps(profile.header, ensure_ascii=False)
            why = (
                f"{header}: {', '.join(words)} may be payments for an earlier month, which add to that month"
            )
            asked.append(
                RuleQuestion(
                    "joinsMonth",
                    f"{why} instead of replacing it. Is it so?",
                    f"{{{header}: [{_words(words)}]}}",
                )
            )
    return asked


def _is_of_back_payments(profile: Profile) -> bool:
    return any(_BACK_PAYMENT.search(word) for word in profile.values)


def same_key(question: SameKeyQuestion | None) -> list[RuleQuestion]:
    """Which of the rows that share a key counts."""
    if question is None:
        return []
    differ = ", ".join(question.headers)
    why = f"{question.n_keys:,} keys have several rows, which differ in {differ}. Which row counts?"
    return [RuleQuestion("sameKey", f"{why} Candidates: {', '.join(question.rules)}.", question.rules[0])]


def _by_words(profile: Profile, kind: RecordType) -> Iterator[RowQuestion]:
    """What to ask about a column that tells who graduated. Landing quarantines unknown words: they are in no list."""
    if profile.is_personal or not graduation_words.has_words(kind):
        return
    words = _categories(profile)
    keep, out = graduation_words.sides(words)
    if kind.name != "graduate" and not keep:  # 未报到 may be about a job.
        return
    n_empty = _n_empty(profile)
    is_asked = out or (n_empty and kind.name == "graduate" and graduation_words.is_status_of_students(keep))
    if is_asked and len(out) + len(keep) >= len(words) / 2:
        why = "some of its words say that a row is no record" if out else "some of its cells are empty"
        yield RowQuestion(profile.header, why, counted(profile.values, words), keep, out, n_empty)


def _by_codes(profiles: Sequence[Profile], kind: RecordType) -> Iterator[RowQuestion]:
    """What to ask about codes of 学历, some of which people have who left without graduating."""
    for profile in profiles if graduation_words.has_words(kind) else ():
        keep, out = graduation_words.code_sides(profile)
        if out:
            why = f"people who left without graduating have {', '.join(out)}"
            listed = counted(profile.values, list(profile.values))
            yield RowQuestion(profile.header, why, listed, keep, out, _n_empty(profile))


def _by_status(profile: Profile) -> Iterator[RowQuestion]:
    """What to ask about a status of the row. Unknown words are in neither list, so that landing quarantines them."""
    seen = shown_words(profile.header, profile.values)
    words = [word for word in profile.values if word in seen or is_known(word)]
    joining = tuple(word for word in words if _BACK_PAYMENT.search(word))
    keep, out = sides([word for word in words if word not in joining])
    if joining and not out:  # `back_payments` asks about them.
        return
    why = "its words say that a row may be no record" if out else "it looks like a status of the row"
    yield RowQuestion(
        profile.header, why, counted(profile.values, words), (*keep, *joining), out, _n_empty(profile)
    )


def _n_empty(profile: Profile) -> int:
    """The number of empty cells; marks such as - are words for the rule."""
    return profile.n - profile.n_filled - sum(profile.values.get(mark, 0) for mark in profile.empty_marks)


def _categories(profile: Profile) -> list[str]:
    """The words of a column of few, each of which may be shown."""
    words = [value for value in profile.values if value not in profile.empty_marks]
    if not 1 <= len(words) <= MOST_WORDS or all(map(str.isdecimal, words)):
        return []
    seen = shown_words(profile.header, profile.values)
    return [word for word in words if word in seen or graduation_words.is_known(word)]


def _most_likely(words: Sequence[str]) -> list[str]:
    """Of kinds of insurance each basic pension of employees: those of enterprises and those of public institutions.

    Every employee has one of them; nothing is suggested of other words.
    """
    return [word for word in words if _PENSION.search(word) and not _NO_BASIC_PENSION.search(word)]
