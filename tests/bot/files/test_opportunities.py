"""Exports of opportunities: what is read, and how what is wrong is told."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from bot.files import cells
from bot.files.mapping import ColumnMapping, read_mapping
from bot.files.opportunities import read_opportunities
from bot.files.refusal import FileRefusedError
from bot.files.sheet import WrongError
from bot.languages import language
from coaching.company import Stage
from coaching.language import speaking
from coaching.money import Money
from coaching.opportunities import Category, Opportunity, Status
from tests.builders import a_company, a_manager, a_member, an_opportunity, dollars

DATA = Path(__file__).parents[2] / "data"
HEADER = "opportunity_id,owner,stage,amount"


def read(text: str | bytes, company=None, mapping=None) -> tuple[Opportunity, ...]:
    content = text.encode() if isinstance(text, str) else text
    return read_opportunities(content, company or a_company(), mapping or ColumnMapping()).rows


def one(header: str, row: str, **more) -> Opportunity:
    (found,) = read(f"{header}\n{row}\n", **more)
    return found


def refusals(text: str | bytes, **more) -> list[str]:
    with pytest.raises(FileRefusedError) as refused:
        read(text, **more)
    return str(refused.value).splitlines()


def test_every_field_is_read():
    found = read((DATA / "export.csv").read_bytes())
    assert found[0] == an_opportunity(
        "O-1",
        stage="Proposal",
        name="Globex, robots",
        amount=Money(4_050_050, "USD"),
        next_step='Demo for the "plant" manager',
        product="Arm 7",
        source="referral",
        category=Category.BEST_CASE,
        last_activity_on=date(2026, 11, 20),
    )
    assert [(it.id, it.status, it.amount, it.closed_on) for it in found[1:]] == [
        ("O-2", Status.OPEN, None, None),
        ("O-3", Status.WON, dollars(12_000), date(2026, 11, 12)),
        ("O-4", Status.LOST, Money(0, "USD"), date(2026, 11, 13)),
    ]


def test_a_spreadsheets_semicolons_decimal_commas_and_mark_are_read_by_a_mapping():
    mapping = read_mapping((DATA / "crm_mapping.yaml").read_bytes())
    found = read((DATA / "crm_export.csv").read_bytes(), mapping=mapping)
    assert [(it.id, it.stage, it.status, it.amount, it.created_on, it.closed_on, it.close_date) for it in found] == [
        ("A1", "Angebot", Status.OPEN, Money(123_450, "USD"), date(2026, 10, 1), None, None),
        ("A2", "Gewonnen", Status.WON, Money(9_900_000, "USD"), date(2026, 2, 3), date(2026, 11, 9), None),
    ]
    assert [it.member for it in found] == ["dana", None]
    assert found[1].owner == "Jörg Ünal"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_separators_line_ends_and_a_byte_order_mark_are_told_from_the_file(separator, newline, mark):
    rows = (HEADER.split(","), ["1", "Dana Reyes", "Discovery", "5"], [], ["", "", "", ""])
    text = newline.join(separator.join(it) for it in rows)
    assert [it.amount for it in read(mark + text.encode())] == [dollars(5)]


def test_excels_own_hint_about_the_separator_is_not_a_header():
    found = refusals("sep=;\nopportunity_id;owner;stage;amount\n1;Dana Reyes;Discovery;x\n")
    assert found[0].startswith("line 3, column amount: 'x' is not an amount")


def test_columns_are_known_whatever_their_case_and_blanks():
    it = one("Opportunity ID,Owner,Stage,Amount,Close-Date", "1,Dana Reyes,discovery,5,2026-12-01")
    assert (it.stage, it.close_date) == ("Discovery", date(2026, 12, 1))


def test_a_column_that_the_mapping_names_serves_only_the_field_it_is_named_for():
    mapping = ColumnMapping(columns={"closed_on": "close_date"})
    it = one(HEADER + ",close_date", "1,Dana Reyes,Won,5,2026-11-01", mapping=mapping)
    assert (it.closed_on, it.close_date) == (date(2026, 11, 1), None)


def test_one_column_may_serve_two_fields_when_the_mapping_says_so():
    mapping = ColumnMapping(columns={"closed_on": "Close", "close_date": "Close"})
    won, still = read(f"{HEADER},Close\n1,D,Won,5,2026-11-01\n2,D,Discovery,5,2026-12-01\n", mapping=mapping)
    assert (won.closed_on, won.close_date) == (date(2026, 11, 1), date(2026, 11, 1))
    assert (still.closed_on, still.close_date) == (None, date(2026, 12, 1))


def test_with_one_date_only_a_closed_deal_closed_on_it():
    assert one(HEADER + ",close_date", "1,D,Lost,,2026-11-01").closed_on == date(2026, 11, 1)
    assert one(HEADER + ",close_date,closed_on", "1,D,Lost,,2026-11-01,").closed_on is None


def test_an_empty_amount_is_unknown_and_zero_is_zero():
    assert one(HEADER, "1,Dana Reyes,Discovery,").amount is None
    assert one(HEADER, "1,Dana Reyes,Discovery,0").amount == dollars(0)


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("1234.5", 123_450),
        ('"$1,234.50"', 123_450),
        ('"1,234,567"', 123_456_700),
        ('"12,34,567.00"', 123_456_700),
        ("USD 1234", 123_400),
        ("1234 USD", 123_400),
        ("1 234.50", 123_450),
        ("1\u202f234", 123_400),
        ("1'234", 123_400),
        ("54820.00001", 5_482_000),
    ],
)
def test_amounts_are_read_as_people_write_them(written, minor):
    assert one(HEADER, f"1,Dana Reyes,Discovery,{written}").amount == Money(minor, "USD")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('"12,x"', "'12,x' is not an amount (such as 1234.50)"),
        ('"1.234,50"', 'say so in a mapping: decimal: ","'),
        ('"12,50"', 'say so in a mapping: decimal: ","'),
        ("1.234", "may be thousands or a fraction"),
        ("-5", "is negative"),
        ("(5)", "is negative"),
        ("€5", "is not in USD"),
        ("EUR 5", "is not in USD"),
        ("9999999999999", "can't be meant"),
        ("1e5", "is not an amount"),
        ("NaN", "is not an amount"),
        ("=1+1", "is not an amount"),
        ("$", "is not an amount"),
        ('"1,23"', "is not an amount"),
    ],
)
def test_what_is_no_amount_is_refused(written, said):
    (found,) = refusals(f"{HEADER}\n1,Dana Reyes,Discovery,{written}\n")
    assert found.startswith("line 2, column amount: ")
    assert said in found


def test_dates_are_iso_or_as_the_mapping_says_and_nothing_else():
    day = date(2026, 11, 2)
    for written in ("2026-11-02", "2026-11-02T10:00:00Z", "2026-11-02 10:00:00"):
        assert one(HEADER + ",created_on", f"1,D,Discovery,5,{written}").created_on == day
    mapping = ColumnMapping(dates="%d.%m.%y")
    assert one(HEADER + ",created_on", "1,D,Discovery,5,02.11.26", mapping=mapping).created_on == day
    (found,) = refusals(f"{HEADER},created_on\n1,D,Discovery,5,2026-11-02\n", mapping=mapping)
    assert "as the mapping says: %d.%m.%y" in found


@pytest.mark.parametrize("written", ["02/11/2026", "20261102", "2026-W45-1", "2026-02-30", "0206-11-02", "soon"])
def test_what_is_no_iso_date_is_refused(written):
    (found,) = refusals(f"{HEADER},created_on\n1,D,Discovery,5,{written}\n")
    assert found.startswith("line 2, column created_on: ")


@pytest.mark.parametrize("written", ["2026-02-31", "31.02.2026"])
def test_a_day_that_there_is_not_is_called_that_and_needs_no_mapping(written):
    rows = f"1;D;Discovery;5,50;{written}\n2;D;Discovery;5,50;18.12.2026\n"
    (found,) = refusals(f"{HEADER.replace(',', ';')};created_on\n{rows}", company=a_company(language="de"))
    assert found == f"line 2, column created_on: '{written}' is not a date: there is no such day"


@pytest.mark.parametrize("owner", ["D. Reyes", "d.  reyes", "Dana Reyes", "DANA", "dana@acme.example"])
def test_an_owner_is_found_by_crm_name_name_id_or_mail(owner):
    company = a_company(a_member(crm_owner="D. Reyes", email="dana@acme.example"), a_manager())
    it = one(HEADER, f"1,{owner},Discovery,5", company=company)
    assert it.member == "dana"


def test_an_owner_who_is_no_member_is_kept_by_name():
    it = one(HEADER, "1,Zoe <Zed>,Discovery,5")
    assert (it.owner, it.member) == ("Zoe <Zed>", None)
    assert one(HEADER, "1,,Discovery,5").member is None


def test_an_owner_who_may_be_two_members_is_refused_once():
    company = a_company(a_member("a", name="Kim Lee", crm_owner=None), a_member("b", name="Kim Lee", crm_owner=None))
    (found,) = refusals(f"{HEADER}\n1,Kim Lee,Discovery,5\n2,Kim Lee,Discovery,5\n", company=company)
    assert "'Kim Lee' may be one of a, b; tell them apart with crm_owner" in found


def test_a_stage_of_the_mapping_wins_over_the_companys():
    mapping = ColumnMapping(stages=(Stage(name="Discovery", lost=True), Stage(name="Engaging", probability=0.4)))
    found = read(f"{HEADER}\n1,D,Discovery,5\n2,D,Engaging,5\n3,D,Proposal,5\n", mapping=mapping)
    assert [it.status for it in found] == [Status.LOST, Status.OPEN, Status.OPEN]


def test_an_unknown_stage_is_refused_with_those_there_are():
    (found,) = refusals(f"{HEADER}\n1,D,Engaging,5\n")
    assert "'Engaging' is not a stage of this company; there are: Discovery, Proposal, Won, Lost. Add it to" in found


def test_a_status_column_says_so_unless_the_stage_says_otherwise():
    header = HEADER + ",status"
    assert one(header, "1,D,Proposal,5,Lost").status is Status.LOST
    (found,) = refusals(f"{header}\n1,D,Won,5,open\n")
    assert "line 2, column status: 'open' doesn't go with the stage Won, which is won" in found


def test_another_currency_than_the_companys_is_refused_where_there_is_an_amount():
    header = HEADER + ",currency"
    assert one(header, "1,D,Discovery,,EUR").amount is None
    (found,) = refusals(f"{header}\n1,D,Discovery,5,EUR\n2,D,Discovery,5,usd\n")
    assert found.startswith("line 2, column currency: 'EUR' is not USD")
    (found,) = refusals(f"{HEADER}\n1,D,Discovery,5\n", mapping=ColumnMapping(currency="EUR"))
    assert "the mapping says that amounts are in EUR" in found


def test_a_closed_category_says_nothing_more():
    header = HEADER + ",forecast_category"
    found = read(f"{header}\n1,D,Won,5,Closed\n2,D,Discovery,5,Best Case\n3,D,Discovery,5,Omitted\n")
    assert [it.category for it in found] == [None, Category.BEST_CASE, Category.OMITTED]


def test_every_bad_row_is_told_at_once_in_the_files_order():
    text = f"""{HEADER},created_on
