#!/usr/bin/env python3
"""Runs the statements that Tally writes in other engines, and compares the answers exactly.

    TALLY_SQL_CASES=cases.jsonl TALLY_SQL_QUERIES=4000 swift test --filter EngineCases
    pip install duckdb sqlglot
    python3 Tests/Engines/compare.py cases.jsonl

SQLite is part of Python. PostgreSQL is asked through `psql` where --postgres gives its connection,
for instance --postgres "dbname=scratch". Statements for Spark are parsed by sqlglot and not run.
Exits with 1 where an answer differs or a statement does not parse.
"""

import argparse
import collections
import json
import math
import sqlite3
import subprocess
import sys
from decimal import Decimal, localcontext
from fractions import Fraction
from datetime import date, datetime, timedelta

EPOCH = datetime(1970, 1, 1)


class DuckDB:
    name = "duckdb"
    types = {
        "boolean": "BOOLEAN", "integer": "BIGINT", "duration": "BIGINT", "float": "DOUBLE",
        "text": "VARCHAR", "date": "DATE", "datetime": "TIMESTAMP",
    }

    def __init__(self):
        import duckdb

        self.connection = duckdb.connect()
        # Windows without an order number rows as the table has them.
        self.connection.execute("SET threads = 1")

    def value(self, kind, text):
        if text is None:
            return None
        if kind == "boolean":
            return text == "1"
        if kind in ("integer", "duration"):
            return int(text)
        if kind in ("decimal", "percent"):
            return Decimal(text)
        if kind == "float":
            return float(text)
        if kind == "datetime":
            return EPOCH + timedelta(microseconds=int(text))
        if kind in ("text",):
            return text
        return date.fromisoformat(text)

    def type_name(self, kind, scale):
        if kind in ("decimal", "percent"):
            return f"DECIMAL(38, {scale})"
        return self.types.get(kind, "DATE")

    def load(self, name, table):
        columns = [
            f'"{column}" {self.type_name(*split(kind))}'
            for column, kind in zip(table["names"], table["types"])
        ]
        self.connection.execute(f'DROP TABLE IF EXISTS "{name}"')
        self.connection.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
        kinds = [split(kind)[0] for kind in table["types"]]
        rows = [[self.value(k, c) for k, c in zip(kinds, row)] for row in table["rows"]]
        if rows:
            marks = ", ".join("?" * len(columns))
            self.connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)

    def run(self, sql):
        cursor = self.connection.execute(sql)
        return [self.unquoted(d[0]) for d in cursor.description], cursor.fetchall()

    def unquoted(self, name):
        return name


class SQLite(DuckDB):
    name = "sqlite"
    types = {
        "boolean": "INTEGER", "integer": "INTEGER", "duration": "INTEGER", "float": "REAL",
        "text": "TEXT", "date": "TEXT", "datetime": "INTEGER",
    }

    def __init__(self):
        self.connection = sqlite3.connect(":memory:")

    def unquoted(self, name):
        # Columns that are called as a word of the language come with their quotes.
        return name[1:-1] if name in ('"true"', '"false"') else name

    def type_name(self, kind, scale):
        if kind in ("decimal", "percent"):
            return "NUMERIC"
        return self.types.get(kind, "TEXT")

    def value(self, kind, text):
        if text is None or kind in ("text", "date") or kind not in (
            "boolean", "integer", "duration", "datetime", "decimal", "percent", "float",
        ):
            return text
        return float(text) if kind == "float" else text if "." in text else int(text)

    def load(self, name, table):
        try:
            super().load(name, table)
        except OverflowError:
            # Numbers that SQLite can't hold: statements about them are refused.
            kept = [[None if isinstance(c, str) and len(c) > 18 else c for c in row]
                    for row in table["rows"]]
            super().load(name, {**table, "rows": kept})


