"""Sentences of the reasons in Chinese and English, and the format of their numbers."""

from __future__ import annotations

import math

ABOUT_COURSES: dict[str, tuple[str, str]] = {
    "course_age": (
        "最近一次课程更新距今 {value} 个月（{n} 门课程），同类专业 {peers} 个月",
        "Newest course version is {value} months old ({n} courses), peers {peers} months",
    ),
    "hours_rewritten": (
        "近三年改写内容的学时占 {value}（{n} 门课程），同类专业 {peers}",
        "Hours with a text rewritten in three years {value} ({n} courses), peers {peers}",
    ),
    "hours_changed": (
        "近三年更新的学时占 {value}（{n} 门课程），同类专业 {peers}",
        "Hours changed in three years {value} ({n} courses), peers {peers}",
    ),
}

ABOUT_PEOPLE: dict[str, tuple[str, str]] = {
    "match_level": ("各届对口率低于同类专业", "Job match over the cohorts is below peers"),
    "match_fall": (
        "对口率较本专业往届下降，且降幅大于同类专业",
        "Job match has fallen from the program's own earlier cohorts, by more than the peers'",
    ),
    "match_recent": ("近几届对口率低于同类专业", "Job match of the recent cohorts is below peers"),
    "match_last": ("最近一届对口率低于同类专业", "Job match of the newest cohort is below peers"),
    "light_reds": (
        "近三届中有对口率明显低于同类专业的届次",
        "Job match clearly below peers in some of the last three cohorts",
    ),
    "pay": ("起薪低于同类专业", "Starting salary is below peers"),
    "pay_trend": (
        "与同类专业相比，起薪逐届下降",
        "Starting salary falls from cohort to cohort against peers",
    ),
    "retention": (
        "12 个月首岗留任率低于同类专业",
        "Fewer than among peers are in their first job after 12 months",
    ),
}


def plain(fact: str, value: float) -> float:
    """Convert a fact to its usual unit: pay in CNY per month, its trend as a share per cohort."""
    if fact == "pay":
        return math.exp(value)
    return math.exp(value) - 1 if fact == "pay_trend" else value


def shown(value: float, peers: float, *, is_share: bool) -> dict[str, str]:
    """Format the values of a program's courses and those of its peers: whole per cent, or whole months."""
    return (
        {"value": f"{value:.0%}", "peers": f"{peers:.0%}"}
        if is_share
        else {"value": f"{value:.0f}", "peers": f"{peers:.0f}"}
    )


def clearing(cohort: int, margin: float) -> tuple[str, str]:
    """The text that says what would remove a flag."""
    zh = f"{cohort + 1} 与 {cohort + 2} 两届合计的对口率不再比同类专业低 {100 * margin:.0f} 个百分点以上。"
    en = (
        f"Clears when the match of cohorts {cohort + 1} and {cohort + 2} together is no longer more than "
        f"{100 * margin:.0f} points below peers."
    )
    return zh, en
