"""Sentences of the reasons in Chinese and English, and the format of their numbers."""

from __future__ import annotations

import math

WITH_NUMBERS: dict[str, tuple[str, str]] = {
    "match_recent": (
        "近几届对口率 {value}（n = {n}），同类专业 {peers}（n = {peers_n}）",
        "Job match of the recent cohorts {value} (n = {n}), peers {peers} (n = {peers_n})",
    ),
    "match_last": (
        "最近一届对口率 {value}（n = {n}），同类专业 {peers}（n = {peers_n}）",
        "Job match of the newest cohort {value} (n = {n}), peers {peers} (n = {peers_n})",
    ),
    "match_trend": (
        "与同类专业相比，对口率每届下降 {value} 个百分点（n = {n}，同类 n = {peers_n}）",
        "Job match falls by {value} points per cohort against peers (n = {n}, peers n = {peers_n})",
    ),
    "light_reds": (
        "近三届中有 {value} 届对口率明显低于同类专业（n = {n}，同类 n = {peers_n}）",
        "Job match clearly below peers in {value} of the last three cohorts (n = {n}, peers n = {peers_n})",
    ),
    "pay": (
        "起薪中位数每月 {value} 元（n = {n}），同类专业 {peers} 元（n = {peers_n}）",
        "Median starting salary CNY {value} a month (n = {n}), peers {peers} (n = {peers_n})",
    ),
    "pay_trend": (
        "与同类专业相比，起薪每届下降 {value}（n = {n}，同类 n = {peers_n}）",
        "Starting salary falls by {value} per cohort against peers (n = {n}, peers n = {peers_n})",
    ),
    "course_age": (
        "最近一次课程更新距今 {value} 个月（{n} 门课程），同类专业 {peers} 个月",
        "Newest course version is {value} months old ({n} courses), peers {peers} months",
    ),
    "hours_changed": (
        "近三年更新的学时占 {value}（{n} 门课程），同类专业 {peers}",
        "Hours changed in three years {value} ({n} courses), peers {peers}",
    ),
    "retention": (
        "12 个月首岗留任率 {value}（n = {n}），同类专业 {peers}（n = {peers_n}）",
        "Still in the first job after 12 months {value} (n = {n}), peers {peers} (n = {peers_n})",
    ),
}

WITHOUT_NUMBERS: dict[str, tuple[str, str]] = {
    "match_recent": ("近几届对口率低于同类专业", "Job match of the recent cohorts is below peers"),
    "match_last": ("最近一届对口率低于同类专业", "Job match of the newest cohort is below peers"),
    "match_trend": ("与同类专业相比，对口率逐届下降", "Job match falls from cohort to cohort against peers"),
    "light_reds": (
        "近三届中有对口率明显低于同类专业的届次",
        "Job match clearly below peers in some of the last three cohorts",
    ),
    "pay": ("起薪中位数低于同类专业", "Median starting salary is below peers"),
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


def shown(fact: str, value: float, peers: float) -> dict[str, str]:
    """Format the values of a program and its peers: whole per cent, pay to CNY 100, trends to one decimal."""
    if fact in ("match_recent", "match_last", "hours_changed", "retention"):
        return {"value": f"{value:.0%}", "peers": f"{peers:.0%}"}
    if fact == "pay":
        return {"value": f"{round(value, -2):.0f}", "peers": f"{round(peers, -2):.0f}"}
    if fact == "match_trend":
        return {"value": f"{-100 * value:.1f}", "peers": ""}
    if fact == "pay_trend":
        return {"value": f"{-value:.1%}", "peers": ""}
    return {"value": f"{value:.0f}", "peers": f"{peers:.0f}"}


def clearing(cohort: int, margin: float, least: float, value: float | None, n: float) -> tuple[str, str]:
    """The text that says what would remove a flag: the share that the next two cohorts need at today's peers."""
    now_zh = "" if value is None else f"（最近两届 {value:.0%}，n = {n:.0f}）"
    now_en = "" if value is None else f" (newest two cohorts: {value:.0%}, n = {n:.0f})"
    zh = (
        f"{cohort + 1} 与 {cohort + 2} 两届合计的对口率不再比同类专业低 {100 * margin:.0f} 个百分点以上；"
        f"按同类专业目前水平，需达到 {least:.0%}{now_zh}。"
    )
    en = (
        f"Clears when the match of cohorts {cohort + 1} and {cohort + 2} together is no longer more than "
        f"{100 * margin:.0f} points below peers; at the peers' current level that means at least {least:.0%}{now_en}."
    )
    return zh, en