class PostgreSQL(DuckDB):
    name = "postgres"
    types = {
        "boolean": "BOOLEAN", "integer": "BIGINT", "duration": "BIGINT",
        "float": "DOUBLE PRECISION", "text": "TEXT", "date": "DATE", "datetime": "TIMESTAMP",
    }

    def __init__(self, connection):
        self.process = subprocess.Popen(
            ["psql", "-X", "-q", "-d", connection], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.say("\\set VERBOSITY terse")

    def say(self, text):
        self.process.stdin.write(text + "\n\\echo ~~done\n")
        self.process.stdin.flush()
        lines = []
        while (line := self.process.stdout.readline()) not in ("~~done\n", ""):
            lines.append(line)
        answer = "".join(lines)
        if "ERROR:" in answer:
            raise RuntimeError(answer.strip())
        return answer

    def type_name(self, kind, scale):
        if kind in ("decimal", "percent"):
            return f"NUMERIC(38, {scale})"
        return self.types.get(kind, "DATE")

    def load(self, name, table):
        columns = [
            f'"{column}" {self.type_name(*split(kind))}'
            for column, kind in zip(table["names"], table["types"])
        ]
        self.say(f'SET client_min_messages = warning; DROP TABLE IF EXISTS "{name}";'
                 f'CREATE TABLE "{name}" ({", ".join(columns)});')
        kinds = [split(kind)[0] for kind in table["types"]]

        def literal(kind, cell):
            if cell is None:
                return "NULL"
            quoted = "'" + cell.replace("'", "''") + "'"
            if kind == "datetime":
                return "'" + (EPOCH + timedelta(microseconds=int(cell))).isoformat(" ") + "'"
            return quoted

        for row in table["rows"]:
            cells = ", ".join(literal(k, c) for k, c in zip(kinds, row))
            self.say(f'INSERT INTO "{name}" VALUES ({cells});')

    def run(self, sql):
        body = sql.rstrip().rstrip(";")
        answer = self.say(
            f"SET extra_float_digits = 3;\n\\pset format csv\n\\pset null '~~null'\n{body};")
        import csv
        import io

        rows = list(csv.reader(io.StringIO(answer)))
        head = rows[0] if rows else []
        return head, [[None if c == "~~null" else c for c in row] for row in rows[1:]]


class Spark:
    """Statements for Spark are read by another parser of its dialect, and not run."""

    name = "spark"

    def __init__(self):
        import sqlglot

        self.parser = sqlglot
        self.error = sqlglot.errors.ParseError

    def problem(self, sql):
        """What the parser refuses, or nothing."""
        import logging

        logging.getLogger("sqlglot").setLevel(logging.ERROR)
        try:
            trees = self.parser.parse(sql, dialect="spark", error_level=self.parser.ErrorLevel.RAISE)
        except (self.error, self.parser.errors.TokenError) as error:
            return str(error).split("\n")[0]
        # Settings stand before the statement.
        trees = [tree for tree in trees if tree is not None and tree.key != "set"]
        if len(trees) != 1 or trees[0].key not in ("select", "union", "with"):
            return f"{len(trees)} statements, {[tree.key for tree in trees]}"
        return None


def split(kind):
    name, scale = kind.split(":")
    return name, int(scale)


def found(kind, cell):
    """A cell of an answer as a value that can be compared."""
    if cell is None:
        return None
    if kind == "boolean":
        return {True: True, False: False, 1: True, 0: False, "t": True, "f": False}[cell]
    if kind in ("integer", "duration"):
        return Fraction(Decimal(cell)) if isinstance(cell, str) else Fraction(cell)
    if kind in ("decimal", "percent"):
        return cell if isinstance(cell, float) else Fraction(Decimal(cell))
    if kind in ("float", "ratio"):
        return float(cell)
    if kind == "text":
        return cell
    if kind == "datetime":
        if isinstance(cell, str):
            cell = datetime.fromisoformat(cell)
        if isinstance(cell, datetime):
            return (cell - EPOCH) // timedelta(microseconds=1)
        return cell
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else cell


def expected(kind, text):
    if text is None:
        return None
    if kind == "boolean":
        return text == "1"
    if kind in ("integer", "duration"):
        return Fraction(int(text))
    if kind in ("decimal", "percent"):
        return Fraction(Decimal(text))
    if kind in ("float", "ratio"):
        return float(text)
    return int(text) if kind == "datetime" else text


def equal(one, other, tolerance):
    if one == other:
        return True
    if isinstance(other, float) and isinstance(one, Fraction):
        # The nearest double to an exact number.
        return float(one) == other or math.isclose(float(one), other, rel_tol=1e-15)
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance if tolerance > 1e-12 else 0)
    return False


def cut(name, length):
    return name.encode()[:length].decode(errors="ignore").lower()


def shown(kind, text, rows, place):
    """An expected cell in the form in which the engine gives such cells."""
    value = expected(kind, text)
    if isinstance(value, Fraction) and any(isinstance(row[place], float) for row in rows):
        return float(value)
    return value


