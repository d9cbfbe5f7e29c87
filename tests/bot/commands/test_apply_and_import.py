"""`coach apply` and `coach import`, on real databases and from the command line."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import opened
from bot.cli import coach
from bot.commands.apply import apply, differences, kept_ids
from bot.commands.import_csv import import_rows
from bot.files.plain import dump
from bot.problem import Problem
from bot.sample import load
from bot.sample.story import MONDAY, story
from coaching.company import Stage, Target
from coaching.decision import Decision
from coaching.events import Pressed
from coaching.identity import How, Standing
from coaching.opportunities import Field, Status
from coaching.people import Hours, Reminders
from storage.store import SqlStore
from tests.builders import a_company, a_manager, a_member, a_newcomer, an_opportunity, an_owner, dollars

DATA = Path(__file__).parents[2] / "data"
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
HEADER = "opportunity_id,owner,stage,amount,close_date\n"


@pytest.fixture
def store(each_engine) -> SqlStore:
    return SqlStore(each_engine)


@pytest.fixture
def acme(store) -> SqlStore:
    apply(store, a_company(), NOW)
    return store


def company_of(store: SqlStore):
    with store.work("acme") as work:
        return work.company


def pipeline_of(store: SqlStore):
    with store.work("acme") as work:
        return {it.id: it for it in work.opportunities()}


def moves(store: SqlStore, first: date = MONDAY, last: date = TUESDAY):
    with store.work("acme") as work:
        return [(it.opportunity, it.on, it.field, it.before, it.after) for it in work.changes(first, last)]


# --- apply ---------------------------------------------------------------------------------------------------------
def test_a_file_is_applied_once_and_then_nothing_changes(store):
    assert apply(store, a_company(), NOW)[0] == "+ company acme (Acme Robotics)"
    assert company_of(store) == a_company()
    assert apply(store, a_company(), NOW) == []
    assert differences(store, a_company()) == []


def linked(store: SqlStore, how: How, by: str | None = None) -> None:
    """Dana's account in Teams, as somebody or something said."""
    link = a_newcomer(
        "aad-dana", platform="teams", standing=Standing.KNOWN, member="dana", how=how, by=by, settled_at=NOW
    )
    with store.work("acme") as work:
        dana = work.company.member("dana")
        work.apply(Decision(records=(replace(dana, handles={**dana.handles, "teams": "aad-dana"}), link)), NOW)


def test_an_id_that_the_file_doesnt_mention_stays_and_it_is_said(acme):
    linked(acme, How.EMAIL)
    line = "= member dana: teams: aad-dana stays (by their e-mail address, 2026-11-23; not in the file)"
    assert (differences(acme, a_company()), kept_ids(acme, a_company())) == ([], [line])
    assert apply(acme, replace(a_company(), name="Acme Robots"), NOW) == ["~ name: Acme Robotics -> Acme Robots"]
    assert company_of(acme).member("dana").handles == {"slack": "U0DANA", "teams": "aad-dana"}
    assert "aad-dana" in dump(company_of(acme))
    linked(acme, How.MANAGER, "morgan")
    assert kept_ids(acme, a_company()) == [line.replace("by their e-mail address", "morgan said so")]


def chose(store: SqlStore, **fields: str) -> None:
    """What Dana saves in her settings."""
    event = Pressed(company="acme", member="dana", key=repr(fields), at=NOW, action="chat.save", fields=fields)
    opened.engine(store).handle(event)


def test_reminders_and_quiet_hours_that_somebody_chose_outlive_the_file_that_said_otherwise(acme):
    own = a_member(reminders=Reminders.ACTIVE)
    file = a_company(own, a_manager(), an_owner())
    apply(acme, file, NOW)
    chose(acme, reminders="light", quiet="18:00-09:00", until="")
    stays = [
        "= member dana: reminders: light stays (their own wish; the file says active)",
        "= member dana: quiet_hours: 18:00-09:00 stays (their own wish; the file says 19:00-07:30)",
    ]
    for it in range(2):
        assert (differences(acme, file), kept_ids(acme, file)) == ([], stays), it
        assert apply(acme, file, NOW) == []
    later = replace(file, quiet_hours=Hours(time(20), time(7)))
    later = replace(later, members=(replace(own, quiet_hours=later.quiet_hours), *file.members[1:]))
    assert not [it for it in differences(acme, later) if "dana" in it]
    apply(acme, later, NOW)
    dana = company_of(acme).member("dana")
    assert (dana.reminders, str(dana.quiet_hours)) == (Reminders.LIGHT, "18:00-09:00")


