"""A user's own records: laid over by key, marked, and refused in one sentence."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from materials_db.faults import DatabaseError
from materials_db.load import data_files, load_database

DB = load_database()
_LFP = dict(data_files())["chemistries/LFP.yaml"].decode()
_PRICE = "item,value,unit\nLFP,5.5,USD_2026/kg\n"


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _faults(path: Path) -> list[str]:
    with pytest.raises(DatabaseError) as caught:
        load_database(path)
    return [str(fault) for fault in caught.value.faults]


def test_a_price_without_deck_or_region_holds_everywhere(tmp_path: Path) -> None:
    db = load_database(_write(tmp_path / "mine.csv", _PRICE))
    for deck in DB.decks:
        for region in ("", "CHN", "USA"):
            found = db.price("LFP", deck, region)
            assert (found.price.value, found.price.unit) == (5.5, "USD_2026/kg")
            assert (found.price.layer, found.price.file) == ("overlay", "mine.csv")
            assert not found.borrowed
    assert db.source("overlay").title == "mine.csv"
    assert db.overlay == "mine.csv"
    assert db.price("NMC811", "reference_2022") == DB.price("NMC811", "reference_2022")


def test_a_price_for_one_deck_and_region_leaves_the_others(tmp_path: Path) -> None:
    text = (
        "item,deck,region,value,unit,vat,kind,basis,confidence\n"
        "lithium_carbonate,average_2022,CHN,400000,CNY_2022/t,included,quote,reported,high\n"
    )
    db = load_database(_write(tmp_path / "prices.csv", text))
    assert db.price("lithium_carbonate", "average_2022", "CHN").price.value == 400000
    assert db.price("lithium_carbonate", "average_2022", "USA").price.value == 63700
    assert db.price("lithium_carbonate", "average_2023", "CHN").price.layer == "shipped"


def test_a_fee_is_replaced_by_a_fee_only(tmp_path: Path) -> None:
    text = "item,kind,value,unit\nlithium_metal,fee,3,USD_2026/m2\n"
    db = load_database(_write(tmp_path / "prices.csv", text))
    fee = db.find_fee("lithium_metal", "quotes_2026-06")
    assert fee is not None
    assert (fee.price.value, fee.price.layer) == (3, "overlay")
    assert db.price("lithium_metal", "quotes_2026-06").price.layer == "shipped"


def test_the_shipped_database_is_left_alone(tmp_path: Path) -> None:
    before = DB.data_version
    db = load_database(_write(tmp_path / "mine.csv", _PRICE))
    assert load_database() is DB
    assert DB.price("LFP", "quotes_2026-06").price.layer == "shipped"
    assert db.data_version.startswith(f"{before}+")
    again = load_database(_write(tmp_path / "mine.csv", _PRICE.replace("\n", "\r\n")))
    assert again.data_version == db.data_version
    other = load_database(_write(tmp_path / "mine.csv", _PRICE.replace("5.5", "5.6")))
    assert other.data_version != db.data_version


def test_a_folder_of_tables_and_chemistries(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    (folder / "chemistries").mkdir(parents=True)
    _write(folder / "README.md", "notes")
    _write(
        folder / "materials.csv", "id,name,role,formula\nmyLFP,our LFP,positive_active,LiFePO4\n"
    )
    _write(
        folder / "properties.csv",
        "material,property,value,unit\nmyLFP,density,3.55,g/cm3\n"
        "myLFP,first_discharge_capacity,160,mAh/g\nLFP,density,3.4,g/cm3\n",
    )
    _write(folder / "prices.csv", "item,value,unit\nmyLFP,4.2,USD_2026/kg\n")
    _write(
        folder / "chemistries" / "mine.yaml",
        _LFP.replace("id: LFP", "id: mine").replace("material: LFP", "material: myLFP"),
    )
    db = load_database(folder)
    assert db.chemistry("mine").layer == "overlay"
    assert db.material("myLFP").layer == "overlay"
    assert db.property("LFP", "density").value == 3.4
    assert DB.property("LFP", "density").value == 3.6
    assert db.element_mass_fractions("myLFP") == db.element_mass_fractions("LFP")
    assert db.chemistry("LFP").layer == "shipped"


def test_a_single_chemistry_file_as_overlay(tmp_path: Path) -> None:
    db = load_database(_write(tmp_path / "c.yaml", _LFP.replace("id: LFP", "id: mine")))
    assert set(db.chemistries) == {*DB.chemistries, "mine"}
    replaced = load_database(_write(tmp_path / "c.yaml", _LFP.replace("0.3 [", "0.31 [")))
    assert replaced.chemistry("LFP").positive.coating.porosity.value == 0.31
    assert replaced.chemistry("LFP").layer == "overlay"


def test_a_table_is_known_by_its_columns(tmp_path: Path) -> None:
    text = "process,item,value,unit\nliquid,cell,0.97,1\n"
    db = load_database(_write(tmp_path / "line3.csv", text))
    assert db.process_yields("liquid")["cell"].value == 0.97


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (
            "p.csv",
            "item,value,unit\nLPF,5,USD_2026/kg\n",
            "p.csv:2: material 'LPF' is not known; did",
        ),
        (
            "p.csv",
            "item,value,unit\nLFP,5,USD/kg\n",
            "p.csv:2: unit 'USD/kg' is money without a year",
        ),
        ("p.csv", "item,value,unit\nLFP,5,kg\n", "value has the unit 'kg', a mass; give money per"),
        ("p.csv", "item,value,unit\nLFP,-5,USD_2026/kg\n", "value -5 is negative; give a price"),
        ("p.csv", "item,value,unit\nLFP,=5,USD_2026/kg\n", "value '=5' is not a number; formulas"),
        ("p.csv", "item,value,unit,deck\nLFP,5,USD_2026/kg,x\n", "deck 'x' is not known; known:"),
        (
            "p.csv",
            "item,value,unit,region\nLFP,5,USD_2026/kg,XXX\n",
            "region 'XXX' is not a country",
        ),
        (
            "p.csv",
            "item,value,unit\nLFP,5,USD_2026/kg\nLFP,6,USD_2026/kg\n",
            "p.csv:3: LFP is priced twice, lines 2 and 3; keep one of the two",
        ),
        ("p.csv", "a,b\n1,2\n", "p.csv:1: 'p' is no table and its columns are of none; name it"),
        ("prices.csv", "item,value\nLFP,5\n", "prices.csv:1: column 'unit' is missing; add it"),
        ("p.txt", "x", "p.txt: your own data hold no rows; give a .csv, .xlsx or .yaml"),
        ("prices.csv", "item,value,unit\n", "prices.csv: your own data hold no rows; give"),
        ("p.csv", "item;value;unit\nLFP;5,5;USD_2026/kg\n", "separated with semicolons; separate"),
        ("p.csv", "item\tvalue\tunit\nLFP\t5\tUSD_2026/kg\n", "separated with tabs; separate"),
        (
            "p.csv",
            "item,price,unit\nLFP,5,USD_2026/kg\n",
            "p.csv:1: the columns fit no table; the nearest is prices, where column 'price' is not "
            "known, column 'value' is missing; its columns are value, unit",
        ),
        (
            "p.csv",
            "item,value,unit\nLFP,5,USD_1950/kg\n",
            "p.csv:2: money of USD_1950 cannot be converted; give a year of 2010 to 2026",
        ),
        (
            "p.csv",
            "item,value,unit\nLFP,5,CLP_2020/kg\n",
            "p.csv:2: money of CLP_2020 cannot be converted; quote it in USD, or add CLP to",
        ),
        (
            "p.csv",
            "item,value,unit,source\nLFP,5,USD_2026/kg,Q9\nLMO,5,USD_2026/kg,Q9\n",
            "p.csv:2: source 'Q9' is not registered (on 2 lines); ",
        ),
        ("p.csv", "item,value,unit\nLFP,5,kWh\n", "the unit 'kWh', an energy; give money per"),
        (
            "p.csv",
            "item,value,unit,vat\nLFP,5,CNY_2025/kg,included\n",
            "p.csv:2: the price includes VAT, and WLD has no rate in vat_rates; give a region of",
        ),
        (
            "shares.csv",
            "material,stage,country,value,unit\nlithium,mining,USA,95,%\n",
            "shares.csv:2: shares of lithium in mining add to ",
        ),
        ("p.pdf", "x", "p.pdf: a .pdf file is not read; use .csv, .xlsx or .yaml"),
        (
            "properties.csv",
            "material,property,element,value,unit\nLFP,element_mass_fraction,Xx,0.1,1\n",
            "properties.csv:2: element 'Xx' is unknown; use a symbol",
        ),
        (
            "properties.csv",
            "material,property,value,unit\nLFP,density,3.6,ton\n",
            "properties.csv:2: density: unit 'ton' is not known; write 't'",
        ),
        (
            "materials.csv",
            "id,name,role,formula\nx,x,positive_active,NMC811\n",
            "materials.csv:2: formula 'NMC811' is a trade name; write the composition",
        ),
        (
            "decks.csv",
            "id,name,date,currency_year,fallback\na,a,2025,2025,a\n",
            "decks.csv:2: deck 'a' falls back on itself; break the circle",
        ),
        (
            "decks.csv",
            "id,name,date,currency_year,fallback\na,a,2025,2025,quotes\n",
            "decks.csv:2: fallback 'quotes' is not a deck; did you mean",
        ),
    ],
)
def test_bad_overlays_get_one_sentence(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    path = _write(tmp_path / name, text)
    (fault,) = _faults(path)
    assert sentence in fault
    assert "\n" not in fault


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    _write(tmp_path / "prices.csv", "item,value,unit\nLFP,x,USD_2026/kg\nLMO,y,USD_2026/kg\n")
    _write(tmp_path / "yields.csv", "process,item,value,unit\nliquid,cell,z,1\n")
    _write(tmp_path / "c.yaml", "id: a\nid: b\n")
    assert [fault.partition(":")[0] for fault in _faults(tmp_path)] == [
        "c.yaml",
        "prices.csv",
        "prices.csv",
        "yields.csv",
    ]


def test_two_chemistries_of_one_name_are_told(tmp_path: Path) -> None:
    _write(tmp_path / "a.yaml", _LFP.replace("id: LFP", "id: mine"))
    _write(tmp_path / "b.yaml", _LFP.replace("id: LFP", "id: mine"))
    assert _faults(tmp_path) == [
        "b.yaml:1: 'mine' stands twice, here and in a.yaml:1; keep one of the two"
    ]


def test_a_missing_overlay_is_told(tmp_path: Path) -> None:
    (fault,) = _faults(tmp_path / "gone")
    assert fault.endswith("gone: there is no such file or folder; check the path")


def _workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


def test_a_workbook_holds_one_table_a_sheet(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path / "own.xlsx",
        {
            "prices": [
                ["item", "value", "unit", "date", "note"],
                ["LFP", 5.5, "USD_2026/kg", 2026, "=1+1"],
            ],
            "yields": [["process", "item", "value", "unit"], ["liquid", "cell", 97, "%"]],
            "empty": [],
        },
    )
    db = load_database(path)
    price = db.price("LFP", "reference_2022").price
    assert (price.value, price.date, price.note) == (5.5, "2026", "=1+1")
    assert (price.file, price.row, price.layer) == ("own.xlsx[prices]", 2, "overlay")
    assert db.process_yields("liquid")["cell"].value == 97


def test_faults_of_a_workbook_name_sheet_and_row(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path / "own.xlsx",
        {
            "prices": [["item", "value", "unit"], ["LFP", "=2*3", "USD_2026/kg"]],
            "Notes": [["hello", "world"]],
        },
    )
    told = _faults(path)
    assert told[0].startswith("own.xlsx[Notes]:1: 'Notes' is no table")
    assert told[1].startswith("own.xlsx[prices]:2: value '=2*3' is not a number; formulas are not")


def _with_part(path: Path, part: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(part, content)
    return path


def _plain_book(tmp_path: Path, name: str = "own.xlsx") -> Path:
    rows: list[list[object]] = [["item", "value", "unit"], ["LFP", 5, "USD_2026/kg"]]
    return _workbook(tmp_path / name, {"prices": rows})


def test_workbooks_with_macros_are_refused(tmp_path: Path) -> None:
    path = _with_part(_plain_book(tmp_path), "xl/vbaProject.bin", b"macro")
    assert _faults(path) == ["own.xlsx: the workbook holds macros; save it as .xlsx without macros"]
    _plain_book(tmp_path, "own.xlsx").rename(tmp_path / "own.xlsm")
    assert _faults(tmp_path / "own.xlsm") == [
        "own.xlsm: a .xlsm workbook is not read; save it as .xlsx"
    ]


def test_a_macro_content_type_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("[Content_Types].xml", b"<x>macroEnabled</x>")
    path = tmp_path / "own.xlsx"
    path.write_bytes(buffer.getvalue())
    assert _faults(path) == ["own.xlsx: the workbook holds macros; save it as .xlsx without macros"]


def test_swollen_and_broken_workbooks_are_refused(tmp_path: Path) -> None:
    path = _with_part(_plain_book(tmp_path), "xl/media/big.bin", b"0" * 210_000_000)
    assert _faults(path) == ["own.xlsx: the workbook unpacks to too much; drop what is not data"]
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    assert _faults(broken) == ["broken.xlsx: the file is not a workbook; save it as .xlsx"]
    with zipfile.ZipFile(tmp_path / "bare.xlsx", "w") as package:
        package.writestr("hello.txt", "x")
    assert _faults(tmp_path / "bare.xlsx")[0].startswith("bare.xlsx: the workbook cannot be read")


def test_a_far_cell_is_refused_before_room_is_made_for_it(tmp_path: Path) -> None:
    for at, (row, column) in enumerate([(1_048_575, 16_383), (20_000, 0), (1, 200)]):
        path = tmp_path / f"far{at}.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("prices")
            sheet.write_row(0, 0, ["item", "value", "unit"])
            sheet.write_row(1, 0, ["LFP", 5, "USD_2026/kg"])
            sheet.write(row, column, 1)
        (fault,) = _faults(path)
        assert "lies beyond 20,000 rows x 200 columns; delete what lies outside" in fault
        assert fault.startswith(f"far{at}.xlsx[prices]: cell ")
    assert "cell GS2 " in fault


def test_format_without_value_may_lie_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("prices")
        sheet.write_row(0, 0, ["Item", "VALUE", "Unit"])
        sheet.write_row(1, 0, ["LFP", 5, "USD_2026/kg"])
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    assert load_database(path).price("LFP", "reference_2022").price.value == 5


def test_a_formula_is_read_as_its_saved_number(tmp_path: Path) -> None:
    def book_with(value: object) -> Path:
        path = tmp_path / "own.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("prices")
            sheet.write_row(0, 0, ["item", "value", "unit"])
            sheet.write_row(1, 0, ["LFP", 0, "USD_2026/kg"])
            sheet.write_formula("B2", "=2*3", None, value)
        return path

    assert load_database(book_with(6)).price("LFP", "reference_2022").price.value == 6
    (error,) = _faults(book_with("#DIV/0!"))
    assert error.startswith("own.xlsx[prices]:2: cell B2 holds the error '#DIV/0!'; mend it or")
    (missing,) = _faults(_without_saved_value(book_with(6)))
    assert missing.startswith("own.xlsx[prices]:2: the formula in cell B2 has no saved value; ")


def _without_saved_value(path: Path) -> Path:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b"<f>2*3</f><v>6</v>" in parts[sheet]
    parts[sheet] = parts[sheet].replace(b"<f>2*3</f><v>6</v>", b"<f>2*3</f>")
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def test_shares_beyond_the_whole_name_what_stays(tmp_path: Path) -> None:
    text = "material,stage,country,value,unit\nlithium,mining,USA,95,%\n"
    (fault,) = _faults(_write(tmp_path / "shares.csv", text))
    first = max(
        (row for row in DB.shares if (row.material, row.stage) == ("lithium", "mining")),
        key=lambda row: row.value,
    )
    assert f"for the shipped rows of {first.country} {first.value:.3g} %, " in fault
    assert fault.endswith(" more stay; give those countries rows of their own, to 100 %")


def test_headers_may_be_in_any_letter_case(tmp_path: Path) -> None:
    db = load_database(_write(tmp_path / "mine.csv", "Item,VALUE,Unit\nLFP,5.5,USD_2026/kg\n"))
    assert db.price("LFP", "reference_2022").price.value == 5.5


def test_what_cannot_be_read_and_what_is_wrong_are_told_at_once(tmp_path: Path) -> None:
    rows = ["LFP,x,USD_2026/kg", "LPF,5,USD_2026/kg", "LMO,5,USD/kg", "NMC811,-5,USD_2026/kg"]
    text = "\n".join(["item,value,unit", *rows, ""])
    told = _faults(_write(tmp_path / "prices.csv", text))
    assert [fault.split(" ")[0] for fault in told] == [f"prices.csv:{at}:" for at in (2, 3, 4, 5)]


def test_nothing_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "void").mkdir()
    for path in (
        tmp_path / "void",
        Path("/dev/null"),
        _workbook(tmp_path / "e.xlsx", {"prices": []}),
    ):
        (fault,) = _faults(path)
        assert fault.startswith(f"{path.name}: your own data hold no rows; give a .csv")
