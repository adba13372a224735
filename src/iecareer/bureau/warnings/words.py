"""A published warning in words."""

from __future__ import annotations

from collections.abc import Sequence

from iecareer.bureau.explained import cause_words
from iecareer.bureau.values import rounded
from iecareer.bureau.words import of_value, say
from iecareer.feedback.wording import Text
from iecareer.lights.published_warnings import RESPONSES, PublishedWarning

_DIGITS = 2


def causes(warnings: Sequence[PublishedWarning]) -> Text:
    """What warnings are about, without a number."""
    words = [cause_words(one.cause) for one in warnings]
    return Text("；".join(word.zh for word in words), "; ".join(word.en for word in words))


def causes_with_numbers(warnings: Sequence[PublishedWarning]) -> str:
    """The same in Chinese, with the number behind each."""
    return "；".join(f"{cause_words(one.cause).zh}（{_number(one)}）" for one in warnings)


def response(warning: PublishedWarning) -> Text:
    """What must be done, and by when."""
    word = of_value("response", warning.response)
    if warning.rectify_by is None:
        return word
    return say("response_by", response=word, on=str(warning.rectify_by))


def counted(warnings: Sequence[PublishedWarning]) -> Text:
    """How many warnings ask for which response; only responses that occur."""
    n = {name: sum(one.response == name for one in warnings) for name in RESPONSES}
    found = [(of_value("response", name), count) for name, count in n.items() if count]
    return Text(
        "、".join(f"{word.zh} {count}" for word, count in found),
        ", ".join(f"{word.en} {count}" for word, count in found),
    )


def unit(warning: PublishedWarning) -> str:
    """Name and code of the unit."""
    return f"{warning.unit_name}（{warning.unit}）" if warning.unit_name else warning.unit


def _number(warning: PublishedWarning) -> str:
    value, red_line = warning.detail, warning.red_line
    if red_line is not None:
        return f"值 {rounded(value, _DIGITS, (red_line,))}，红线 {red_line:g}"
    shown = rounded(abs(value), _DIGITS, (round(abs(value)),))
    return {"drop": f"下降 {shown} 分", "trend": f"约 {shown} 年后"}.get(warning.cause, f"指数 {shown}")
