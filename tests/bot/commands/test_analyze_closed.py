"""`coach analyze patterns` and `qualify` on any table of closed deals, as the public contract promises it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import coach
from bot.wrap import width
from tests.bot.commands.conftest import data_of

B2B = Path(__file__).parents[2] / "data" / "b2b_answers.csv"
ENDED = ("--outcome", "Status", "--won", "Won")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(coach, ["analyze", *map(str, words)])


def file(folder: Path, text: str, name: str = "deals.csv") -> Path:
    made = folder / name
    made.write_text(text, "utf-8")
    return made


def test_patterns_have_the_keys_of_the_contract():
    found = data_of(run("patterns", B2B, *ENDED, "--format", "json"))
    assert (found["n"], found["won"], found["warnings"]) == (258, 124, [])
    first = found["patterns"][0]
    assert list(first) == [
        "column", "value", "n_with", "won_with", "n_without", "won_without", "p_value", "p_adjusted",
        "probability_of_lift", "verdict",
    ]  # fmt: skip
    assert (first["column"], first["value"], first["n_with"], first["won_with"]) == ("Client", "Current", 153, 106)
    assert {it["verdict"] for it in found["patterns"]} == {"likely", "hunch", "none"}
    for it in found["patterns"]:
        hunch = it["p_adjusted"] < 0.2 or it["probability_of_lift"] > 0.85
        assert it["verdict"] == ("likely" if it["p_adjusted"] < 0.05 else "hunch" if hunch else "none")


def test_patterns_are_told_in_sentences_that_name_no_cause():
    told = run("patterns", B2B, *ENDED)
    assert told.exit_code == 0
    assert "Client: Current – won 106 of 153 (69 %); with other answers 18 of 105 (17 %)." in told.stdout
    assert "What goes together need not cause each other." in told.stdout
    assert not {"because", "leads to", "increases", "drives", "improves"} & set(told.stdout.casefold().split())
    assert max(map(width, told.stdout.splitlines())) <= 100
    assert "Client: Current" in run("patterns", B2B, *ENDED, "--format", "html").stdout


def test_nothing_found_is_said_plainly(tmp_path):
    deals = file(tmp_path, "demo,end\n" + "yes,won\nno,won\nyes,lost\nno,lost\n" * 10)
    told = run("patterns", deals, "--outcome", "end", "--won", "won")
    assert "No answer goes with winning more than luck alone would make it seem." in told.stdout
    assert "Hunches" not in told.stdout


def test_what_rests_on_a_deal_or_two_is_no_hunch_in_words(tmp_path):
    deals = file(tmp_path, "tactic,end\n" + "Odd,won\n" + "Usual,won\nUsual,lost\nUsual,lost\n" * 6)
    words = ("--outcome", "end", "--won", "won")
    told = " ".join(run("patterns", deals, *words).stdout.split())
    assert "Hunches" not in told
    assert "left out: fewer than 5 deals with it, or without it, are too few for a hunch." in told
    found = {it["value"]: it for it in data_of(run("patterns", deals, *words, "--format", "json"))["patterns"]}
    assert (found["Odd"]["n_with"], found["Odd"]["verdict"]) == (1, "hunch")  # as its formula has it


def test_a_refusal_speaks_of_no_change_where_nothing_could_change(tmp_path):
    refused = run("patterns", file(tmp_path, "demo,end\nyes\nno\n"), "--outcome", "end", "--won", "won")
    assert "deals.csv: 2 problems\n" in refused.stderr
    assert "nothing was changed" not in refused.stderr


def test_semicolons_a_byte_order_mark_and_other_capitals_are_read(tmp_path):
    deals = file(tmp_path, "\ufeffDemo;END\n" + "yes;Won\nno;lost\n" * 4 + "yes;Open\nno;\n")
    found = data_of(run("patterns", deals, "--outcome", "end", "--won", "WON", "--format", "json"))
    assert (found["n"], found["won"]) == (8, 4)
    assert found["warnings"] == ["1 deal not closed yet left out: Open", "1 deal without an outcome left out"]


def test_a_mapping_says_which_stages_are_open_and_which_columns_know_the_end(tmp_path):
    deals = file(tmp_path, "demo,Finale,step\n" + "yes,1,Hooray\nno,2,Gone\nyes,3,Somewhere\n" * 4)
    mapping = file(
        tmp_path,
        "columns: {stage: step, closed_on: Finale}\n"
        "stages: {Hooray: {won: true}, Gone: {lost: true}, Somewhere: {probability: 0.5}}\n",
        "mapping.yaml",
    )
    words = ("--outcome", "step", "--won", "Hooray", "--mapping", mapping, "--format", "json")
    found = data_of(run("patterns", deals, *words))
    assert (found["n"], found["won"]) == (8, 4)
    assert {it["column"] for it in found["patterns"]} == {"demo"}
    assert found["warnings"] == [
        "4 deals not closed yet left out: Somewhere",
        "Finale: left out, as it is only known once a deal has closed",
    ]


@pytest.mark.parametrize(
    ("text", "words", "why"),
    [
        ("demo,end\nyes,won\n", ("--outcome", "stage", "--won", "won"), "line 1: there is no column 'stage'; found: demo, end"),
        ("demo,end\nyes,won\nno,lost\n", ("--outcome", "end", "--won", "yes"), "column end: no deal has 'yes' there; found: won and lost"),
        ("demo,end\n", ("--outcome", "end", "--won", "won"), "there is no deal below the header"),
        ("demo,end,end\nyes,won,won\n", ("--outcome", "end", "--won", "won"), "column end: is in the header more than once; leave one"),
        ("demo,end\nyes\n", ("--outcome", "end", "--won", "won"), "line 2: has 1 columns where the header has 2; is the row cut off?"),
    ],
)  # fmt: skip
def test_what_cannot_be_analyzed_is_refused_with_what_there_is(tmp_path, text, words, why):
    refused = run("patterns", file(tmp_path, text), *words)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("coach: ")
    assert refused.stderr.rstrip().endswith(why)


def test_a_file_that_is_not_there_is_named(tmp_path):
    refused = run("patterns", tmp_path / "none.csv", *ENDED)
    assert refused.exit_code == 1
    assert "there is no file" in refused.stderr
    assert run("patterns", B2B, "--outcome", "Status").exit_code == 2


def test_qualify_has_the_keys_of_the_contract(tmp_path):
    header, first, second, *_ = B2B.read_text("utf-8").splitlines()
    new = file(
        tmp_path,
        "\n".join([header, first, second.replace("Current", "Martian"), second.replace("Clear", "")]),
        "new.csv",
    )
    found = data_of(run("qualify", B2B, "--score", new, *ENDED, "--format", "json"))
    assert (found["n_train"], found["cross_validated"]["folds"], found["warnings"]) == (258, 10, [])
    assert found["cross_validated"]["auc"] > 0.78
    assert {"brier", "accuracy"} <= found["cross_validated"].keys()
    card = {(it["column"], it["value"]): it["points"] for it in found["scorecard"]["points"]}
    assert [it["row"] for it in found["scores"]] == [0, 1, 2]
    for it in found["scores"]:
        assert it["score"] == found["scorecard"]["base_points"] + sum(one["points"] for one in it["points"])
        assert it["p_win"] == pytest.approx(1 / (1 + 2 ** (-it["score"] / 10)))
        assert all(one["points"] == card.get((one["column"], one["value"]), 0) for one in it["points"])
    assert [it["warnings"] for it in found["scores"]] == [
        [], ["Client: 'Martian' was not seen among the closed deals; counts 0"], ["Scope: empty; counts 0"],
    ]  # fmt: skip


def test_a_scorecard_is_told_with_its_points_and_how_far_to_trust_it(tmp_path):
    new = file(tmp_path, "Client;Up_sale\nCurrent;Yes\nNew;No\n", "new.csv")
    told = run("qualify", B2B, "--score", new, *ENDED)
    assert told.exit_code == 0
    assert "A score of 0 means even odds; 10 points more double them." in " ".join(told.stdout.split())
    assert "Points say what goes with winning, not what causes it." in told.stdout
    assert "2 deals scored" in told.stdout
    assert "- Seller: not among the deals to score; counts 0 for all" in told.stdout
    assert max(map(width, told.stdout.splitlines())) <= 100
    assert "Competitors" in run("qualify", B2B, "--score", new, *ENDED, "--format", "html").stdout


def test_too_few_closed_deals_are_said_and_end_well(tmp_path):
    closed = file(tmp_path, "demo,end\n" + "yes,won\nno,lost\n" * 6)
    found = data_of(run("qualify", closed, "--score", closed, "--outcome", "end", "--won", "won", "--format", "json"))
    assert (found["cross_validated"]["folds"], found["cross_validated"]["auc"]) == (0, None)
    assert found["scorecard"] == {"base_points": 0, "points": []}
    assert {it["p_win"] for it in found["scores"]} == {0.5}
    assert found["warnings"][0].startswith("not enough data: 12 closed deals, 6 of them won")
    told = run("qualify", closed, "--score", closed, "--outcome", "end", "--won", "won")
    assert "Not enough data for a scorecard." in told.stdout


def test_what_knows_the_end_gets_no_points(tmp_path):
    header, *rows = B2B.read_text("utf-8").splitlines()
    lines = [f"{header},Closed On,Loss reason,Invoice sent"]
    lines += [
        f"{it},2026-01-0{at % 9 + 1},{'' if it.endswith('Won') else 'price'},{'yes' if it.endswith('Won') else 'no'}"
        for at, it in enumerate(rows)
    ]
    closed = file(tmp_path, "\n".join(lines))
    found = data_of(run("qualify", closed, "--score", closed, *ENDED, "--format", "json"))
    assert not {"Closed On", "Loss reason", "Invoice sent"} & {it["column"] for it in found["scorecard"]["points"]}
    assert [it.split(":")[0] for it in found["warnings"]] == ["Closed On", "Loss reason", "Invoice sent"]
    assert found["cross_validated"]["auc"] < 0.85


def test_deals_to_score_that_cannot_be_read_are_refused(tmp_path):
    refused = run("qualify", B2B, "--score", file(tmp_path, "Client\nNew,x\n"), *ENDED)
    assert refused.exit_code == 1
    assert "line 2: has 2 columns" in refused.stderr
    assert run("qualify", B2B, *ENDED).exit_code == 2