1,Dana Reyes,Discovery,5,2026-11-01
2,Dana Reyes,Talking,5,2026-13-01
1,Dana Reyes,Proposal,x,2026-11-01
,Dana Reyes,,5,
5,Dana Reyes,Discovery,5
6,Dana Reyes,Discovery,5,,7,8
"""
    assert [it.split(";")[0][:62] for it in refusals(text)] == [
        "line 3, column stage: 'Talking' is not a stage of this company",
        "line 3, column created_on: '2026-13-01' is not a date (year-mo",
        "line 4, column opportunity_id: '1' is on line 2 already",
        "line 4, column amount: 'x' is not an amount (such as 1234.50)",
        "line 5, column stage: is empty",
        "line 5, column opportunity_id: is empty",
        "line 6: has 4 columns where the header has 5",
        "line 7: has 7 columns where the header has 5",
    ]


def test_the_line_is_the_editors_even_after_text_over_several_lines():
    text = f'{HEADER},next_step\n1,D,Discovery,5,"call\nmail\nwait"\n2,D,Discovery,x,\n'
    assert refusals(text)[0].startswith("line 5, column amount: 'x'")
    assert one(HEADER + ",next_step", '1,D,Discovery,5,"call\r\nmail"').next_step == "call mail"


def test_a_thousand_bad_rows_are_counted():
    rows = "".join(f"{n},D,Talking,5\n" for n in range(1000))
    found = refusals(f"{HEADER}\n{rows}")
    assert (len(found), found[-1]) == (501, "and 500 more")


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as it:
        it.writestr("xl/workbook.xml", "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty; a header row was expected"),
        (b"\n\n", "the file is empty"),
        (b"id,who\n1,2\n", "line 1: these columns are missing: opportunity_id, owner, stage, amount; found: id, who."),
        (b"opportunity_id,owner,stage\n", "line 1: this column is missing: amount"),
        (zipped(), "this is an Excel workbook (or another zip file), not a CSV file in UTF-8; save it as 'CSV UTF-8'"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook"),
        ("opportunity_id".encode("utf-16"), "in UTF-16"),
        ("opportunity_id\n".encode("utf-16-le"), "line 1: there is a zero byte"),
        (
            f"{HEADER}\n1,J\xfcrg,Won,1\n".encode("latin-1"),
            "line 2: byte 0xfc is not UTF-8 (in Windows-1252 it would be 'ü')",
        ),
        (f'{HEADER}\n1,D,Won,5\n2,"D,Won,5\n'.encode(), "line 3: from here on a double quote is open and never closed"),
        (f'{HEADER}\n1,"D"x,Won,5\n'.encode(), "line 2: text goes on after its closing double quote"),
        (
            b"amount,Amount,opportunity_id,owner,stage,stage\n1,1,1,D,Won,Won\n",
            "column stage: is in the header more than once",
        ),
        (
            f"{HEADER}\n{'9' * 121},D,Won,5\n".encode(),
            "line 2, column opportunity_id: is 121 characters long; at most 120",
        ),
        (f"{HEADER}\n1,{'x' * 401},Won,5\n".encode(), "line 2, column owner: is 401 characters long"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(content, said):
    found = refusals(content)
    assert said in found[0]
    assert len(found) == 1


def test_a_header_alone_has_no_opportunities():
    assert read(HEADER) == ()


def test_a_mapped_column_that_is_not_there_is_named():
    (found,) = refusals(f"{HEADER}\n", mapping=ColumnMapping(columns={"owner": "sales_agent"}))
    assert "the mapping names the column 'sales_agent' for owner, which is not in the header; found: opport" in found


def test_progress_is_told_on_the_way_and_at_the_end():
    told = []
    rows = "".join(f"{n},D,Won,5\n" for n in range(2500))
    read_opportunities(f"{HEADER}\n{rows}".encode(), a_company(), progress=lambda done, of: told.append((done, of)))
    assert told == [(1000, 2500), (2000, 2500), (2500, 2500)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: {owners: x}", "line 1: columns.owners: is not a known key; did you mean 'owner'?"),
        ("columns: [owner]", "expected keys with values here"),
        ('dates: "%Y-%m"', "doesn't say a whole date"),
        ("dates: dd/mm/yyyy", "doesn't say a whole date"),
        ("decimal: ;", 'allowed: "." or ","'),
        ("currency: US", "'US' is not a currency"),
        ("stages: {A: {won: true, lost: true}}", "a stage is won or lost, not both"),
        ("stages: {A: {wonn: true}}", "stages.A.wonn: is not a known key; did you mean 'won'?"),
        ("", "the file is empty; a mapping was expected"),
    ],
)
def test_a_mapping_with_a_slip_is_refused(text, said):
    with pytest.raises(FileRefusedError) as refused:
        read_mapping(text.encode())
    assert said in str(refused.value)


def test_a_stage_of_a_mapping_may_say_nothing_but_that_it_is_there():
    assert read_mapping(b"stages: {Talking: }").stages == (Stage(name="Talking"),)


@pytest.mark.parametrize(
    ("sign", "currency", "fits"), [("$", "EUR", False), ("$", "CAD", True), ("¥", "USD", False), ("¥", "CNY", True)]
)
def test_a_sign_that_several_currencies_share_fits_only_those(sign, currency, fits):
    read = cells.money(currency, ".")
    if fits:
        assert read(f"{sign}100") == Money.of(100, currency)
    else:
        with pytest.raises(WrongError, match=f"is not in {currency}"):
            read(f"{sign}100")


def test_an_export_tells_which_fields_it_has_no_column_for():
    assert read_opportunities((DATA / "export.csv").read_bytes(), a_company()).unsaid == frozenset()
    few = read_opportunities(f"{HEADER},forecast_category\nO-1,Dana Reyes,Discovery,1,commit".encode(), a_company())
    assert {"name", "close_date", "closed_on", "next_step", "category"} & few.unsaid == {
        "name",
        "close_date",
        "closed_on",
        "next_step",
    }


# --- as the company's language writes --------------------------------------------------------------------------------
GERMAN = a_company(language="de", currency="EUR")


def amounts(*written: str, company=GERMAN, **more) -> list[str]:
    rows = "\n".join(f"{n};Dana;Discovery;{it}" for n, it in enumerate(written))
    found = read(f"{HEADER.replace(',', ';')}\n{rows}\n", company=company, **more)
    return [str(it.amount.amount) if it.amount else "" for it in found]


def test_a_german_export_is_read_without_a_mapping_where_it_leaves_no_doubt():
    assert amounts("1.234,50", "2.000", "12", "") == ["1234.50", "2000.00", "12.00", ""]
    assert amounts("1234.50", "12") == ["1234.50", "12.00"]
    found = one("opportunity_id;owner;stage;amount;close_date", "1;Dana;Discovery;1,5;3.12.2026", company=GERMAN)
    assert found.close_date == date(2026, 12, 3)


@pytest.mark.parametrize("written", [("1.234",), ("1.234,50", "12.50"), ("1,234.50", "12,50")])
def test_where_it_leaves_a_doubt_it_is_refused_as_before(written):
    with pytest.raises(FileRefusedError, match="in a mapping"):
        amounts(*written)


def test_what_a_mapping_says_and_what_another_language_writes_stays():
    with pytest.raises(FileRefusedError):
        amounts("1.234,50", mapping=ColumnMapping(decimal="."))
    with pytest.raises(FileRefusedError):
        amounts("1.234,50", company=a_company())


def test_a_refusal_is_said_in_the_language_of_whoever_reads_it():
    with speaking(language("de")):
        (found,) = refusals(f"{HEADER}\n1,Dana,Discovery,much\n", company=GERMAN)
    assert found == "Zeile 2, Spalte amount: 'much' ist kein Betrag (etwa 1234.50)"
