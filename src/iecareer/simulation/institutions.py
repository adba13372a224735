"""Institutions and the programs they offer, with the planted effects that truth.json records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from iecareer.simulation.catalogue import catalogue, parts
from iecareer.simulation.provinces import CLASSES, Places
from iecareer.simulation.text_tables import pick, text_table
from iecareer.simulation.timeline import COHORTS, Array, Floats, Ints, stream

COOPERATIVE, MIXED, NON_COOPERATIVE = "cooperative", "mixed", "non_cooperative"
INSTITUTION_SD = 0.02
OBSOLETE_SHARE = 0.15
OBSOLETE_SINCE = (2019, 2020, 2021, 2022)
SWITCH_COHORT = 2021
NEVER = 9999
_WORDS = parts(
    "云岚;澄川;砺行;启衡;知远;泽川;明朔;弘匠;景澜;汇科;锦程;博砺;恒工;致新;远帆;德润;沐风;佳匠;卓航;安禾"
)
_FIELDS = parts("职业技术学院;工业职业学院;工程职业技术学院;科技职业学院;信息职业技术学院")


@dataclass(frozen=True)
class Institutions:
    """Institutions by position; `side` says whether they cooperate with enterprises."""

    codes: Array
    names: Array
    province: Ints
    side: Array
    coop_from: Ints
    log_pay: Floats


@dataclass(frozen=True)
class Offerings:
    """Programs at institutions, by position; `coop_from` and `obsolete_since` are cohorts, or `NEVER`."""

    institution: Ints
    program: Ints
    coop_from: Ints
    obsolete_since: Ints
    size: Floats
    match: Floats


def program_codes(n_institutions: int) -> Array:
    """Programs of the region. There are few, so that each has many peers."""
    rows = catalogue("programs")
    return np.array([row["program_code"] for row in rows[: 6 if n_institutions < 48 else len(rows)]])


def build_institutions(n: int, places: Places, seed: int) -> Institutions:
    """Build `n` institutions in the four region classes, with cooperative and non-cooperative ones in each."""
    rng = stream(seed, "institutions")
    place = np.arange(n) % len(CLASSES)
    round_ = np.arange(n) // len(CLASSES)
    provinces = np.array([np.flatnonzero(places.class_of == name) for name in CLASSES])
    province = provinces[place, round_ % provinces.shape[1]]
    side = np.where((round_ + place) % 2 == 0, COOPERATIVE, NON_COOPERATIVE).astype(object)
    side[round_ % 6 == 5] = MIXED
    coop_from = np.where(side == COOPERATIVE, COHORTS[0], NEVER)
    coop_from[np.flatnonzero(side == COOPERATIVE)[4::5]] = SWITCH_COHORT
    names = [
        f"{places.names[p]}{_WORDS[i % len(_WORDS)]}{_FIELDS[i // len(_WORDS) % len(_FIELDS)]}"
        for i, p in enumerate(province)
    ]
    codes = np.array([f"41{places.codes[p][:2]}0{12_001 + i:05d}" for i, p in enumerate(province)])
    return Institutions(codes, np.array(names), province, side, coop_from, rng.normal(0, INSTITUTION_SD, n))


def build_offerings(institutions: Institutions, seed: int) -> Offerings:
    """Build three programs per institution, or four at a mixed one, half of which cooperate."""
    rng = stream(seed, "offerings")
    n_programs = len(program_codes(len(institutions.codes)))
    institution, program, coop_from = [], [], []
    order = {name: rng.permutation(n_programs) for name in range(len(CLASSES))}
    met: dict[tuple[int, str], int] = {}
    for i, side in enumerate(institutions.side):
        place = i % len(CLASSES)
        turn = met[place, side] = met.get((place, side), -1) + 1
        width = 4 if side == MIXED else 3
        for k in range(width):
            institution.append(i)
            program.append(order[place][(width * turn + k) % n_programs])
            coop_from.append((COHORTS[0] if k < 2 else NEVER) if side == MIXED else institutions.coop_from[i])
    starts = np.array(coop_from)
    programs = np.array(program)
    return Offerings(
        institution=np.array(institution),
        program=programs,
        coop_from=starts,
        obsolete_since=_obsolescence(np.array(institution), programs, starts, rng),
        size=np.exp(rng.normal(0, 0.22, len(programs))),
        match=np.clip(rng.normal(0.66, 0.035, len(programs)), 0.5, 0.8),
    )


def _obsolescence(institution: Ints, program: Ints, coop_from: Ints, rng: np.random.Generator) -> Ints:
    """The cohort from which each offering is obsolescent, or `NEVER`.

    The share of obsolescent offerings is the same with and without cooperation; otherwise their falling pay would
    change the planted difference. At most a quarter of a program's offerings are obsolescent, because flags compare
    an offering with its peers. At most one offering per institution is obsolescent, because otherwise the whole
    institution would seem low.
    """
    since = np.full(len(program), NEVER)
    for group in (coop_from < NEVER, coop_from == NEVER):
        wanted = round(OBSOLETE_SHARE * int(group.sum()))
        for i in rng.permutation(np.flatnonzero(group)):
            peers = program == program[i]
            free = (since[institution == institution[i]] == NEVER).all()
            if wanted and free and (since[peers] < NEVER).sum() + 1 <= max(1, peers.sum() // 4):
                since[i] = rng.choice(OBSOLETE_SINCE)
                wanted -= 1
    return since


def institution_table(institutions: Institutions, places: Places) -> pa.Table:
    """Record type `institution`: every eighth institution was renamed in 2021 and has two validity periods."""
    n = len(institutions.codes)
    renamed = np.arange(n) % 8 == 3
    at = np.concatenate([np.arange(n), np.flatnonzero(renamed)])
    is_old = np.arange(len(at)) < n
    is_old &= renamed[at]
    is_new = np.arange(len(at)) >= n
    names = np.where(
        is_old,
        np.char.replace(institutions.names[at].astype(str), "职业", "职业中专"),
        institutions.names[at],
    )
    home = institutions.province[at]
    return text_table(
        institution_code=institutions.codes[at],
        institution_name=names.astype(str),
        study_level=np.full(len(at), "higher_vocational"),
        region_code=places.divisions[home, 0],
        region_class=places.class_of[home],
        ownership=np.where(at % 5 == 4, "private", "public"),
        valid_from=np.where(is_new, "2021-03-01", "2003-09-01"),
        valid_to=pick([None, "2021-02-28"], is_old.astype(np.int64)),
    )
