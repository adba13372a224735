"""The sections of money, enterprises and reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iecareer.bureau import notes
from iecareer.bureau.page.tables import LISTED_LONG, Cell, Line, Section, proper, table_of
from iecareer.bureau.values import amount, percent, points, policy_percent, rounded, words_of
from iecareer.bureau.words import of_value, say
from iecareer.feedback.wording import NOTHING, Text

if TYPE_CHECKING:
    from decimal import Decimal

    from iecareer.bureau.report import Report

Row = dict[str, Any]


def allocation(report: Report) -> Section:
    """Bases, amounts by factor, and the neutral variant."""
    rows = report.instruments["allocation"]
    if not rows:
        return Section("allocation", (), said=(say("no_allocation", year=report.year),))

    def line(row: Row) -> Line:
        return _of_institution(
            report,
            row,
            Cell(amount(row["base_cny"])),
            _moved(row, "amount_cny", "factor"),
            _moved(row, "neutral_amount_cny", "neutral_factor"),
            _results(row),
        )

    names = ("institution", "base", "factor", "neutral", "results")
    table = table_of(say("caption_allocation"), names, rows, line, most=LISTED_LONG)
    return Section("allocation", (notes.about_allocation(report),), (table,))


def _of_institution(report: Report, row: Row, *cells: Cell) -> Line:
    code = row["institution_code"]
    return Line(proper(report.names.institution(code)), code, cells)


def _moved(row: Row, name: str, factor: str) -> Cell:
    change: Decimal = row[name] - row["base_cny"]
    return Cell(
        amount(row[name]),
        (say("factor_of", factor=rounded(row[factor], 4, (1.0,)), change=f"{change:+,.2f}"),),
    )


def _results(row: Row) -> Cell:
    """Pass rate and retention beside their benchmarks; what is missing is said."""
    found = tuple(_result(row, name) for name in ("certificate", "retention"))
    if row["status"] == "ok":
        return Cell(below=found)
    return Cell(below=(*found, say("not_moved", factor=f"{row['factor']:g}")))


def _result(row: Row, name: str) -> Text:
    value = row["certificate_pass" if name == "certificate" else name]
    benchmark = row[f"{name}_benchmark"]
    if value is None:
        return say("result_missing", name=say(name))
    if benchmark is None:
        return say("result_without_benchmark", name=say(name), value=percent(value), n=row[f"{name}_n"])
    return say(
        "result_of",
        name=say(name),
        value=percent(value, benchmark),
        n=row[f"{name}_n"],
        benchmark=percent(benchmark, value),
    )


def fund(report: Report) -> Section:
    """Areas by their index: the floating fund and the appraisal."""
    ranked = {row["area_code"]: row for row in report.instruments["floating_fund"]}
    appraised = report.instruments["area_appraisal"]
    if not appraised:
        return Section("fund", (), said=(say("no_areas", year=report.year),))
    lights = {row["area_code"]: row for row in report.of_scope("area")}
    order = sorted(
        appraised,
        key=lambda row: (ranked.get(row["area_code"], {}).get("rank", len(appraised) + 1), row["area_code"]),
    )

    def line(row: Row) -> Line:
        code = row["area_code"]
        light, rank = lights[code]["light"], ranked.get(code)
        cells = (
            Cell(of_value("light", light), light=light),
            _rank(report, rank),
            _fund(rank),
            Cell(below=(_appraisal(row),)),
        )
        return Line(proper(report.names.area(code)), code, cells)

    names = ("area", "light", "rank", "fund", "appraisal")
    table = table_of(say("caption_fund"), names, order, line, most=len(order))
    return Section("fund", (notes.about_fund(report),), (table,))


def _rank(report: Report, row: Row | None) -> Cell:
    if row is None:
        return Cell(say("not_ranked"))
    return Cell(
        say("rank_of", rank=row["rank"], n=row["n_areas"]),
        (say("index_of", index=points(row["index"], report.policy)),),
    )


def _fund(row: Row | None) -> Cell:
    if row is None or not row["is_rewarded"]:
        return Cell(say("not_rewarded"))
    if row["fund_cny"] is None:
        return Cell(say("rewarded_without_base"))
    return Cell(say("rewarded", amount=amount(row["fund_cny"])))


def _appraisal(row: Row) -> Text:
    cut = policy_percent(row["subsidy_cut"])
    if row["points"] is None:
        return say("appraised_without_index", cut=cut)
    return say("appraised", points=f"{row['points']:.2f}", cut=cut)


def enterprises(report: Report) -> Section:
    """The list of enterprises with AAA and the list of those that reach the exit."""
    best = [row for row in report.instruments["enterprise_credit"] if row["is_aaa"]]
    leaving = [row for row in report.instruments["enterprise_exit"] if row["is_exit"]]
    tables = []
    if best:
        caption = say("caption_credit", n=len(best))
        names: tuple[str, ...] = ("enterprise", "interns", "rd")
        tables.append(table_of(caption, names, best, lambda row: _credit(report, row)))
    if leaving:
        caption = say("caption_exit", n=len(leaving))
        names = ("enterprise", "poor", "agreements", "joined")
        tables.append(table_of(caption, names, leaving, lambda row: _exit(report, row)))
    said = [say("no_aaa")] * (not best) + [say("no_exit")] * (not leaving)
    about = (notes.about_credit(report), notes.about_exit(report))
    return Section("enterprises", about, tuple(tables), tuple(said))


def _credit(report: Report, row: Row) -> Line:
    interns = proper(" · ".join(f"{row[name]:,}" for name in ("interns", "interns_1", "interns_2")))
    share = report.policy.number("credit_rd_share")
    return _enterprise(report, row, Cell(interns), Cell(proper(percent(row["rd_share"], share))))


def _exit(report: Report, row: Row) -> Line:
    reasons = words_of("reasons", row["reasons"])
    poor = (
        say("poor_years", n=row["years_poor"], reasons=reasons)
        if row["is_poor"]
        else say("poor_years_only", n=row["years_poor"])
    )
    joined = (
        say("joined_unknown", interns=row["n_interns"])
        if row["n_joined"] is None
        else say("joined", interns=row["n_interns"], joined=row["n_joined"])
    )
    agreements = say("agreements", n=row["n_agreements"], active=row["n_participating"])
    return _enterprise(report, row, Cell(below=(poor,)), Cell(below=(agreements,)), Cell(below=(joined,)))


def _enterprise(report: Report, row: Row, *cells: Cell) -> Line:
    code = row["enterprise_code"]
    name = report.names.enterprises.get(code, "")
    return Line(proper(name or code), code if name else "", cells)


def shares(report: Report) -> Section:
    """Equity shares of industrial colleges and subsidies of insurance premiums."""
    owned, insured = report.instruments["equity_share"], report.instruments["insurance_subsidy"]
    tables = []
    if owned:
        caption, names = say("caption_equity", n=len(owned)), ("agreement", "parties", "share", "basis")
        tables.append(table_of(caption, names, owned, lambda row: _share(report, row)))
    if insured:
        caption = say("caption_insurance", n=len(insured))
        names = ("policy_id", "parties", "premium", "subsidy")
        tables.append(table_of(caption, names, insured, lambda row: _insured(report, row)))
    said = [say("no_equity", year=report.year)] * (not owned)
    said += [say("no_insurance", year=report.year)] * (not insured)
    about = (notes.about_equity(report), notes.about_insurance(report))
    return Section("shares", about, tuple(tables), tuple(said))


def _parties(report: Report, row: Row) -> Cell:
    code = row["enterprise_code"]
    return Cell(
        below=(
            proper(report.names.institution(row["institution_code"])),
            proper(report.names.enterprises.get(code, code)),
        )
    )


def _share(report: Report, row: Row) -> Line:
    is_cut = row["share"] != row["share_uncapped"]
    before = say("equity_cut", share=percent(row["share_uncapped"])) if is_cut else NOTHING
    income = row["transformation_income"]
    basis = say(
        "equity_basis",
        **{"pass": say("not_known") if row["certificate_pass"] is None else percent(row["certificate_pass"])},
        income=say("not_known") if income is None else amount(income),
    )
    cells = (_parties(report, row), Cell(proper(percent(row["share"])), (before,)), Cell(below=(basis,)))
    return Line(proper(row["agreement_id"]), "", cells)


def _insured(report: Report, row: Row) -> Line:
    premium = say("premium_of", premium=amount(row["premium"]), rate=policy_percent(row["rate"]))
    subsidy = say("subsidy_of", subsidy=amount(row["subsidy_cny"]), refund=amount(row["refund_cny"]))
    cells = (_parties(report, row), Cell(below=(premium,)), Cell(below=(subsidy,)))
    return Line(proper(row["policy_id"]), "", cells)


def reviews(report: Report) -> Section:
    """Both tracks of the review cycle side by side."""
    if not report.reviews:
        return Section("reviews", (), said=(say("no_reviews", as_of=report.as_of),))

    def line(row: Row) -> Line:
        return _of_institution(
            report, row, _due(row), _site(report, row), _tracking(report, row), _compared(row)
        )

    names = ("institution", "due", "site", "tracking", "compared")
    table = table_of(say("caption_reviews"), names, report.reviews, line, most=LISTED_LONG)
    return Section("reviews", (notes.about_reviews(report),), (table,))


def _due(row: Row) -> Cell:
    if row["last_site_evaluation_on"] is None:
        return Cell(say("due_never"))
    return Cell(say("due_since" if row["is_due"] else "due_on", on=row["due_on"]))


def _site(report: Report, row: Row) -> Cell:
    if row["site_score"] is None:
        return Cell(say("site_never"))
    about = say(
        "site_of",
        score=points(row["site_score"], report.policy, digits=2),
        band=of_value("band", row["site_band"]),
        on=row["last_site_evaluation_on"],
    )
    return Cell(about)


def _tracking(report: Report, row: Row) -> Cell:
    if row["tracking_score"] is None:
        return Cell(say("tracking_never"))
    about = say(
        "tracking_of",
        score=points(row["tracking_score"], report.policy),
        band=of_value("band", row["tracking_band"]),
        year=row["tracking_year"],
    )
    return Cell(about)


def _compared(row: Row) -> Cell:
    name = {True: "tracks_disagree", False: "tracks_agree", None: "tracks_unknown"}[row["disagrees"]]
    return Cell(say(name))
