"""Static SVG charts, without scripts, links or embedded fonts.

The specification of each chart is built once, without data, because building takes much longer than drawing. The rows
of an institution are inserted for each drawing.
"""

from __future__ import annotations

import copy
import itertools
import re
from functools import cache
from typing import Any

INK, TEAL, PALE, GREY, RULE = "#1f2933", "#0b6e6e", "#cfe5e3", "#8a94a0", "#e4e7eb"
FONT = (
    "'Helvetica Neue','Segoe UI',Arial,'Source Han Sans SC','Noto Sans CJK SC','Noto Sans SC','PingFang SC',"
    "'Microsoft YaHei','SimHei',sans-serif"
)
OWN, PEERS = "本校 This institution", "同类中位数 Peers median"
_CONFIG = {
    "font": FONT,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": GREY,
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "gridColor": RULE,
        "domainColor": RULE,
        "tickColor": RULE,
        "labelLimit": 260,
        "titlePadding": 10,
    },
    "legend": {
        "orient": "top",
        "title": None,
        "labelFontSize": 12,
        "labelColor": INK,
        "labelLimit": 320,
        "symbolOpacity": 1,
        "offset": 4,
    },
    "header": {
        "labelFontSize": 13,
        "labelFontWeight": "bold",
        "labelColor": INK,
        "title": None,
        "labelLimit": 260,
    },
}
_numbers = itertools.count()


def retention_svg(rows: list[dict[str, Any]]) -> str:
    """Retention month by month with its 95 % band, beside the other institutions' median.

    Parameters
    ----------
    rows : list of dict
        ``months``, ``retention``, ``ci_low``, ``ci_high``, ``peer_median`` (shares),
        ``is_horizon`` (labelled).
    """
    return _draw(_retention_spec(), rows)


def pay_svg(rows: list[dict[str, Any]]) -> str:
    """Quartiles of pay by program, beside the typical peer program.

    Parameters
    ----------
    rows : list of dict
        ``program``, ``whose`` (`OWN` or `PEERS`), ``p25``, ``p50``, ``p75`` (CNY per month).
    """
    return _draw(_pay_spec(), rows)


def match_svg(rows: list[dict[str, Any]]) -> str:
    """Job match by cohort with its 95 % interval, one small panel per program.

    Parameters
    ----------
    rows : list of dict
        ``program``, ``cohort_year``, ``share``, ``ci_low``, ``ci_high``, ``peer_median`` (shares).
    """
    return _draw(_match_spec(), rows)


