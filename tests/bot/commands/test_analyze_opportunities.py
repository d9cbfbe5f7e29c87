"""`coach analyze backtest|project|inspect` on any export, as the public contract promises them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import coach
from bot.wrap import width
from tests.selling import history

MAPPING = """\
columns: {owner: rep, created_on: began, closed_on: ended}
stages: {Working: {probability: 0.4}, Won: {won: true}, Lost: {lost: true}}
currency: EUR
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("analyze")
    rows = ["opportunity_id,rep,stage,amount,began,ended"]
    for it in history():
        stage = "Working" if it.is_open else it.status.value.title()
        rows.append(
            f"{it.id},{it.owner},{stage},{it.amount.amount if it.amount else ''},{it.created_on},{it.closed_on or ''}"
        )
    (folder / "deals.csv").write_text("\n".join(rows), "utf-8")
    (folder / "mapping.yaml").write_text(MAPPING, "utf-8")
    return folder / "deals.csv", folder / "mapping.yaml"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(coach, ["analyze", *map(str, words)])


def said(found: Result):
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout, parse_constant=lambda it: pytest.fail(f"{it} is no JSON"))


def test_project_has_the_keys_of_the_contract(files):
    deals, mapping = files
    found = said(
        run("project", deals, "--mapping", mapping, "--on", "2026-03-01", "--until", "2026-03-31", "--format", "json")
    )
    assert list(found)[:6] == ["on", "until", "currency", "total", "by_owner", "opportunities"]
    assert (found["on"], found["until"], found["currency"]) == ("2026-03-01", "2026-03-31", "EUR")
    assert list(found["total"]) == ["expected", "p10", "p50", "p90", "closed_so_far", "n_open"]
    assert list(found["by_owner"]["Rep 0"]) == ["expected", "p10", "p50", "p90"]
    assert len(found["opportunities"]) == found["total"]["n_open"] > 0
    assert list(found["opportunities"][0]) == ["id", "p_win", "p_win_in_period", "category"]


def test_backtest_has_the_keys_of_the_contract(files):
    deals, mapping = files
    words = ("--period", "quarter", "--from", "2025-07-01", "--to", "2026-03-31", "--format", "json")
    found = said(run("backtest", deals, "--mapping", mapping, *words))
    assert list(found)[:7] == ["period", "n_opportunities", "folds", "wape", "wape_by_owner", "bias", "coverage80"]
    assert [it["category"] for it in found["calibration"]] == ["commit", "best_case", "pipeline", "omitted"]
    assert sum(it["won"] for it in found["calibration"]) > 0
    assert 0 <= found["coverage80_by_owner"] <= 1
    assert [it["start"] for it in found["folds"]] == ["2025-07-01", "2025-10-01", "2026-01-01"]
    fold = found["folds"][0]
    assert list(fold) == ["start", "end", "actual", "model", "by_owner", "baselines"]
    assert list(fold["model"]) == ["expected", "p10", "p50", "p90"]
    assert list(fold["baselines"]) == ["last_period", "trailing_mean", "stage_weighted", "same_season"]
    assert fold["baselines"]["same_season"] is None
    off = sum(abs(it["model"]["expected"] - it["actual"]) for it in found["folds"])
    assert found["wape"]["model"] == pytest.approx(off / sum(it["actual"] for it in found["folds"]), abs=1e-6)


def test_inspect_has_the_keys_of_the_contract(files):
    deals, mapping = files
    found = said(run("inspect", deals, "--mapping", mapping, "--on", "2026-03-01", "--format", "json"))
    keys = ["on", "n_open", "n_closed", "cycle", "findings", "ratios", "differences", "calendar"]
    assert list(found)[: len(keys)] == keys
    p90 = found["cycle"]["p90_days"]
    assert found["findings"][0]["rule"] == "outside_usual_cycle"
    assert all(it["age_days"] > p90 for it in found["findings"])
    assert list(found["ratios"][0]) == ["owner", "won", "closed", "rate", "shrunk", "low", "high"]
    assert found["differences"] == []
    assert [it["level"] for it in found["calendar"]] == [1, 2, 3]


