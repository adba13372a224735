"""Wrong signs where they would hurt most, and whether the tests see each of them; ends with 1 if one survives.

Each mutation is made in a copy of the checkout, where the tests named beside it must fail; on the unchanged copy they
must pass. Files are found by their text, so that moving one changes nothing here. Run it as
``python -m tests.mutations``, with words to pick single mutations: ``python -m tests.mutations deflator publish``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[1]
_COPIED = (
    "src",
    "tests",
    "dbt_project",
    "dags",
    "expectations",
    "scripts",
    "docs",
    "pyproject.toml",
    "README.md",
)
_SOURCES = ("*.py", "*.sql")


@dataclass(frozen=True)
class Mutation:
    """A change of one line, and the tests of the quick suite that must fail under it."""

    name: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTATIONS = (
    Mutation(
        "skills: what the text says nobody needs counts",
        "return bool(_NEGATION.search(where.before) or _NOT_ASKED.match(where.after))",
        "return False",
        ("tests/skills/test_matching.py",),
    ),
    Mutation(
        "skills: a course that only mentions a skill covers it",
        "return understood > known",
        "return understood < known",
        ("tests/skills/test_syllabus.py",),
    ),
    Mutation(
        "skills: parts of two words are a skill",
        "if form.length <= _AMBIGUOUS and words.are_cut(",
        "if form.length > _AMBIGUOUS and words.are_cut(",
        ("tests/skills/test_matching.py",),
    ),
    Mutation(
        "new warnings: those of the year before are sent again",
        "return tuple(warning for warning in self.warnings if warning.is_new)",
        "return self.warnings",
        ("tests/lights/test_sent_warnings.py",),
    ),
    Mutation(
        "new warnings: a run as of a past day sends its own",
        'return "the run is as of a past day" if _is_past(pin) else None',
        "return None",
        ("tests/lights/test_sent_warnings.py",),
    ),
    Mutation(
        "new warnings: one channel's message counts for the other",
        "if not (by if channel is None else channel in by)",
        "if not by",
        ("tests/lights/test_sent_warnings.py",),
    ),
    Mutation(
        "robots: a refused message counts as posted",
        'if code in (0, "0"):',
        "if code is not None:",
        ("tests/test_robots.py",),
    ),
    Mutation(
        "the bureau's files: a folder that others can open is taken",
        "if place.stat().st_mode & _OTHERS:",
        "if place.stat().st_mode & _OTHERS and not place.exists():",
        ("tests/bureau/test_private_folder.py",),
    ),
    Mutation(
        "signals: as many hits as make a signal need no evidence",
        'or hits / row["n"] - row["peers_share"] - policy.number("min_excess") < -_ROUNDING',
        'or hits / row["n"] - row["peers_share"] - policy.number("min_excess") <= _ROUNDING',
        ("tests/bureau/test_audit.py",),
    ),
    Mutation(
        "amounts: one that may be either of two is read",
        "case when {is_either} then null else read_number",
        "case when not {is_either} then null else read_number",
        ("tests/landing/test_doubtful_amounts.py",),
    ),
    Mutation(
        "sheets: what is struck out counts",
        "if run.text and not run.is_struck:",
        "if run.text and run.is_struck:",
        ("tests/landing/test_struck_and_raised_text.py",),
    ),
    Mutation(
        "filter: a word in neither list keeps its row",
        '"unlisted" if keep else "kept"',
        '"kept" if keep else "unlisted"',
        ("tests/landing/test_row_filters.py",),
    ),
    Mutation(
        "draft: bare numbers of a registration are taken for codes",
        "kind.name == REGISTRATION and column.name in _NUMBERED and is_numbered(match.profile)",
        "kind.name != REGISTRATION and column.name in _NUMBERED and is_numbered(match.profile)",
        ("tests/onboarding/test_headers_that_mean_something_else.py",),
    ),
    Mutation(
        "landing: odd rows that waited are parsed twice",
        'self._run("delete from batched")',
        'self._run("select 1")',
        ("tests/landing/test_passes.py",),
    ),
    Mutation(
        "released lights: ten changes renew nothing",
        "coalesce(changed_light.n_changed, 0) < policy.refresh_min_changes",
        "coalesce(changed_light.n_changed, 0) <= policy.refresh_min_changes",
        ("tests/feedback/test_released_lights.py",),
    ),
    Mutation(
        "released lights: a changed fact renews nothing",
        "where changed_fact.unit_year is null and",
        "where",
        ("tests/feedback/test_released_lights.py",),
    ),
    Mutation(
        "released lights: the index is told beside an indicator of few people",
        "case when with_unnamed.unit_year is null then cast(named.index as int) end as index",
        "cast(named.index as int) as index",
        ("tests/feedback/test_released_lights.py",),
    ),
    Mutation(
        "released lights: exact shares are told and scored",
        "published.n >= policy.min_n_rate then published.value",
        "published.n >= policy.min_n_rate then share.value",
        ("tests/feedback/test_released_lights.py",),
    ),
    Mutation(
        "attacks: scores of lights may be as fine as they like",
        "rows[points].dropna() % STEP != 0",
        "rows[points].dropna() % STEP < 0",
        ("tests/feedback/attacks/test_lights.py",),
    ),
    Mutation(
        "lights: the lower limit lies above the index",
        "unit.index - sqrt(",
        "unit.index + sqrt(",
        ("tests/lights/test_example.py",),
    ),
    Mutation(
        "lights: a red line is crossed on its other side",
        "else {{ is_above('value', 'red_line') }}",
        "else {{ is_below('value', 'red_line') }}",
        ("tests/lights/test_example.py", "tests/lights/test_edges.py"),
    ),
    Mutation(
        "allocation: one lacking cent goes to nobody",
        "case when place <= lacking_cents then 1 else 0 end",
        "case when place < lacking_cents then 1 else 0 end",
        ("tests/lights/test_properties.py",),
    ),
    Mutation(
        "placement signals: few hits are unusual",
        "probability[hits:].sum()",
        "probability[: hits + 1].sum()",
        ("tests/lights/test_placement.py",),
    ),
    Mutation(
        "price index: pay without one is not told",
        "from region_year where exists (from base)",
        "from region_year where not exists (from base)",
        ("tests/checks/test_price_index.py",),
    ),
    Mutation(
        "publish guard: columns that are not declared pass",
        "if column not in declared[name].columns:",
        "if column not in columns:",
        ("tests/warehouse/test_publication_guard.py",),
    ),
    Mutation(
        "publish guard: two rows of one key pass",
        "having count(*) > 1 limit 1",
        "having count(*) > 2 limit 1",
        ("tests/warehouse/test_publication_guard.py",),
    ),
    Mutation(
        "forecast of matches: a fall rises",
        "-step[:, None] * deep",
        "step[:, None] * deep",
        ("tests/flags/test_forecast.py",),
    ),
    Mutation(
        "choice of the scorer: a baseline that is worse than the model",
        'chosen = best if upper < 0 else "model"',
        'chosen = best if upper > 0 else "model"',
        ("tests/flags/test_program_flags.py",),
    ),
    Mutation(
        "trend of pay: rises where it falls",
        "return (above / below)",
        "return (-above / below)",
        ("tests/flags/test_peers.py",),
    ),
    Mutation(
        "light rule: counts cohorts above the peers",
        'cohorts["gap"] < -policy.match_margin',
        'cohorts["gap"] > policy.match_margin',
        ("tests/flags/test_peers.py",),
    ),
    Mutation(
        "peers: last digits of a code instead of the first",
        "left(cells.program_code, levels.digits)",
        "right(cells.program_code, levels.digits)",
        ("tests/flags/test_peers.py",),
    ),
    Mutation(
        "Wilson interval: one end twice",
        "{{ side }} {{ z }} * sqrt(\n                {{ share }}",
        "+ {{ z }} * sqrt(\n                {{ share }}",
        ("tests/spec/test_signs.py",),
    ),
    Mutation(
        "Greenwood interval: ends swapped",
        "exp({{ side }} {{ z }} * sqrt({{ greenwood_sum }})",
        "exp(- {{ side }} {{ z }} * sqrt({{ greenwood_sum }})",
        ("tests/spec/test_signs.py",),
    ),
    Mutation(
        "Kaplan-Meier: those who leave in a month are not at risk in it",
        "order by months desc rows between unbounded preceding and current row",
        "order by months desc rows between unbounded preceding and 1 preceding",
        ("tests/spec/test_signs.py",),
    ),
    Mutation(
        "spells: a bridged hole splits",
        "step.hole_months > policy.spell_gap_months",
        "step.hole_months >= policy.spell_gap_months",
        ("tests/spec/test_signs.py",),
    ),
    Mutation(
        "differentials: sets that differ in one graduate are both published",
        "where n_different > 0 and n_different < min_n_wage",
        "where n_different > 1 and n_different < min_n_wage",
        ("tests/feedback/test_nearly_equal.py",),
    ),
    Mutation(
        "differentials: the smaller of two nearly equal ones is kept",
        'ORDER = """n_cooperative desc,',
        'ORDER = """n_cooperative asc,',
        ("tests/feedback/test_nearly_equal.py",),
    ),
    Mutation(
        "differentials: one that is withheld withholds others",
        "if near[place].isdisjoint(kept):",
        "if min(near[place]) > place:",
        ("tests/feedback/test_nearly_equal.py",),
    ),
    Mutation(
        "disclosure: the minimum itself is withheld",
        "coalesce({count}, 0) >= {least}",
        "coalesce({count}, 0) > {least}",
        ("tests/feedback/test_candidate.py",),
    ),
    Mutation(
        "rounding: the number of the set is taken away",
        "/ {{ base }} + {{ key_number }} / 4294967296.0",
        "/ {{ base }} - {{ key_number }} / 4294967296.0",
        ("tests/spec/test_published_numbers.py",),
    ),
    Mutation(
        "published interval: the variance of rounding is left out",
        "- {{ z }} * {{ z }} * {{ v }})",
        "+ 0 * {{ v }})",
        ("tests/spec/test_published_numbers.py",),
    ),
    Mutation(
        "cooperation: the fewest days are too few",
        ") }} >= policy.cooperation_min_days",
        ") }} > policy.cooperation_min_days",
        ("tests/spec/test_signs.py",),
    ),
    Mutation(
        "deflator: upside down",
        "base.price_index / region_year.price_index",
        "region_year.price_index / base.price_index",
        ("tests/spec/test_signs.py",),
    ),
    Mutation(
        "pseudonyms: hashed without the key",
        'key = key.ljust(_BLOCK, b"\\0")',
        "key = bytes(_BLOCK)",
        ("tests/identity/test_pseudonyms.py",),
    ),
    Mutation(
        "quarantine: rows that break a rule are loaded",
        'return self._loaded(table, "_reasons is null")',
        'return self._loaded(table, "true")',
        ("tests/landing/test_row_rules.py",),
    ),
)


