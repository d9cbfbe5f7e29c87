"""The page of a past day has the week's majors as they stood then."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from coaching.chosen import Pick
from coaching.decision import Decision
from coaching.majors_answers import dropped
from coaching.qualification import Answer, Evidence
from storage.database import create_engine
from storage.store import SqlStore
from tests.bot.commands.conftest import data_of, runner
from tests.builders import MONDAY


@pytest.mark.parametrize(
    "said",
    [lambda it, at: replace(it, agrees=False, answered_at=at, words="not this week"), dropped],
    ids=["argued about", "given up"],
)
def test_a_major_that_was_given_up_or_argued_about_on_wednesday_stood_on_tuesday(
    monkeypatch, sample_file, tmp_path, said
):
    url = f"sqlite:///{shutil.copy(sample_file, tmp_path / 'coach.db')}"
    store, at = SqlStore(create_engine(url)), datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    with store.work("quillfern") as work:
        major = next(it for it in work.choices(MONDAY, MONDAY) if it.pick is Pick.MAJOR)
        work.apply(Decision(records=(said(major, at),)), at)
    store.engine.dispose()
    run = runner(monkeypatch, url, datetime(2026, 11, 27, 22, 0, tzinfo=UTC))
    shown = [
        str(data_of(run("digest", "--company", "quillfern", "--on", day, "--format", "json"))["majors"])
        for day in ("2026-11-24", "2026-11-27")
    ]
    assert [f"'{major.opportunity}'" in it for it in shown] == [True, False]


def test_what_was_written_down_on_wednesday_holds_nothing_back_on_tuesdays_page(monkeypatch, sample_file, tmp_path):
    url = f"sqlite:///{shutil.copy(sample_file, tmp_path / 'coach.db')}"
    store, at = SqlStore(create_engine(url)), datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    with store.work("quillfern") as work:
        known = {it.opportunity for it in work.evidence()}
        fresh = [it for it in work.open_opportunities() if it.id not in known and it.member and it.close_date]
        work.apply(
            Decision(
                records=tuple(
                    Evidence(opportunity=it.id, criterion="competition", answer=Answer.NO, by=it.member, at=at)
                    for it in fresh
                )
            ),
            at,
        )
    store.engine.dispose()
    run = runner(monkeypatch, url, datetime(2026, 11, 27, 22, 0, tzinfo=UTC))
    shown = [
        {
            held
            for rep in data_of(run("forecast", "--company", "quillfern", "--on", day, "--format", "json"))["members"]
            for held in rep["held"]
        }
        for day in ("2026-11-24", "2026-11-25")
    ]
    assert [bool(it & {one.id for one in fresh}) for it in shown] == [False, True]
