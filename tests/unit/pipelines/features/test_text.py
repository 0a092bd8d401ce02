from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.core.columns import ColumnType
from automl.pipelines.features import ngrams, text
from automl.pipelines.features.ngrams import runs, split_words
from automl.pipelines.features.shape import SHAPES, shapes
from automl.pipelines.features.views import VIEWS, View

TEXT = ColumnType.TEXT


def messages(n: int = 600, seed: int = 0) -> tuple[list[str], np.ndarray[Any, Any]]:
    random = np.random.default_rng(seed)
    common = np.array(
        ["i", "you", "we", "see", "the", "a", "day", "home", "go", "come", "now", "then", "maybe", "well", "fine", "ok"]
    )
    spam = random.random(n) < 0.3
    found = []
    for is_spam in spam:
        words = list(random.choice(common, random.integers(5, 12)))
        if is_spam:
            words += ["free prize", "claim"] if random.random() < 0.5 else ["winner", "call claim"]
        random.shuffle(words)
        found.append(" ".join(words))
    return found, spam


def test_words_are_lower_case_runs_of_letters_and_digits() -> None:
    found = split_words(pa.array(["Hello, World! x2", None, "", "  -- ", "Ärger\tüber 漢字"]))
    assert found.words.to_pylist() == ["hello", "world", "x2", "ärger", "über", "漢字"]
    assert found.rows.tolist() == [0, 0, 0, 4, 4, 4]


def test_runs_of_characters_stay_inside_their_text() -> None:
    apart = runs(pa.array(["abc", "def"]))
    joined = runs(pa.array(["abcdef"]))
    assert set(apart[1]) < set(runs(pa.array(["abc"]))[1]) | set(runs(pa.array(["def"]))[1]) | {-1}
    assert len(set(joined[1]) - set(apart[1])) > 0
    assert set(apart[0]) == {0, 1}
    assert [len(part) for part in runs(pa.array([None, ""], pa.string()))] == [0, 0]


def test_shapes() -> None:
    found = shapes(pa.array(["C.A. 31026", " two words ", "9", None]))
    table = dict(zip(SHAPES, found[0], strict=True))
    assert table == {
        "characters": 10,
        "words": 2,
        "digits": 5,
        "capitals": 2,
        "marks": 2,
        "number": 31026,
        "first letter": ord("C"),
    }
    assert found[1][:2].tolist() == [9, 2]
    assert found[2][-1] == 0.0
    assert np.isnan(found[1][SHAPES.index("number")])
    assert np.isnan(found[3]).all()


def test_words_and_pairs_become_counts(encode: Any) -> None:
    found = encode(x=(TEXT, messages()[0]))
    parts = found.parts("x", "tree")
    assert {"has claim", "has winner", "has free"} <= set(parts)
    table = pa.table({"x": ["Winner winner! claim", "nothing"]})
    assert found.values("x", "has winner", "tree", table) == [2.0, 0.0]
    assert found.values("x", "words", "tree", table) == [3.0, 1.0]


@pytest.mark.parametrize("view", ["tree", "linear"])
def test_a_view_of_texts_holds_what_tells_them_apart(encode: Any, view: Any) -> None:
    texts, spam = messages()
    encoder = encode(x=(TEXT, texts)).encoder
    new, truth = messages(300, seed=1)
    X = np.nan_to_num(encoder.transform(pa.table({"x": texts}), view).X.astype(np.float64))
    X_new = np.nan_to_num(encoder.transform(pa.table({"x": new}), view).X.astype(np.float64))
    spread = X.std(axis=0) + 1e-9
    weights = np.linalg.solve(
        (X / spread).T @ (X / spread) + 10 * np.eye(X.shape[1]), (X / spread).T @ (spam - spam.mean())
    )
    assert (((X_new / spread) @ weights > 0.2) == truth).mean() > 0.95


