"""The public tables, each read right: rows, columns, types, marks, identifiers, what is told."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared" / "datasets"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not (SHARED / "manifest.json").is_file(), reason="the public tables are not here"),
]
STEP = 65_521

# Types other than number and integer (which the file's own decimals tell) and category, by column.
EXPECTED: dict[str, dict[str, str]] = {
    "titanic": {"Name": "text", "PassengerId": "integer", "Age": "number", "Ticket": "category", "Cabin": "category"}
    | {"Sex": "category", "Embarked": "category", "Fare": "number", "Survived": "integer"},
    "winequality_red": {"quality": "integer", "alcohol": "number", "pH": "number"},
    "adult": {"age": "integer", "workclass": "category", "native-country": "category", "class": "category"}
    | {"fnlwgt": "integer", "hours-per-week": "integer", "occupation": "category"},
    "telco_churn": {"customerID": "id", "TotalCharges": "number", "Churn": "boolean", "tenure": "integer"}
    | {"Partner": "boolean", "MultipleLines": "category", "SeniorCitizen": "integer"},
    "bike_sharing": {"dteday": "date", "instant": "integer", "temp": "number", "cnt": "integer"},
    "sms_spam": {"label": "category", "text": "text"},
    "mammography": {"attr1": "number", "class": "integer"},
    "california_housing": {"total_bedrooms": "number", "ocean_proximity": "category", "median_house_value": "number"},
    "diamonds": {"cut": "category", "carat": "number", "price": "integer"},
    "students_dropout": {"Daytime/evening attendance": "integer", "Target": "category", "GDP": "number"},
    "soybean": {"class": "category", "hail": "boolean", "germination": "category", "date": "category"},
    "hflights": {"ArrDelay": "integer", "TailNum": "category", "Year": "integer", "CancellationCode": "category"},
    "power_plant": {"AT": "number", "PE": "number"},
    "permeability": {"permeability": "number", "chem_fp_0001": "integer"},
}
ID_LIKE = {"titanic": {"PassengerId"}, "telco_churn": {"customerID"}, "bike_sharing": {"instant"}}
# Codes of findings about the file or its names; findings on single columns are looked at where they matter.
TOLD = {
    "winequality_red": {"delimiter"},
    "telco_churn": {"names_trimmed"},
    "students_dropout": {"delimiter", "names_trimmed"},
    "power_plant": {"several_sheets"},
}
MISSING = {
    "titanic": {"Age": 177, "Cabin": 687, "Embarked": 2, "Name": 0},
    "adult": {"workclass": 0, "native-country": 0},
    "california_housing": {"total_bedrooms": 207},
    "hflights": {"ArrDelay": 3622, "Year": 0},
    "soybean": {"hail": 121, "precip": 0},
}


def _described() -> list[dict[str, Any]]:
    path = SHARED / "manifest.json"
    return json.loads(path.read_text())["tabular"] if path.is_file() else []


def _chunks(path: Path) -> list[bytes]:
    data = path.read_bytes()
    return [data[place : place + STEP] for place in range(0, len(data), STEP)]


@pytest.mark.parametrize("described", _described(), ids=lambda each: each["name"])
def test_table_is_read_right(described: dict[str, Any], read_here: Any) -> None:
    name, path = described["name"], SHARED / described["file"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == described["sha256"]
    table = read_here(_chunks(path), filename=path.name)
    assert (table.rows, len(table.schema.columns)) == (described["rows"], described["columns"])
    assert table.data.num_rows == described["rows"]
    types = {column.name: str(column.type) for column in table.schema.columns}
    expected = EXPECTED[name]
    assert {column: types[column] for column in expected} == expected
    assert {column.name for column in table.schema.columns if column.id_like} == ID_LIKE.get(name, set())
    assert described["target"] in types
    assert [column for column in types if types[column] == "text"] == described.get("text_columns", [])
    assert [column for column in types if types[column] == "date"] == described.get("date_columns", [])
    assert {each.code for each in table.findings if each.column is None} == TOLD.get(name, set())
    assert not table.has("name_mismatch")
    missing = {column["name"]: column["missing"] for column in table.profile["columns"]}
    for column, count in MISSING.get(name, {}).items():
        assert missing[column] == table.data[column].null_count == count


def test_values_survive(read_here: Any) -> None:
    adult = read_here(_chunks(SHARED / "adult.csv.gz"))
    assert pc.sum(pc.equal(adult.data["workclass"], "?")).as_py() == 2799
    assert adult.values("class")[:2] == ["<=50K", "<=50K"]
    titanic = read_here(_chunks(SHARED / "titanic.csv"))
    assert titanic.values("Name")[0] == "Braund, Mr. Owen Harris"
    assert titanic.values("PassengerId") == list(range(1, 892))
    bikes = read_here(_chunks(SHARED / "bike_sharing_hour.csv"))
    assert bikes.values("dteday")[0].isoformat() == "2011-01-01T00:00:00+00:00"
    power = read_here(_chunks(SHARED / "power_plant.xlsx"))
    assert power.values("AT")[0] == 14.96
    assert power.dialect["sheet"] == "Sheet1"
    telco = read_here(_chunks(SHARED / "telco_churn.csv"))
    assert telco.column("Churn").labels == ("No", "Yes")
    assert pc.sum(telco.data["Churn"]).as_py() == 1869


def test_blank_marks_in_a_number_column(read_here: Any) -> None:
    """The telco table as IBM published it: eleven blank TotalCharges."""
    text = (SHARED / "telco_churn.csv").read_bytes().decode()
    lines = text.split("\r\n")
    place = lines[0].split(",").index(" TotalCharges ")
    for number in range(1, 12):
        cells = lines[number * 500].split(",")
        cells[place] = " "
        lines[number * 500] = ",".join(cells)
    table = read_here("\r\n".join(lines))
    assert str(table.column("TotalCharges").type) == "number"
    assert table.data["TotalCharges"].null_count == 11
    assert table.finding("missing_marks", "TotalCharges").count == 11