def difference(answer, names, rows, tolerance, length):
    if [cut(n, length) for n in names] != [cut(n, length) for n in answer["names"]]:
        return f"names {names}, expected {answer['names']}"
    if len(rows) != len(answer["rows"]):
        return f"{len(rows)} rows, expected {len(answer['rows'])}"
    kinds = [split(kind)[0] for kind in answer["types"]]
    wanted_rows = answer["rows"]
    if tolerance > 1e-12 and any(kind in ("float", "ratio") for kind in kinds):
        # What is ordered by numbers whose last digits differ may change places.
        exact = [i for i, kind in enumerate(kinds) if kind not in ("float", "ratio")]
        rows = sorted(rows, key=lambda row: str([found(kinds[i], row[i]) for i in exact]))
        wanted_rows = sorted(
            wanted_rows, key=lambda row: str([shown(kinds[i], row[i], rows, i) for i in exact]))
    for number, (row, wanted) in enumerate(zip(rows, wanted_rows)):
        for kind, cell, text in zip(kinds, row, wanted):
            try:
                value = found(kind, cell)
            except Exception as error:
                return f"row {number}: {kind} {cell!r}: {error!r}"
            if not equal(expected(kind, text), value, tolerance):
                return f"row {number}: {kind} {cell!r}, expected {text!r}"
    return None


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("cases")
    arguments.add_argument("--engines", default="duckdb,sqlite,spark")
    arguments.add_argument("--postgres", help="what psql connects to")
    arguments.add_argument("--most", type=int, default=5, help="differences to show")
    arguments.add_argument("--errors", type=int, default=0, help="kinds of errors to show")
    options = arguments.parse_args()
    engines = []
    for name in options.engines.split(","):
        if name == "duckdb":
            try:
                engines.append(DuckDB())
            except ImportError:
                print("duckdb is not installed: pip install duckdb", file=sys.stderr)
        elif name == "sqlite":
            engines.append(SQLite())
    parsers = []
    if "spark" in options.engines.split(","):
        try:
            parsers.append(Spark())
        except ImportError:
            print("sqlglot is not installed: pip install sqlglot", file=sys.stderr)
    if options.postgres:
        engines.append(PostgreSQL(options.postgres))
    counts = {engine.name: collections.Counter() for engine in engines + parsers}
    errors = {engine.name: collections.Counter() for engine in engines + parsers}
    samples = {}
    differences = 0
    for line in open(options.cases, encoding="utf-8"):
        group = json.loads(line)
        for parser in parsers:
            for case in group["cases"]:
                sql = case["sql"][parser.name]
                if isinstance(sql, dict):
                    counts[parser.name]["refused"] += 1
                    continue
                what = parser.problem(sql)
                counts[parser.name]["does not parse" if what else "parses"] += 1
                if what:
                    differences += 1
                    if differences <= options.most:
                        print(f"==== {parser.name}: {what}\n{sql}\n")
        for engine in engines:
            engine.load("t", group["t"])
            engine.load("u", group["u"])
            for case in group["cases"]:
                sql = case["sql"][engine.name]
                if isinstance(sql, dict):
                    counts[engine.name]["refused"] += 1
                    errors[engine.name]["refused: " + sql["refused"]] += 1
                    continue
                tolerance = 1e-9 if "may differ" in sql else 1e-15
                try:
                    names, rows = engine.run(sql)
                except Exception as error:
                    counts[engine.name]["error"] += 1
                    text = str(error).split("\n")[0][:110]
                    errors[engine.name][text] += 1
                    samples.setdefault((engine.name, text), (case["query"], sql))
                    continue
                length = 63 if engine.name == "postgres" else 1 << 20
                what = difference(case["answer"], names, rows, tolerance, length)
                counts[engine.name]["differs" if what else "same"] += 1
                if what:
                    differences += 1
                    if differences <= options.most:
                        print(f"==== {engine.name}: {what}\n{sql}\n")
                        print(json.dumps(case["answer"]["rows"])[:1500])
                        print([list(r) for r in rows][:20])
                        print(json.dumps(group["t"], ensure_ascii=False)[:300], "\n")
    for engine in engines + parsers:
        print(engine.name, dict(counts[engine.name]))
        for text, count in errors[engine.name].most_common(options.errors):
            print(f"  {count} {text}")
            if (engine.name, text) in samples:
                print("     ", samples[(engine.name, text)][0])
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
