"""Tables: CSV, Parquet, Arrow, idx."""

import numpy as np
import pytest

from geartrain.data import Dataset, TensorSpec

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


def values(dataset):
    return [np.asarray(each).tolist() for each in dataset.as_numpy_iterator()]


@pytest.fixture
def table():
    pixels = pyarrow.array(np.arange(40, dtype=np.uint8))
    return pyarrow.table(
        {
            "image": pyarrow.FixedSizeListArray.from_arrays(pixels, 4),
            "label": pyarrow.array(range(10)),
            "word": pyarrow.array(["a", "b"] * 4 + ["c", None]),
            "weight": pyarrow.array([0.5] * 9 + [None]),
            "series": pyarrow.array([[1] * length for length in range(10)]),
            "kind": pyarrow.array(["x", "y"] * 5).dictionary_encode(),
            "holes": pyarrow.array([1] * 9 + [None]),
        }
    )


@pytest.fixture
def path(table, tmp_path):
    parquet.write_table(table, tmp_path / "some.parquet", row_group_size=3)
    return tmp_path / "some.parquet"


def test_columns_become_elements(path):
    dataset = Dataset.from_parquet(path, "image", "label")
    assert dataset.element_spec == (TensorSpec((4,), "uint8"), TensorSpec((), "int64"))
    assert len(dataset) == 10
    batches = list(dataset.batch(4).as_numpy_iterator())
    assert [image.shape for image, _ in batches] == [(4, 4), (4, 4), (2, 4)]
    np.testing.assert_array_equal(
        np.concatenate([image for image, _ in batches]).ravel(), range(40)
    )
    features = Dataset.from_parquet(path, ["word", "weight", "kind"], "label")
    element = list(features.as_numpy_iterator())[8]
    assert element == ({"word": b"c", "weight": 0.5, "kind": b"x"}, 8)


def test_lists_of_different_lengths_come_one_by_one(path):
    dataset = Dataset.from_parquet(path, "series")
    assert dataset.element_spec == TensorSpec((None,), "int64")
    assert values(dataset) == [[1] * length for length in range(10)]


@pytest.mark.parametrize("keep", [0, 1 << 20])
def test_shuffled_rows_are_the_same_whether_they_are_kept(path, keep):
    kept = Dataset.from_parquet(path, "label", keep_bytes=keep).shuffle(4, seed=1)
    expected = Dataset.range(10).shuffle(4, seed=1)
    for _ in range(3):
        assert values(kept) == values(expected)


def test_a_file_that_is_written_anew_is_read_anew(path, table):
    dataset = Dataset.from_parquet(path, "label").batch(10)
    assert values(dataset) == [list(range(10))]
    parquet.write_table(table.slice(3, 7), path)
    again = Dataset.from_parquet(path, "label").batch(10)
    assert values(again) == [list(range(3, 10))]


def test_several_files(path, table, tmp_path):
    parquet.write_table(table.slice(0, 2), tmp_path / "tail.parquet")
    dataset = Dataset.from_parquet(str(tmp_path / "*.parquet"), "label")
    assert values(dataset) == [*range(10), 0, 1]
    renamed = table.rename_columns(["image", "target", *table.column_names[2:]])
    parquet.write_table(renamed, tmp_path / "z.parquet")
    with pytest.raises(ValueError, match="do not belong together"):
        Dataset.from_parquet(str(tmp_path / "*.parquet"), "label")


def test_what_cannot_be_numbers_is_named(path):
    with pytest.raises(ValueError, match="1 of 10 values missing"):
        values(Dataset.from_parquet(path, "holes").batch(10))
    with pytest.raises(ValueError, match="nearest: label"):
        Dataset.from_parquet(path, "lable")