@pytest.mark.parametrize("words", [("project", "--on", "2026-03-01", "--until", "2026-03-31"), ("inspect", "--on", "2026-03-01"), ("backtest",)])  # fmt: skip
def test_people_get_sentences_that_fit_and_a_page(files, words):
    command, *options = words
    text = run(command, files[0], "--mapping", files[1], *options)
    assert text.exit_code == 0, text.output
    assert max(map(width, text.stdout.splitlines())) <= 100
    assert "<table" in run(command, files[0], "--mapping", files[1], *options, "--format", "html").stdout


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("project", "--on", "2026-03-01", "--until", "2026-02-01"), 2, "is before --on"),
        (("project", "--on", "2026-03-01", "--until", "2099-01-01"), 2, "two years"),
        (("backtest", "--from", "2031-01-01"), 1, "not enough data"),
        (("backtest", "--from", "2026-02-01", "--to", "2026-01-01"), 2, "is before --from"),
        (("inspect",), 2, "--on"),
        (("project", "--on", "9999-12-30", "--until", "9999-12-31"), 2, "is no day to speak of deals on"),
        (("inspect", "--on", "0001-01-01"), 2, "is no day to speak of deals on"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(files, words, code, why):
    command, *options = words
    found = run(command, files[0], "--mapping", files[1], *options)
    assert found.exit_code == code
    assert why in found.stderr
    assert "Traceback" not in found.output


def test_a_file_without_deals_has_nothing_to_say_and_says_so(tmp_path):
    empty = tmp_path / "deals.csv"
    empty.write_text("opportunity_id,owner,stage,amount,created_on,closed_on\n", "utf-8")
    assert said(run("inspect", empty, "--on", "2026-03-01", "--format", "json"))["n_open"] == 0
    found = said(run("project", empty, "--on", "2026-03-01", "--until", "2026-03-31", "--format", "json"))
    assert found["total"]["expected"] == 0
    assert "not enough data" in found["warnings"][0]
    text = run("project", empty, "--on", "2026-03-01", "--until", "2026-03-31").stdout
    assert "can't be said: no deal whose age is known has closed" in " ".join(text.split())
    assert "About 0" not in text
    assert run("backtest", empty).exit_code == 1


def test_where_nothing_has_closed_nobody_is_compared(tmp_path):
    deals = tmp_path / "deals.csv"
    header = "opportunity_id,owner,stage,amount,created_on,closed_on\n"
    deals.write_text(header + "a,Dana,Proposal,10,2026-01-01,\nb,Bob,Proposal,10,2026-01-01,\n", "utf-8")
    told = run("inspect", deals, "--on", "2026-03-01").stdout
    assert "Nothing has closed yet." in told
    assert "win rate differs" not in told


def test_without_a_mapping_stages_are_told_by_their_names(tmp_path):
    deals = tmp_path / "deals.csv"
    rows = "a,Dana,Closed Won,10,2026-01-01,2026-02-01\nb,Dana,closed_lost,,2026-01-01,2026-02-01\nc,Dana,Proposal,,2026-01-01,\n"
    deals.write_text(f"opportunity_id,owner,stage,amount,created_on,closed_on\n{rows}", "utf-8")
    found = said(run("inspect", deals, "--on", "2026-03-01", "--format", "json"))
    assert (found["n_open"], found["n_closed"], found["ratios"][0]["won"]) == (1, 2, 1)


def test_without_any_amount_it_says_so_and_no_figure(tmp_path):
    deals = tmp_path / "deals.csv"
    rows = "".join(f"w{it},Dana,Closed Won,,2026-01-01,2026-02-0{it}\n" for it in range(1, 10))
    deals.write_text(f"opportunity_id,owner,stage,amount,created_on,closed_on\n{rows}o,Dana,Proposal,,2026-02-01,\n")
    asked = ("project", deals, "--on", "2026-03-01", "--until", "2026-03-31")
    text = run(*asked).stdout
    assert "can't be said: no deal has an amount" in " ".join(text.split())
    assert "8 of 10" not in text
    assert said(run(*asked, "--format", "json"))["total"]["expected"] == 0


def test_the_picture_draws_what_the_table_lists(files):
    deals, mapping = files
    words = ("project", deals, "--mapping", mapping, "--on", "2026-03-01", "--until", "2026-03-31")
    page = run(*words, "--format", "html").stdout
    assert "expected, and 8 of 10 cases" in page


def test_what_the_file_does_not_know_is_left_out_and_said_before_the_figures(files):
    deals, mapping = files
    text = run("backtest", deals, "--mapping", mapping, "--to", "2027-12-31").stdout
    assert "the file's last day is" in " ".join(text.split())
    assert "2027-0" not in text
    late = " ".join(
        run("project", deals, "--mapping", mapping, "--on", "2027-06-01", "--until", "2027-06-30").stdout.split()
    )
    assert late.index("the last day that anything is known of") < late.index("Won earlier in the quarter")