def test_a_new_word_of_the_file_for_somebody_undoes_what_they_chose_and_the_dry_run_says_so(acme):
    chose(acme, reminders="light", quiet="19:00-07:30", until="")
    file = a_company(a_member(reminders=Reminders.ACTIVE), a_manager(), an_owner())
    told = ["~ member dana: reminders: light -> active"]
    assert (differences(acme, file), kept_ids(acme, file)) == (told, [])
    assert apply(acme, file, NOW) == told
    assert apply(acme, a_company(), NOW) == ["- member dana: reminders: active"], "no wish is left"


def test_what_is_saved_unchanged_is_no_wish(acme):
    chose(acme, reminders="standard", quiet="19:00-07:30", until="")
    quiet = Hours(time(20), time(7))
    members = tuple(replace(it, quiet_hours=quiet) for it in a_company().members)
    assert apply(acme, replace(a_company(), quiet_hours=quiet, members=members), NOW) == [
        "~ quiet_hours: 19:00-07:30 -> 20:00-07:00"
    ]
    assert company_of(acme).member("dana").quiet_hours == quiet


def test_an_id_that_the_file_gives_to_another_goes_to_them_and_it_is_said(acme):
    linked(acme, How.EMAIL)
    olivia = an_owner(handles={"slack": "U0OLIVIA", "teams": "aad-dana"})
    told = apply(acme, a_company(a_member(), a_manager(), olivia), NOW)
    assert set(told) == {"- member dana: teams: aad-dana", "+ member olivia: teams: aad-dana"}
    assert company_of(acme).member("dana").handles == {"slack": "U0DANA"}


def test_asking_what_would_change_changes_nothing(acme):
    after = replace(a_company(), name="Acme Robots")
    assert differences(acme, after) == ["~ name: Acme Robotics -> Acme Robots"]
    assert company_of(acme) == a_company()
    assert differences(acme, replace(after, slug="other"))[0] == "+ company other (Acme Robots)"
    assert acme.companies() == ("acme",)


def test_who_left_stays_with_their_history_and_may_come_back(acme):
    file = a_company(a_manager(), an_owner())
    assert "- member dana left (history is kept)" in apply(acme, file, NOW)
    assert [(it.id, it.active) for it in company_of(acme).members] == [
        ("morgan", True),
        ("olivia", True),
        ("dana", False),
    ]
    assert apply(acme, file, NOW) == []
    assert "+ member dana (rep) is back" in apply(acme, a_company(), NOW)
    assert company_of(acme).member("dana").active


def test_the_deals_of_a_member_who_is_new_become_theirs(acme):
    import_rows(acme, "acme", [an_opportunity(owner="Kim Lee", member=None)], MONDAY)
    apply(acme, a_company(a_member(), a_manager(), an_owner(), a_member("kim", name="Kim Lee", crm_owner=None)), NOW)
    assert pipeline_of(acme)["O-1"].member == "kim"
    assert moves(acme) == []


def test_two_companies_cannot_share_a_workspace(store):
    apply(store, a_company(slack_team="T1"), NOW)
    with pytest.raises(Problem, match="belongs to another company here"):
        apply(store, replace(a_company(slack_team="T1"), slug="globex"), NOW)
    assert store.companies() == ("acme",)


def test_a_new_company_applied_twice_at_once_is_one_company(store):
    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda _: apply(store, a_company(), NOW), range(4)))
    assert sum(bool(it) for it in told) == 1
    assert company_of(store) == a_company()