def _draw(spec: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    import vl_convert

    filled = copy.copy(spec)
    filled["datasets"] = {"rows": rows}
    svg = vl_convert.vegalite_to_svg(filled)
    return _inline(svg)


def _inline(svg: str) -> str:
    """SVG for use within a page: no namespace addresses, unique ids, flexible width."""
    number = next(_numbers)
    svg = re.sub(r'\s(?:xmlns|xmlns:xlink|version)="[^"]*"', "", svg)
    svg = re.sub(r'(id="|url\(#)([^")]+)', rf"\g<1>c{number}-\g<2>", svg)
    return re.sub(
        r'<svg class="marks" width="([\d.]+)" height="[\d.]+"',
        r'<svg class="marks" style="max-width:\1px"',
        svg,
    )


def _colour(alt: Any, **more: Any) -> Any:
    return alt.Color("whose:N", scale=alt.Scale(domain=[OWN, PEERS], range=[TEAL, GREY]), **more)


@cache
def _retention_spec() -> dict[str, Any]:
    import altair as alt

    base = alt.Chart(alt.NamedData(name="rows")).encode(
        x=alt.X(
            "months:Q",
            title="任职月数 Months since the first job began",
            axis=alt.Axis(grid=False, values=[0, 6, *range(12, 121, 12)]),
            scale=alt.Scale(nice=False),
        )
    )
    share = alt.Axis(format="%", tickCount=5, domain=False, ticks=False)
    y = alt.Scale(domain=[0, 1])
    band = base.mark_area(color=PALE, interpolate="step-after").encode(
        y=alt.Y("ci_low:Q", title=None, axis=share, scale=y), y2="ci_high:Q"
    )
    own = base.transform_calculate(whose=f"'{OWN}'").mark_line(interpolate="step-after", strokeWidth=2.4)
    own = own.encode(y=alt.Y("retention:Q", scale=y), color=_colour(alt))
    peers = base.transform_filter("isValid(datum.peer_median)").transform_calculate(whose=f"'{PEERS}'")
    peers = peers.mark_line(interpolate="step-after", strokeDash=[5, 4], strokeWidth=1.6)
    peers = peers.encode(y=alt.Y("peer_median:Q", scale=y), color=_colour(alt))
    marks = base.transform_filter("datum.is_horizon")
    dots = marks.mark_point(filled=True, color=TEAL, size=55, opacity=1).encode(
        y=alt.Y("retention:Q", scale=y)
    )
    texts = marks.mark_text(color=INK, dy=-14, dx=10, fontSize=12, fontWeight="bold", align="left")
    texts = texts.encode(y=alt.Y("retention:Q", scale=y), text=alt.Text("retention:Q", format=".0%"))
    return _specified(alt.layer(band, peers, own, dots, texts).properties(width=860, height=270))


@cache
def _pay_spec() -> dict[str, Any]:
    import altair as alt

    rows = alt.Chart(alt.NamedData(name="rows")).encode(
        y=alt.Y(
            "program:N",
            title=None,
            sort=None,
            axis=alt.Axis(domain=False, ticks=False, labelPadding=12),
            scale=alt.Scale(paddingInner=0.35),
        ),
        yOffset=alt.YOffset("whose:N", sort=[OWN, PEERS]),
    )
    axis = alt.Axis(format=",.0f", tickCount=6, domain=False, ticks=False)
    x = alt.X(
        "p25:Q", title="元/月 CNY per month", axis=axis, scale=alt.Scale(zero=False, nice=True, padding=24)
    )
    bars = rows.mark_bar(size=11, cornerRadius=5, opacity=0.28).encode(x=x, x2="p75:Q", color=_colour(alt))
    dots = rows.mark_point(filled=True, size=85, opacity=1).encode(x="p50:Q", color=_colour(alt))
    texts = rows.mark_text(dx=9, align="left", fontSize=11).encode(
        x="p75:Q", text=alt.Text("p50:Q", format=",.0f"), color=_colour(alt)
    )
    return _specified(alt.layer(bars, dots, texts).properties(width=720, height=alt.Step(22)))


@cache
def _match_spec() -> dict[str, Any]:
    import altair as alt

    rows = alt.Chart().encode(
        x=alt.X(
            "cohort_year:O",
            title=None,
            axis=alt.Axis(labelAngle=0, grid=False, ticks=False, labelFontSize=10),
        )
    )
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], domain=False, ticks=False)
    y = alt.Scale(domain=[0, 1])
    spread = rows.mark_rule(color=TEAL, strokeWidth=5, opacity=0.22).encode(
        y=alt.Y("ci_low:Q", title=None, axis=axis, scale=y), y2="ci_high:Q"
    )
    peers = rows.transform_filter("isValid(datum.peer_median)").transform_calculate(whose=f"'{PEERS}'")
    peers = peers.mark_line(strokeDash=[4, 3], strokeWidth=1.4).encode(y="peer_median:Q", color=_colour(alt))
    own = rows.transform_calculate(whose=f"'{OWN}'").mark_line(
        strokeWidth=2, point=alt.OverlayMarkDef(size=40)
    )
    own = own.encode(y="share:Q", color=_colour(alt))
    panel = alt.layer(spread, peers, own).properties(width=400, height=140)
    chart = panel.facet(
        facet=alt.Facet("program:N", sort=alt.EncodingSortField(field="order", op="min")),
        data=alt.NamedData(name="rows"),
        columns=2,
        spacing=36,
    )
    return _specified(chart)


def _specified(chart: Any) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    spec["config"] = _CONFIG
    return spec