def place(tree: Path, mutation: Mutation) -> Path:
    """The one file that holds the text to be changed."""
    folders = (tree / "src", tree / "dbt_project")
    files = [path for folder in folders for pattern in _SOURCES for path in sorted(folder.rglob(pattern))]
    found = [path for path in files if mutation.old in path.read_text(encoding="utf-8")]
    if len(found) != 1:
        raise SystemExit(f"{mutation.name}: {len(found)} files hold the text {mutation.old!r}; one must.")
    return found[0]


def passes(tree: Path, tests: tuple[str, ...]) -> bool:
    """Whether the tests pass on a copy of the checkout. That none was collected is an error."""
    environment = os.environ | {"PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=tree, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode not in (0, 1):
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return done.returncode == 0


def is_caught(tree: Path, mutation: Mutation) -> bool:
    """Whether a test fails under the mutation, which is taken back afterwards."""
    path = place(tree, mutation)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    try:
        return not passes(tree, mutation.tests)
    finally:
        path.write_text(text, encoding="utf-8")


def main(words: list[str]) -> int:
    """Try the mutations whose names hold one of the words, by default all."""
    picked = [one for one in MUTATIONS if not words or any(word in one.name for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "checkout"
        tree.mkdir()
        for name in _COPIED:
            source = _CHECKOUT / name
            if source.is_dir():
                shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__", "target"))
            else:
                shutil.copy(source, tree / name)
        tests = tuple(sorted({test for one in picked for test in one.tests}))
        if not passes(tree, tests):
            raise SystemExit("The tests fail before anything is changed.")
        survivors = 0
        for one in picked:
            caught = is_caught(tree, one)
            survivors += not caught
            print(f"{'caught  ' if caught else 'SURVIVED'} {one.name}", flush=True)  # noqa: T201
    print(f"{len(picked) - survivors} of {len(picked)} caught")  # noqa: T201
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