# --- import --------------------------------------------------------------------------------------------------------
def test_a_later_export_updates_and_doubles_nothing(acme):
    import_rows(acme, "acme", [an_opportunity("O-1"), an_opportunity("O-2"), an_opportunity("O-3")], MONDAY)
    later = [
        an_opportunity("O-1", stage="Proposal", close_date=date(2027, 1, 15)),
        an_opportunity("O-2", stage="Won", status=Status.WON, closed_on=TUESDAY),
        an_opportunity("O-4"),
    ]
    told = import_rows(acme, "acme", later, TUESDAY)
    assert told == (
        "3 opportunities as of 2026-11-24: 1 new, 2 updated, 2 moved to another stage, 1 pushed, 1 won; 3 in play"
    )
    assert set(pipeline_of(acme)) == {"O-1", "O-2", "O-3", "O-4"}
    assert moves(acme) == [
        ("O-1", TUESDAY, Field.STAGE, "Discovery", "Proposal"),
        ("O-1", TUESDAY, Field.CLOSE_DATE, "2026-12-18", "2027-01-15"),
        ("O-2", TUESDAY, Field.STAGE, "Discovery", "Won"),
        ("O-2", TUESDAY, Field.STATUS, "open", "won"),
    ]
    with acme.work("acme") as work:
        assert [it.opportunity for it in work.snapshot(MONDAY)] == ["O-1", "O-2", "O-3"]
        assert [it.opportunity for it in work.snapshot(TUESDAY)] == ["O-1", "O-3", "O-4"]


def test_the_same_export_twice_is_the_same_as_once(acme):
    rows = [an_opportunity("O-1", stage="Proposal"), an_opportunity("O-2")]
    import_rows(acme, "acme", [an_opportunity("O-1")], MONDAY)
    import_rows(acme, "acme", rows, TUESDAY)
    before = pipeline_of(acme), moves(acme)
    assert import_rows(acme, "acme", rows, TUESDAY) == "2 opportunities as of 2026-11-24: 2 unchanged; 2 in play"
    assert (pipeline_of(acme), moves(acme)) == before


def test_a_move_undone_the_same_day_is_no_move(acme):
    import_rows(acme, "acme", [an_opportunity()], MONDAY)
    import_rows(acme, "acme", [an_opportunity(stage="Proposal")], TUESDAY)
    assert len(moves(acme)) == 1
    import_rows(acme, "acme", [an_opportunity()], TUESDAY)
    assert moves(acme) == []


def test_what_a_complete_export_lacks_is_gone_and_comes_back(acme):
    deals = [an_opportunity(f"O-{n}") for n in range(6)]
    import_rows(acme, "acme", deals, MONDAY, complete=True)
    import_rows(acme, "acme", deals[1:], TUESDAY, complete=True)
    assert pipeline_of(acme)["O-0"].gone_on == TUESDAY
    import_rows(acme, "acme", deals, TUESDAY + timedelta(days=1), complete=True)
    assert pipeline_of(acme)["O-0"].gone_on is None


def test_a_refused_export_leaves_everything_as_it_was(acme):
    deals = [an_opportunity(f"O-{n}") for n in range(6)]
    import_rows(acme, "acme", deals, TUESDAY)
    with pytest.raises(Problem, match="nothing was imported: 5 of 6 known opportunities are missing"):
        import_rows(acme, "acme", [an_opportunity("O-0", amount=dollars(1))], TUESDAY, complete=True)
    with pytest.raises(Problem, match="nothing was imported: this export is of 2026-11-23"):
        import_rows(acme, "acme", deals, MONDAY)
    assert pipeline_of(acme) == {it.id: it for it in deals}


def test_two_imports_at_once_are_as_one_after_the_other(acme):
    import_rows(acme, "acme", [an_opportunity("O-0")], MONDAY)
    rows = [an_opportunity(f"O-{n}", stage="Proposal", created_on=MONDAY) for n in range(30)]
    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda _: import_rows(acme, "acme", rows, TUESDAY), range(4)))
    assert sum("29 new" in it for it in told) == 1
    assert set(pipeline_of(acme)) == {it.id for it in rows}
    assert len(moves(acme)) == 30
    with acme.work("acme") as work:
        assert len(work.snapshot(TUESDAY)) == 30


