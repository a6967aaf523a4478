"""Compares the answers under Grammar/examples/questions with those of DuckDB to the SQL beside them.

    tally generate dossiers 100000 --to FOLDER
    python3 Tests/DatasetTests/questions.py FOLDER

Needs the package duckdb. Numbers are compared to nine digits, months and quarters by their first day, true
and false as such; columns by their place.
"""

import csv
import glob
import os
import sys

import duckdb

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
QUESTIONS = os.path.join(ROOT, "Grammar", "examples", "questions")


def database(folder, percents=()):
    connection = duckdb.connect()
    for path in sorted(glob.glob(os.path.join(folder, "*.csv"))):
        name = os.path.basename(path)[:-4]
        if name.endswith("dirty"):
            continue
        connection.execute(
            f"create table {name} as from read_csv('{path}', header = true, sample_size = -1)"
        )
    for table, column in percents:
        connection.execute(
            f"create or replace table {table} as select * replace"
            f" (rtrim({column}, '%')::decimal(9, 2) / 100 as {column}) from {table}"
        )
    return connection


def plain(value):
    """A value as a number where it is one, else as text."""
    if value is None or value == "":
        return None
    text = str(value).strip()
    if text.lower() in ("true", "false"):
        return text.lower()
    if text.endswith(" 00:00:00"):
        text = text[:-9]
    parts = text.split("-")
    if len(parts) == 3 and len(parts[0]) == 4 and parts[2] == "01":
        text = "-".join(parts[:2])  # a day that is also a month
    if len(text) == 7 and text[4:6] == "-Q":
        text = f"{text[:4]}-{int(text[6]) * 3 - 2:02d}"
    try:
        if text.endswith("%"):
            return float(text[:-1]) / 100
        return float(text)
    except ValueError:
        return text


def is_same(ours, theirs):
    if isinstance(ours, float) and isinstance(theirs, float):
        return abs(ours - theirs) <= 1e-9 * max(1.0, abs(ours))
    return ours == theirs


def differences(name, connection):
    with open(os.path.join(QUESTIONS, name + ".csv"), encoding="utf-8") as file:
        ours = [[plain(cell) for cell in row] for row in list(csv.reader(file))[1:]]
    with open(os.path.join(QUESTIONS, name + ".sql"), encoding="utf-8") as file:
        theirs = [[plain(cell) for cell in row] for row in connection.execute(file.read()).fetchall()]
    if len(ours) != len(theirs):
        return f"{len(ours)} rows, and {len(theirs)} of DuckDB"
    for number, (left, right) in enumerate(zip(ours, theirs)):
        if len(left) != len(right) or not all(map(is_same, left, right)):
            return f"row {number + 1}: {left}, and {right} of DuckDB"
    return None


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    shipped = database(os.path.join(ROOT, "Datasets"))
    generated = database(sys.argv[1], percents=[("goals", "online_share")])
    different = 0
    for path in sorted(glob.glob(os.path.join(QUESTIONS, "*.tally"))):
        name = os.path.basename(path)[:-6]
        with open(path, encoding="utf-8") as file:
            connection = shipped if "# Tables: Datasets\n" in file.read() else generated
        if not os.path.exists(path[:-6] + ".csv"):
            found = "no answer yet"
        else:
            try:
                found = differences(name, connection)
            except duckdb.Error as error:
                found = str(error).splitlines()[0]
        if found:
            different += 1
            print(f"{name}: {found}")
    print(f"{different} differ")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
