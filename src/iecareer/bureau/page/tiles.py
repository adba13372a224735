"""The grid of areas: one tile per area, grouped by the first digit of the division code or by province."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from iecareer.bureau.explained import limits
from iecareer.bureau.page.tables import proper
from iecareer.bureau.values import points, words_of
from iecareer.bureau.words import of_value, say
from iecareer.contracts.divisions import division_names
from iecareer.feedback.wording import NOTHING, Text

if TYPE_CHECKING:
    from iecareer.bureau.report import Report

Row = dict[str, Any]
_PROVINCE = "0000"


@dataclass(frozen=True)
class Tile:
    """One area: its code and name, its light in words, its index, and why the light is not that of the index."""

    code: str
    name: Text
    light: str
    words: Text
    index: Text
    below: list[Text]


@dataclass(frozen=True)
class Group:
    """Areas of one part of the country, or of one province."""

    name: Text
    tiles: list[Tile]


def tile_groups(report: Report) -> list[Group]:
    """All areas with a light in the year, in the order of their codes."""
    tiles = sorted(
        (
            Tile(
                light["area_code"],
                proper(report.names.area(light["area_code"])),
                light["light"],
                of_value("light", light["light"]),
                proper(points(light["index"], report.policy)) if light["index"] is not None else NOTHING,
                [line for line in (_by_red_line(light), limits(report, light)) if line.zh],
            )
            for light in report.of_scope("area")
        ),
        key=lambda tile: tile.code,
    )
    are_provinces = all(tile.code.endswith(_PROVINCE) for tile in tiles)
    return [
        Group(of_value("part", code) if are_provinces else _province(code), list(found))
        for code, found in groupby(tiles, lambda tile: tile.code[: 1 if are_provinces else 2])
    ]


def _by_red_line(light: Row) -> Text:
    """The crossed red lines, and the band that the index alone would give."""
    names = words_of("indicator", light["red_lines"])
    if not names.zh:
        return NOTHING
    if light["band"] is None or light["band"] == "red":
        return say("tile_red_line", names=names)
    return say("tile_red_line_only", names=names, band=of_value("band", light["band"]))


def _province(code: str) -> Text:
    name = division_names().get(f"{code}{_PROVINCE}", code)
    return proper(name)


def without_light(report: Report) -> list[Text]:
    """Says which areas have no light in the year, if there are any."""
    names = [report.names.area(code) for code in report.without_light]
    if not names:
        return []
    return [
        say(
            "about_areas_without",
            year=report.year,
            names=Text("、".join(names), ", ".join(names)),
        )
    ]