def test_tables_of_arrow_and_others(table, tmp_path):
    assert values(Dataset.from_arrow(table, "label").take(3)) == [0, 1, 2]
    with pyarrow.ipc.new_file(tmp_path / "t.arrow", table.schema) as file:
        file.write_table(table)
    assert values(Dataset.from_arrow(tmp_path / "t.arrow", "image").take(1)) == [[0, 1, 2, 3]]
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    assert list(Dataset.from_arrow(frame).as_numpy_iterator())[1] == {"a": 2, "b": b"y"}


def test_csv(tmp_path):
    file = tmp_path / "some.csv"
    file.write_text('n,x,city,ok\n1,2.5,"Köln, am Rhein",true\n2,,Bonn,false\n', encoding="utf-8")
    dataset = Dataset.from_csv(file, label="n", dtypes={"ok": bool})
    spec = {"x": TensorSpec((), "float32"), "city": TensorSpec((), "string"),
            "ok": TensorSpec((), "bool")}  # fmt: skip
    assert dataset.element_spec == (spec, TensorSpec((), "int64"))
    (first, _), (second, label) = dataset.as_numpy_iterator()
    assert (first["city"].decode(), bool(first["ok"])) == ("Köln, am Rhein", True)
    assert (int(label), bool(np.isnan(second["x"]))) == (2, True)
    assert values(Dataset.from_csv(file, columns="n").batch(2)) == [[1, 2]]


def test_csv_says_which_cell_is_wrong(tmp_path):
    file = tmp_path / "some.csv"
    file.write_text("1;2\n3;x\n")
    with pytest.raises(ValueError, match=r"'x', in row 2 of some\.csv"):
        values(Dataset.from_csv(file, "b", names=["a", "b"], separator=";", dtypes={"b": "int64"}))
    file.write_text("a,b\n1,2\n3\n")
    with pytest.raises(ValueError, match="not one cell for each column"):
        values(Dataset.from_csv(file, "b"))
    file.write_text("a,b\n")
    with pytest.raises(ValueError, match="has no rows"):
        Dataset.from_csv(file)


def test_idx_files_are_mapped(tmp_path):
    images = np.arange(12, dtype=np.uint8)
    (tmp_path / "images").write_bytes(
        bytes([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2]) + images.tobytes()
    )
    (tmp_path / "labels").write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]))
    dataset = Dataset.from_idx(tmp_path / "images", tmp_path / "labels")
    found = list(dataset.as_numpy_iterator())
    assert [int(label) for _, label in found] == [7, 8, 9]
    np.testing.assert_array_equal(found[1][0], [[4, 5], [6, 7]])
    (tmp_path / "labels").write_bytes(b"\0\0\x08\x01\0\0\0\x03\x07")
    with pytest.raises(ValueError, match="not a whole idx file"):
        Dataset.from_idx(tmp_path / "labels")


@pytest.mark.parametrize("data", [b"hello", None])
def test_a_parquet_file_that_is_none_is_named(tmp_path, data):
    path = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.table({"a": list(range(5000))}), path)
    path.write_bytes(path.read_bytes()[:-20] if data is None else data)
    with pytest.raises(ValueError, match=r"a\.parquet"):
        Dataset.from_parquet(path)
    with pytest.raises(FileNotFoundError):
        Dataset.from_parquet(tmp_path / "none.parquet")


def test_pages_that_are_damaged_are_an_error_that_names_the_file(tmp_path):
    path = tmp_path / "a.parquet"
    table = pyarrow.table({"a": np.random.default_rng(0).random(5000)})
    parquet.write_table(table, path, compression="gzip")
    data = bytearray(path.read_bytes())
    data[200:900] = bytes(700)
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"a\.parquet"):
        list(Dataset.from_parquet(path))


def test_csv_of_another_encoding(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("x,y\n1,caf\xe9\n".encode("latin-1"))
    with pytest.raises(ValueError, match="encoding='latin-1'"):
        Dataset.from_csv(path)
    (row,) = Dataset.from_csv(path, encoding="latin-1")
    assert row["y"].numpy().decode() == "caf\xe9"