def unfolded(found: Any, table: pa.Table) -> list[dict[str, float]]:
    """Of each row, term → weight as the terms view has them."""
    vocabulary = found.encoder._encoders[0].vocabulary.labels()
    matrix = found.encoder.transform(table, "terms")
    codes = [place for place, column in enumerate(matrix.columns) if column.is_categorical]
    pairs = [[(int(row[place]), float(row[place + 1])) for place in codes] for row in matrix.X]
    return [{vocabulary[code]: weight for code, weight in row if weight} for row in pairs]


def test_the_terms_view_holds_all_that_a_row_says(encode: Any) -> None:
    found = encode(x=(TEXT, messages()[0]))
    row, silent = unfolded(found, pa.table({"x": ["claim claim winner", "?"]}))
    assert {"claim", "winner"} <= set(row)
    assert row["claim"] > row["winner"] * 0.9
    assert sum(weight**2 for weight in row.values()) == pytest.approx(25.0, rel=1e-4)
    assert silent == {}


def test_words_have_room_before_character_runs(encode: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automl.pipelines.features.encoder._SLOTS", 3)
    found = encode(x=(TEXT, messages()[0]))
    assert [part for part in found.parts("x", "terms") if part.startswith("term")] == ["term 0", "term 1", "term 2"]
    row = unfolded(found, pa.table({"x": ["claim free winner"]}))[0]
    assert len(row) == 3
    assert not any(term.startswith("run") for term in row)


def test_missing_texts_are_missing_for_trees_and_flagged_for_lines(encode: Any) -> None:
    texts = [*messages(200)[0], None, None]
    found = encode(x=(TEXT, texts))
    assert np.isnan(found.encoder.transform(found.table, "tree").X[-1]).all()
    assert found.values("x", "missing", "linear")[-3:] == [0.0, 1.0, 1.0]
    assert found.values("x", "missing", "terms")[-3:] == [0.0, 1.0, 1.0]


def test_columns_follow_the_rows_and_all_texts_share_them(encode: Any) -> None:
    texts = messages(900)[0]
    other = messages(900, seed=3)[0]
    one = encode(x=(TEXT, texts))
    two = encode(x=(TEXT, texts), y=(TEXT, other))
    count = sum(part.startswith("has ") for part in one.parts("x", "tree"))
    assert 0 < count <= 60
    assert sum(part.startswith("has ") for part in two.parts("x", "tree")) <= count / 2
    assert sum(part.startswith("direction") for part in one.parts("x", "linear")) == 3


def test_large_texts_are_encoded_piece_by_piece_alike(encode: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = encode(x=(TEXT, messages(300)[0]))
    views: list[View] = ["linear", "terms"]
    whole = {view: found.encoder.transform(found.table, view).X for view in views}
    monkeypatch.setattr(text, "_ROWS_AT_ONCE", 37)
    for view in views:
        np.testing.assert_allclose(found.encoder.transform(found.table, view).X, whole[view], atol=1e-5)


def test_texts_are_read_once_for_all_views(encode: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = encode(x=(TEXT, messages(300)[0]))
    read: list[int] = []
    counts = ngrams.Vocabulary.counts

    def counted(vocabulary: ngrams.Vocabulary, texts: pa.Array) -> Any:
        read.append(len(texts))
        return counts(vocabulary, texts)

    monkeypatch.setattr(ngrams.Vocabulary, "counts", counted)
    found.encoder.matrices(found.table, VIEWS)
    assert read == [300]


@pytest.mark.filterwarnings("error")
def test_texts_without_words_are_no_problem(encode: Any) -> None:
    found = encode(x=(TEXT, ["!!!", "??", "...", "-", None] * 10))
    assert np.isfinite(found.encoder.transform(found.table, "linear").X).all()


def test_very_long_texts_do_without_character_runs(encode: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_RUNS_MAX_BYTES", 1000)
    found = encode(x=(TEXT, messages(300)[0]))
    assert not any(part.startswith("has run") for part in found.parts("x", "linear"))
