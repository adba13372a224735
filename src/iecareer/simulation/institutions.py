"""Institutions and the programs they offer, with the planted effects that truth.json records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from iecareer.simulation.catalogue import catalogue, parts
from iecareer.simulation.provinces import CLASSES, Places
from iecareer.simulation.text_tables import pick, text_table
from iecareer.simulation.timeline import COHORTS, Array, Flags, Floats, Ints, stream
from iecareer.simulation.variation import FEWEST, MOST, STANDARD, Variation

COOPERATIVE, MIXED, NON_COOPERATIVE = "cooperative", "mixed", "non_cooperative"
INSTITUTION_SD = 0.02
OBSOLETE_SHARE = 0.15
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
    """Programs at institutions, by position.

    `coop_from`, `obsolete_since`, `declining_since` (of the whole program code) and `changed_from` (the first cohort
    under a changed curriculum) are cohorts, or `NEVER`. `change_works` says whether the change ends the fall.
    """

    institution: Ints
    program: Ints
    coop_from: Ints
    obsolete_since: Ints
    size: Floats
    match: Floats
    declining_since: Ints
    changed_from: Ints
    change_works: Flags


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


def build_offerings(
    institutions: Institutions, seed: int, n_graduates: int, variation: Variation = STANDARD
) -> Offerings:
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
    programs, at = np.array(program), np.array(institution)
    obsolete_since = _obsolescence(at, programs, starts, variation.begins, rng)
    size = np.exp(rng.normal(0, variation.size_log_sd, len(programs)))
    match = np.clip(rng.normal(0.66, 0.035, len(programs)), 0.5, 0.8)
    own = stream(seed, "variation of offerings")
    changed_from, change_works = _changes(obsolete_since, variation, own)
    return Offerings(
        institution=at,
        program=programs,
        coop_from=starts,
        obsolete_since=obsolete_since,
        size=_limited(size, n_graduates) if variation.has_size_limits else size,
        match=match + own.normal(0, variation.institution_match_sd, len(institutions.codes))[at],
        declining_since=_declines(programs, n_programs, variation, own),
        changed_from=changed_from,
        change_works=change_works,
    )


def _limited(size: Floats, n_graduates: int) -> Floats:
    """Sizes as graduates per cohort, between the limits; their sum stays about that of all graduates."""
    per_cohort = n_graduates / len(COHORTS)
    limited = size
    for _ in range(20):
        limited = np.clip(limited / limited.sum() * per_cohort, FEWEST, MOST)
    return limited


def _declines(program: Ints, n_programs: int, variation: Variation, rng: np.random.Generator) -> Ints:
    """The cohort from which the code of each offering declines at all institutions, or `NEVER`."""
    since = np.full(n_programs, NEVER)
    falling = rng.choice(n_programs, variation.n_declining_codes, replace=False)
    since[falling] = rng.choice(variation.begins, len(falling))
    return since[program]


def _changes(obsolete_since: Ints, variation: Variation, rng: np.random.Generator) -> tuple[Ints, Flags]:
    """The first cohort that enrolled under a changed curriculum, or `NEVER`, and whether the change works."""
    n = len(obsolete_since)
    is_changed = (obsolete_since < NEVER) & (rng.random(n) < variation.changed_share)
    changed_from = np.where(is_changed, obsolete_since + 2 + rng.integers(0, 3, n), NEVER)
    return changed_from, rng.random(n) < 0.5


def _obsolescence(
    institution: Ints, program: Ints, coop_from: Ints, begins: tuple[int, ...], rng: np.random.Generator
) -> Ints:
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
                since[i] = rng.choice(begins)
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