# --- stages that a mapping named -----------------------------------------------------------------------------------
def test_the_stages_of_a_mapping_are_kept_with_the_company_and_win(acme):
    said = (Stage(name="Engaging", probability=0.4), Stage(name="proposal", probability=0.3))
    import_rows(acme, "acme", [an_opportunity(stage="Engaging")], MONDAY, stages=said)
    it = company_of(acme)
    assert (it.stages, it.mapped_stages) == (a_company().stages, said)
    assert it.stage("Engaging") == said[0]
    assert it.stage("Proposal") == replace(a_company().stage("Proposal"), probability=0.3)
    import_rows(acme, "acme", [an_opportunity(stage="Engaging")], TUESDAY, stages=[Stage(name="Talks")])
    assert [it.name for it in company_of(acme).mapped_stages] == ["Engaging", "proposal", "Talks"]


def test_a_company_file_applied_again_leaves_the_mapped_stages_alone(acme):
    import_rows(acme, "acme", [an_opportunity()], MONDAY, stages=[Stage(name="Engaging", probability=0.4)])
    assert differences(acme, a_company()) == []
    apply(acme, replace(a_company(), name="Acme Robots"), NOW)
    assert company_of(acme).stage("Engaging").probability == 0.4


def test_a_refused_export_keeps_no_stages(acme):
    import_rows(acme, "acme", [an_opportunity()], TUESDAY)
    with pytest.raises(Problem):
        import_rows(acme, "acme", [an_opportunity()], MONDAY, stages=[Stage(name="Engaging", probability=0.4)])
    assert company_of(acme).mapped_stages == ()


def test_a_file_applied_and_a_mapping_imported_at_once_are_both_kept(acme):
    said = [Stage(name=f"Step {n}", probability=0.1) for n in range(4)]
    with ThreadPoolExecutor(5) as threads:
        done = [
            threads.submit(import_rows, acme, "acme", [an_opportunity(f"O-{n}")], MONDAY, stages=[it])
            for n, it in enumerate(said)
        ]
        done.append(threads.submit(apply, acme, replace(a_company(), name="Acme Robots"), NOW))
        for it in done:
            it.result()
    assert company_of(acme).name == "Acme Robots"
    assert sorted(it.name for it in company_of(acme).mapped_stages) == [it.name for it in said]


# --- the sample ----------------------------------------------------------------------------------------------------
def test_the_sample_company_is_loaded_once_and_its_pipeline_goes_on(store):
    told = load.load(store, MONDAY)
    assert load.load(store, MONDAY + timedelta(weeks=5)).monday == MONDAY
    with store.work("quillfern") as work:
        assert work.company == told.company
        assert work.imported_on() == MONDAY
        assert {it.id for it in work.opportunities()} == {it.id for it in told.crm.export(MONDAY)}
        assert len(work.checkins(date.min, date.max)) == len(told.checkins)
        assert len(work.commitments(date.min, date.max)) == len(told.commitments)
        assert len(work.calls("2026-Q4")) == sum(it.period == "2026-Q4" for it in told.calls)
        assert any(it.field is Field.CLOSE_DATE for it in work.changes(MONDAY - timedelta(days=6), MONDAY))
    assert load.catch_up(store, told, MONDAY) == 0
    assert load.catch_up(store, told, MONDAY + timedelta(days=4)) == 4
    with store.work("quillfern") as work:
        assert [it.account for it in work.closed_opportunities(TUESDAY, TUESDAY)] == ["Marlowe Provisions"]


