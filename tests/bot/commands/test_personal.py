"""`coach export` and `coach erase`, as somebody at a terminal or a script runs them."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot.commands.personal import _listed
from bot.reports.personal import KINDS, table
from coaching.card import note
from coaching.decision import Decision
from storage import person
from storage.chat import Conversations
from storage.database import create_engine
from storage.store import SqlStore
from tests.bot.commands.conftest import Coach, data_of, runner
from tests.builders import a_checkin
from tests.sample import NOW, WEDNESDAY, with_sample

DANA = ("--company", "quillfern", "--member", "dana")
OTHERS = ("Lindqvist", "Bellamy", "Raman", "Marchetti", "Okafor", "Brandt", "Mara ", "mara@", "sam@")


@pytest.fixture
def file(tmp_path: Path, sample_file: Path) -> Path:
    return Path(shutil.copyfile(sample_file, tmp_path / "coach.db"))


@pytest.fixture
def mine(monkeypatch: pytest.MonkeyPatch, file: Path) -> Coach:
    """On a copy that may be changed."""
    return runner(monkeypatch, f"sqlite:///{file}")


@pytest.fixture
def store(file: Path):
    made = SqlStore(create_engine(f"sqlite:///{file}"))
    yield made
    made.engine.dispose()


def unpacked(file: Path) -> dict[str, str]:
    with zipfile.ZipFile(file) as it:
        assert it.testzip() is None
        return {name: it.read(name).decode("utf-8-sig") for name in it.namelist()}


# --- export --------------------------------------------------------------------------------------------------------
def test_an_export_holds_everything_for_people_and_for_machines(mine, tmp_path):
    out = tmp_path / "dana.zip"
    told = mine("export", *DANA, "--out", str(out))
    assert (told.exit_code, told.stderr) == (0, "")
    files = unpacked(out)
    data = json.loads(files["data.json"])
    assert (data["company"], data["member"], data["name"]) == ("quillfern", "dana", "Dana Whitfield")
    assert list(data["held"]) == [it.file for it in KINDS]
    assert all(it["what_for"] for it in data["held"].values())
    for name in ("checkins", "commitments", "calls", "escalations", "opportunities", "messages"):
        rows = data["held"][name]["rows"]
        assert rows
        assert len(list(csv.DictReader(io.StringIO(files[f"csv/{name}.csv"])))) == len(rows)
    assert data["held"]["profile"]["rows"][0]["profile"]["email"] == "dana@quillfern.example"
    call = data["held"]["calls"]["rows"][-1]
    assert (call["commit"], call["by"]) in {(415_000, "dana"), (94_000, "manager")}
    assert files["summary.html"].startswith("<!doctype html>")
    for title in (it.title for it in KINDS):
        assert title in files["summary.txt"]


def test_an_export_is_of_one_person_only(mine, store, tmp_path):
    Conversations(store).write("quillfern", "dana", note("Mara says hello"), author="coach", nonce="n", at=NOW)
    out = tmp_path / "dana.zip"
    mine("export", *DANA, "--out", str(out))
    whole = "\n".join(unpacked(out).values())
    assert [it for it in OTHERS if it in whole] == []
    assert "the manager says hello" in whole


def test_every_sort_of_row_that_is_held_has_its_place_in_the_export(store):
    with store.work("quillfern") as work:
        member = work.company.member("dana")
        assert member
        assert set(person.held(work, member)) == {it.table for it in KINDS}


def test_a_cell_is_never_a_formula_and_a_number_stays_one(mine, store, tmp_path):
    with store.work("quillfern") as work:
        danger = a_checkin(WEDNESDAY, "dana", note='=HYPERLINK("http://x")', answer="+1", commitment="@SUM(1)")
        work.apply(Decision(records=(danger,)), NOW)
    mine("export", *DANA, "--out", str(tmp_path / "dana.zip"))
    files = unpacked(tmp_path / "dana.zip")
    row = list(csv.DictReader(io.StringIO(files["csv/checkins.csv"])))[-1]
    assert (row["note"], row["answer"], row["commitment"]) == ('\'=HYPERLINK("http://x")', "'+1", "'@SUM(1)")
    assert row["counts.calls"] == "12"
    assert '=HYPERLINK("http://x")' in json.loads(files["data.json"])["held"]["checkins"]["rows"][-1]["note"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_each_sign_that_begins_a_formula_is_told_to_be_text(sign):
    written = table([{"=head": f"{sign}1+1", "n": -5, "x": None}])
    assert list(csv.reader(io.StringIO(written, newline="")))[:2] == [["'=head", "n", "x"], [f"'{sign}1+1", "-5", ""]]


def test_an_export_overwrites_only_when_it_is_told_to(mine, tmp_path):
    out = tmp_path / "dana.zip"
    out.write_text("mine", encoding="utf-8")
    told = mine("export", *DANA, "--out", str(out))
    assert told.exit_code == 1
    assert "overwrite it with --force" in told.stderr
    assert out.read_text(encoding="utf-8") == "mine"
    assert mine("export", *DANA, "--out", str(out), "--force").exit_code == 0
    assert zipfile.is_zipfile(out)
    assert out.stat().st_mode & 0o077 == 0, "others on this machine may not read it"


def test_an_export_that_cannot_be_written_says_so_and_leaves_nothing(mine, tmp_path):
    told = mine("export", *DANA, "--out", str(tmp_path / "nowhere" / "dana.zip"))
    assert (told.exit_code, told.stderr.count("\n")) == (1, 1)
    assert "No such file or directory" in told.stderr
    (tmp_path / "folder.zip").mkdir()
    assert mine("export", *DANA, "--out", str(tmp_path / "folder.zip"), "--force").exit_code == 2
    assert [it.name for it in tmp_path.iterdir() if "dana" in it.name or it.name.startswith(".")] == []


@pytest.mark.parametrize("command", [("export", "--out", "x.zip"), ("erase", "--yes")])
def test_who_is_not_there_is_told_with_who_is(run, command):
    told = run(*command, "--company", "quillfern", "--member", "nobody")
    assert told.exit_code == 1
    assert told.stderr == (
        "coach: quillfern has no member 'nobody'; there are: mara, oscar, priya, theo, dana, sam, lena\n"
    )


# --- erase ---------------------------------------------------------------------------------------------------------
def test_a_script_erases_with_yes_and_no_trace_is_left(mine, file):
    told = mine("erase", *DANA, "--yes")
    assert told.exit_code == 0
    assert "erased dana from quillfern: the profile, 127 check-ins" in told.stdout
    assert "coach apply would add them anew" in told.stdout
    raw = b"".join(it.read_bytes() for it in file.parent.glob("coach.db*"))
    assert [it for it in (b"Whitfield", b"dana@", b'"dana"', b"Dana") if it in raw] == []
    for report in ("checkins", "ratios", "forecast", "digest", "queue"):
        found = json.dumps(data_of(mine(report, "--company", "quillfern", "--format", "json")))
        assert "dana" not in found.casefold()


def test_each_kind_of_what_is_erased_has_its_plural():
    counts = {"asked": 2, "reviewed": 2, "choice": 3, "forecast_remark": 2, "checkin": 1}
    assert _listed(counts) == (
        "the profile, 1 check-in, 2 remarks on forecasts, 2 questions about deals, 2 questions of reviews, "
        "3 deals chosen for a week"
    )


def test_without_a_terminal_and_without_yes_nothing_is_erased(mine, store):
    told = mine("erase", *DANA, input="dana\n")
    assert told.exit_code == 1
    assert "say --yes" in told.stderr
    assert store.company("quillfern").member("dana")


@pytest.mark.parametrize(("typed", "code", "gone"), [("dana", 0, True), ("yes", 1, False), ("", 1, False)])
def test_at_a_terminal_the_id_is_typed(file, typed, code, gone):
    ours, theirs = pty.openpty()
    os.write(ours, f"{typed}\n".encode())
    settings = {**os.environ, "COACH_DATABASE_URL": f"sqlite:///{file}", "COACH_CLOCK": NOW.isoformat()}
    told = subprocess.run(
        [sys.executable, "-m", "bot", "erase", *DANA], stdin=theirs, env=settings, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    os.close(ours)
    os.close(theirs)
    assert told.returncode == code, told.stderr
    assert "127 check-ins" in told.stderr
    left = SqlStore(create_engine(f"sqlite:///{file}"))
    assert (left.company("quillfern").member("dana") is None) == gone
    left.engine.dispose()


def test_a_company_may_lose_its_manager_and_is_told_what_that_means(mine):
    told = mine("erase", "--company", "quillfern", "--member", "mara", "--yes")
    assert (told.exit_code, "note: quillfern has no other manager" in told.stderr) == (0, True)
    told = mine("erase", "--company", "quillfern", "--member", "oscar", "--yes")
    assert (told.exit_code, "note: nobody else gets the digest" in told.stderr) == (0, True)
    assert "mara" not in mine("forecast", "--company", "quillfern", "--format", "json").stdout


def test_a_later_export_of_the_crm_does_not_bring_the_member_back(mine, store, tmp_path):
    mine("erase", *DANA, "--yes")
    export = tmp_path / "export.csv"
    export.write_text("opportunity_id,owner,stage,amount\nQ-1080,Dana Whitfield,Negotiation,240000\n", "utf-8")
    assert mine("import", str(export), "--company", "quillfern", "--on", "2026-11-25").exit_code == 0
    with store.work("quillfern") as work:
        deal = work.opportunity("Q-1080")
        assert deal
        assert (deal.owner, deal.member) == ("Dana Whitfield", None)


def test_the_company_lives_on_after_an_erasure(mine, store):
    from bot import opened
    from coaching.events import Imported, Planned

    mine("erase", *DANA, "--yes")
    engine = opened.engine(store)
    engine.handle(Planned(company="quillfern", key="p", at=NOW))
    engine.handle(Imported(company="quillfern", key="i", at=NOW))
    with store.work("quillfern") as work:
        assert "dana" not in {it.id for it in work.company.members}
    assert engine.tick(NOW) >= 0


def test_erasing_on_postgresql_leaves_no_row_either(monkeypatch, postgres_url):
    with_sample(postgres_url).engine.dispose()
    run = runner(monkeypatch, postgres_url)
    assert run("erase", *DANA, "--yes").exit_code == 0
    for report in ("checkins", "forecast", "queue"):
        assert "dana" not in run(report, "--company", "quillfern", "--format", "json").stdout.casefold()