# --- the command line ----------------------------------------------------------------------------------------------
@pytest.fixture
def run(migrated_sqlite_url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COACH_DATABASE_URL", migrated_sqlite_url)
    monkeypatch.setenv("COACH_CLOCK", "2026-11-23T14:00:00Z")

    def coach_says(*args: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(coach, list(args))
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done.exit_code, done.stdout.strip(), done.stderr.strip()

    return coach_says


def written(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_apply_prints_what_changes_and_then_that_nothing_does(run):
    file = written("acme.yaml", dump(a_company()))
    assert run("apply", "--dry-run", file)[1].startswith("+ company acme (Acme Robotics)")
    assert run("apply", file)[1].startswith("+ company acme (Acme Robotics)")
    assert run("apply", file) == (0, "no changes", "")
    written("acme.yaml", dump(replace(a_company(), name="Acme")))
    assert run("apply", "--dry-run", file) == (0, "~ name: Acme Robotics -> Acme", "")


def test_a_target_that_looks_like_a_slip_is_applied_and_the_dry_run_says_so(run):
    reps = [Target(period="2026-Q4", member="dana", amount=dollars(300_000))]
    for whole, said in (
        (120_000, "! target 2026-Q4: $120,000 is far below the $300,000 that the reps' targets add up to"),
        (500, "! target 2026-Q4: $500 is little for a quarter; are thousands meant?"),
    ):
        plan = replace(a_company(), targets=(Target(period="2026-Q4", amount=dollars(whole)), *reps))
        file = written("acme.yaml", dump(plan))
        code, told, _ = run("apply", "--dry-run", file)
        assert (code, told.splitlines()[-1]) == (0, said)
        assert run("apply", file)[0] == 0


def test_an_id_that_stays_is_told_beside_what_changes_and_is_no_change(run, migrated_sqlite_url):
    from storage.database import create_engine

    file = written("acme.yaml", dump(a_company()))
    run("apply", file)
    store = SqlStore(create_engine(migrated_sqlite_url))
    linked(store, How.EMAIL)
    store.engine.dispose()
    stays = "= member dana: teams: aad-dana stays (by their e-mail address, 2026-11-23; not in the file)"
    assert run("apply", file) == (0, "no changes", stays)
    assert run("apply", "--dry-run", file) == (0, "no changes", stays)
    written("acme.yaml", dump(replace(a_company(), name="Acme")))
    assert run("apply", file) == (0, f"~ name: Acme Robotics -> Acme\n{stays}", "")
    exported = run("company", "--company", "acme")[1]
    assert "slack: U0DANA, teams: aad-dana" in exported
    written("acme.yaml", exported)
    assert run("apply", file) == (0, "no changes", "")


def test_apply_tells_those_who_plan_by_it(run, migrated_sqlite_url):
    from storage.database import create_engine

    run("apply", written("acme.yaml", dump(a_company())))
    engine = create_engine(migrated_sqlite_url)
    assert SqlStore(engine).due(NOW + timedelta(days=8), 100)
    engine.dispose()


def test_a_bad_file_is_refused_whole_with_every_fault(run):
    text = dump(a_company()).replace("role: manager", "role: boss").replace("currency: USD", "currency: usd")
    code, out, err = run("apply", written("acme.yaml", text))
    assert (code, out) == (1, "")
    assert err.splitlines()[0].startswith("coach: acme.yaml: 2 problems, nothing was changed")
    assert "line 4: currency: 'usd' is not a currency; did you mean USD?" in err
    assert run("import", "x.csv", "--company", "acme")[2].startswith("coach: no company 'acme'; there is none yet")


@pytest.mark.parametrize(("args", "said"), [(("nope.yaml",), "there is no file nope.yaml"), ((".",), ". is a folder")])
def test_a_file_that_cannot_be_read_is_named(run, args, said):
    assert run("apply", *args) == (1, "", f"coach: {said}" + (", not a file" if said.endswith("folder") else ""))


def test_import_tells_in_a_line_what_it_found(run, monkeypatch):
    run("apply", written("acme.yaml", dump(a_company())))
    code, out, _ = run("import", str(DATA / "export.csv"), "--company", "acme", "--complete")
    assert (code, out) == (0, "4 opportunities as of 2026-11-23: 4 new; 2 in play")
    monkeypatch.setenv("COACH_CLOCK", "2026-11-24T14:00:00Z")
    mapped = ("--mapping", str(DATA / "crm_mapping.yaml"), "--on", "2026-11-24")
    code, out, _ = run("import", str(DATA / "crm_export.csv"), "--company", "acme", *mapped)
    assert out == "2 opportunities as of 2026-11-24: 2 new; 3 in play"


def test_import_names_whose_open_deals_nobody_here_works_on(acme):
    rows = [
        an_opportunity("O-1"),
        *(an_opportunity(f"O-{n}", owner="Claus Meier", member=None) for n in (2, 3)),
        an_opportunity("O-4", owner="", member=None),
        an_opportunity("O-5", owner="Old Hand", member=None, status=Status.WON, closed_on=MONDAY),
    ]
    told = import_rows(acme, "acme", rows, MONDAY)
    assert told.endswith("5 new; 4 in play; 3 open ones are nobody’s here: Claus Meier and no owner")


def test_import_refuses_the_whole_file_with_every_bad_row(run):
    run("apply", written("acme.yaml", dump(a_company())))
    rows = HEADER + "1,Dana Reyes,Discovery,5,2026-12-01\n2,Dana Reyes,Talking,5,\n3,Dana Reyes,Discovery,x,soon\n"
    code, out, err = run("import", written("deals.csv", rows), "--company", "acme")
    assert (code, out) == (1, "")
    assert [it.partition("; ")[0] for it in err.splitlines()] == [
        "coach: deals.csv: 3 problems, nothing was changed",
        "line 3, column stage: 'Talking' is not a stage of this company",
        "line 4, column close_date: 'soon' is not a date (year-month-day, such as 2026-11-23)",
        "line 4, column amount: 'x' is not an amount (such as 1234.50)",
    ]
    assert run("import", str(DATA / "export.csv"), "--company", "acme")[1].startswith("4 opportunities")


def test_wrong_usage_is_told_apart_from_a_request_that_failed(run):
    assert run("import", "deals.csv")[0] == 2
    assert run("import", "deals.csv", "--company", "acme", "--on", "monday")[0] == 2
    assert run("apply")[0] == 2


def test_the_samples_own_file_can_be_applied_as_it_is(run):
    file = written("quillfern.yaml", dump(story(MONDAY).company))
    assert run("apply", file)[0] == 0
    assert run("apply", file)[1] == "no changes"


def test_deals_in_stages_that_only_a_mapping_names_give_the_forecast_its_range(run):
    deals = written("deals.csv", f"{HEADER}O-1,Dana Reyes,Engaging,1000,2026-12-01\n")
    mapping = written("mapping.yaml", "stages: {Engaging: {probability: 0.95}}\n")
    run("apply", written("acme.yaml", dump(a_company())))
    importing = ("import", deals, "--company", "acme")
    assert "'Engaging' is not a stage of this company" in run(*importing)[2]
    assert run(*importing, "--mapping", mapping)[0] == 0
    told = json.loads(run("forecast", "--company", "acme", "--format", "json")[1])
    assert (told["total"]["p10"], told["total"]["n"]) == (1000, 1)
    # Known from then on, also to an export without the mapping.
    assert run(*importing)[1].startswith("1 opportunity as of 2026-11-23: 1 unchanged")


# --- odd corners of company files ----------------------------------------------------------------------------------
SMALL = """company: acme
name: Small
timezone: {zone}
currency: {currency}
fiscal_year_start: 4
members:
  - {{id: rita, name: Rita Rep, role: rep, email: rita@small.example}}
targets:
  - {{period: 2026-Q4, amount: {target}}}
"""


def test_a_day_that_is_still_to_come_in_the_companys_zone_is_refused(run, monkeypatch):
    run("apply", written("acme.yaml", dump(a_company())))
    deals = written("deals.csv", f"{HEADER}O-1,Dana Reyes,Discovery,5,2026-12-01\n")
    code, out, err = run("import", deals, "--company", "acme", "--on", "2026-11-24")
    assert (code, out) == (1, "")
    assert "--on 2026-11-24 is after today, 2026-11-23 in America/New_York" in err
    assert run("import", deals, "--company", "acme", "--on", "2026-11-23")[0] == 0
    monkeypatch.setenv("COACH_CLOCK", "2026-11-24T04:59:00Z")
    assert run("import", deals, "--company", "acme", "--on", "2026-11-24")[0] == 1, "in New York it is still the 23rd"
    monkeypatch.setenv("COACH_CLOCK", "2026-11-24T05:00:00Z")
    assert run("import", deals, "--company", "acme", "--on", "2026-11-24")[0] == 0


def test_a_quarter_of_a_fiscal_year_that_begins_in_april_reaches_into_the_next_year(run, monkeypatch):
    monkeypatch.setenv("COACH_CLOCK", "2027-04-02T14:00:00Z")
    run("apply", written("acme.yaml", SMALL.format(zone="UTC", currency="USD", target=9000)))
    rows = "O-1,Rita Rep,Won,200,2027-01-01\nO-2,Rita Rep,Won,300,2027-03-31\nO-3,Rita Rep,Won,50,2026-12-31\n"
    deals, by = written("deals.csv", HEADER + rows), written("m.yaml", "stages: {Won: {won: true}}\n")
    assert run("import", deals, "--company", "acme", "--mapping", by, "--on", "2027-04-02")[0] == 0
    asked = ("forecast", "--company", "acme", "--on", "2027-04-02", "--period", "2026-Q4")
    told = json.loads(run(*asked, "--format", "json")[1])
    assert (told["target"], told["won"]) == (9000, 500)
    assert "it ended with $500" in run(*asked)[1]


@pytest.mark.parametrize(
    ("currency", "amount", "shown"), [("JPY", "1234567", "¥1,234,567"), ("KWD", "1234.567", "KWD 1,234.567")]
)
def test_amounts_keep_the_decimals_of_their_currency(run, currency, amount, shown):
    run("apply", written("acme.yaml", SMALL.format(zone="UTC", currency=currency, target=amount)))
    deals = written("deals.csv", f"{HEADER}O-1,Rita Rep,Sure,{amount},2027-01-05\n")
    by = written("m.yaml", "stages: {Sure: {probability: 1}}\n")
    assert run("import", deals, "--company", "acme", "--mapping", by)[0] == 0
    asked = ("forecast", "--company", "acme", "--period", "2026-Q4")
    told = json.loads(run(*asked, "--format", "json")[1])
    assert (told["target"], told["total"]["p50"]) == (float(amount), float(amount))
    amounts = set(re.findall(r"(?:¥|KWD )[\d,.]*\d", run(*asked)[1]))
    assert {it for it in amounts if it.strip("¥KWD 0")} == {shown}
    assert run("digest", "--company", "acme")[0] == 0


def test_whoever_creates_a_company_without_a_reader_of_the_digest_is_told(run):
    small = SMALL.format(zone="UTC", currency="EUR", target="9000")
    code, told, said = run("apply", written("acme.yaml", small))
    assert code == 0
    assert "Nobody gets the weekly digest: name an owner" in said
    assert "Nobody" not in told
    owner = "digest: {to: [olivia]}\nmembers:\n  - {id: olivia, name: Olivia Park, role: owner}"
    owned = small.replace("company: acme", "company: owned").replace("members:", owner)
    code, _, said = run("apply", written("owned.yaml", owned))
    assert code == 0
    assert "weekly digest" not in said


def test_a_target_finer_than_its_currency_is_refused_not_rounded(run):
    code, _, said = run("apply", written("acme.yaml", SMALL.format(zone="UTC", currency="JPY", target="9000.5")))
    assert code == 1
    assert "targets[0].amount: '9000.5' is finer than JPY can be paid in; write 9000" in said


@pytest.mark.parametrize("zone", ["Etc/GMT-14", "Etc/GMT+11", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_company_of_one_rep_with_nothing_else_has_every_report(run, zone):
    assert run("apply", written("acme.yaml", SMALL.format(zone=zone, currency="USD", target=9000)))[0] == 0
    for report in ("forecast", "digest", "queue", "checkins", "ratios"):
        for form in ("text", "json", "html"):
            assert run(report, "--company", "acme", "--format", form)[::2] == (0, "")
    assert "The only rep has not called the quarter yet" in run("digest", "--company", "acme")[1]
