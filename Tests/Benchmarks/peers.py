"""Answers the questions of the benchmark with another engine, one command a line.

    peers.py ENGINE FILE THREADS

    load    -> seconds residentBytes peakBytes
    forget  -> 0, the tables are given up
    tune    -> 0, the tables are in the set-up that suits the engine best
    run N   -> seconds and the sums of the answer's columns behind the keys

Types are the same for every engine: ids as text or 32-bit integers, v1 and v2 as 32-bit integers,
v3 as 64-bit floating point. The engines are `duckdb`, `polars`, `datafusion` and `chdb`. With
`-tuned` behind its name an engine gets its tables in the set-up that suits it best (enumerations,
categories, dictionaries, narrow integers), made after the load and not counted in its time; no engine
gets an index or a sorted copy.
"""
import os
import sys
import time

TEXTS = ["id1", "id2", "id3"]
INTEGERS = ["id4", "id5", "id6", "v1", "v2"]

SQL = {
    1: "SELECT id1, sum(v1) a FROM x GROUP BY id1",
    2: "SELECT id1, id2, sum(v1) a FROM x GROUP BY id1, id2",
    3: "SELECT id3, sum(v1) a, avg(v3) b FROM x GROUP BY id3",
    4: "SELECT id4, avg(v1) a, avg(v2) b, avg(v3) c FROM x GROUP BY id4",
    5: "SELECT id6, sum(v1) a, sum(v2) b, sum(v3) c FROM x GROUP BY id6",
    6: "SELECT id4, id5, quantile_cont(v3, 0.5) a, stddev(v3) b FROM x GROUP BY id4, id5",
    7: "SELECT id3, max(v1) - min(v2) a FROM x GROUP BY id3",
    8: "SELECT id6, a FROM (SELECT id6, unnest(max(v3, 2)) a FROM x"
       " WHERE v3 IS NOT NULL GROUP BY id6)",
    9: "SELECT id2, id4, pow(corr(v1, v2), 2) a FROM x GROUP BY id2, id4",
    10: "SELECT id1, id2, id3, id4, id5, id6, sum(v3) a, count(*) b FROM x"
        " GROUP BY id1, id2, id3, id4, id5, id6",
    11: "SELECT count(*) a FROM x WHERE v3 >= 50",
    12: "SELECT id4, count(*) a FROM x WHERE v1 >= 3 GROUP BY id4",
    13: "SELECT count(*) a FROM x WHERE id1 = 'id016'",
    14: "SELECT count(DISTINCT id3) a FROM x",
    15: "SELECT id6, v3 a FROM x ORDER BY v3 DESC LIMIT 10",
    16: "SELECT count(*) a FROM x WHERE id3 = 'id0000042202'",
    17: "SELECT count(*) a FROM x WHERE id3 < 'id0000000100'",
    21: "SELECT word, sum(v1) a FROM x GROUP BY word",
    22: "SELECT number, sum(v1) a, avg(v3) b FROM x GROUP BY number",
    23: "SELECT count(DISTINCT word) a FROM x",
    24: "SELECT word, v1, count(*) a FROM x GROUP BY word, v1",
    25: "SELECT number, a FROM (SELECT number, unnest(max(v3, 2)) a FROM x GROUP BY number)",
    26: "SELECT number, quantile_cont(v3, 0.5) a FROM x GROUP BY number",
    31: "SELECT url, sum(ms) a FROM x GROUP BY url",
    32: "SELECT count(DISTINCT url) a FROM x",
    33: "SELECT count(*) a FROM x WHERE url LIKE '%/item77%'",
    34: "SELECT url, ms a FROM x ORDER BY url LIMIT 10",
    35: "SELECT host, sum(ms) a, max(size) b FROM x GROUP BY host",
    36: "SELECT count(*) a FROM x WHERE url >= 'https://www.site5'",
    37: "SELECT url, sum(ms) a FROM x WHERE ms < 1500 GROUP BY url",
    41: "SELECT count(*) a FROM x WHERE c1 > 500",
    42: "SELECT c0, sum(c1) a, sum(c4) b FROM x GROUP BY c0",
    43: "SELECT " + " + ".join(f"sum(c{i})" for i in range(1, 300, 3)) + " a FROM x",
    44: "SELECT *, c1 AS a FROM x WHERE c1 = 7",
}


def windows():
    """The questions about windows, each over all rows and within stations."""
    week = "RANGE BETWEEN INTERVAL 6 DAYS PRECEDING AND CURRENT ROW"
    kinds = [
        (51, "sum(v1)", "id", "ROWS UNBOUNDED PRECEDING"),
        (53, "avg(v3)", "id", "ROWS 6 PRECEDING"),
        (55, "avg(v3)", "day", week),
        (57, "rank()", "v3 DESC", ""),
        (59, "lag(v1)", "id", ""),
        (62, "quantile_cont(v3, 0.5)", "id", "ROWS 99 PRECEDING"),
        (64, "stddev(v3)", "id", "ROWS 99 PRECEDING"),
        (66, "corr(v1, v3)", "id", "ROWS 99 PRECEDING"),
        (68, "max(v3)", "id", "ROWS 99 PRECEDING"),
    ]
    for number, call, order, frame in kinds:
        for offset, part in enumerate(["", "PARTITION BY station "]):
            window = f"{call} OVER ({part}ORDER BY {order} {frame})"
            if number == 66:
                window = f"CASE WHEN isnan({window}) THEN NULL ELSE {window} END"
            yield number + offset, f"SELECT {window} a FROM x"
    yield 61, "SELECT v1 / sum(v1) OVER (PARTITION BY station) a FROM x"


SQL |= dict(windows())

JOINS = {
    1: "SELECT x.*, small.id4 AS small_id4, v2 FROM x JOIN small USING (id1)",
    2: "SELECT x.*, medium.id1 AS medium_id1, medium.id4 AS medium_id4,"
       " medium.id5 AS medium_id5, v2 FROM x JOIN medium USING (id2)",
    3: "SELECT x.*, medium.id1 AS medium_id1, medium.id4 AS medium_id4,"
       " medium.id5 AS medium_id5, v2 FROM x LEFT JOIN medium USING (id2)",
    4: "SELECT x.*, medium.id1 AS medium_id1, medium.id2 AS medium_id2,"
       " medium.id4 AS medium_id4, v2 FROM x JOIN medium USING (id5)",
    5: "SELECT x.*, big.id1 AS big_id1, big.id2 AS big_id2, big.id4 AS big_id4,"
       " big.id5 AS big_id5, big.id6 AS big_id6, v2 FROM x JOIN big USING (id3)",
    6: "SELECT x.*, big.id1 AS big_id1, big.id2 AS big_id2, big.id4 AS big_id4,"
       " big.id5 AS big_id5, v2 FROM x JOIN big USING (id6)",
}

JOIN_COLUMNS = {
    "x": ["id1", "id2", "id3", "id4", "id5", "id6", "v1"],
    "small": ["id1", "id4", "v2"],
    "medium": ["id1", "id2", "id4", "id5", "v2"],
    "big": ["id1", "id2", "id3", "id4", "id5", "id6", "v2"],
}


def join_files(path):
    """The files of the join tables, whose `x` has the path; none where it is no such file."""
    folder, name = os.path.split(path)
    if not name.startswith("J1_"):
        return {}
    power = int(name.split("_")[1][2:])
    other = {"small": power - 6, "medium": power - 3, "big": power}
    files = {key: name.replace("NA", f"1e{value}") for key, value in other.items()}
    return {"x": path} | {key: os.path.join(folder, file) for key, file in files.items()}


def kinds(path):
    """The columns of a table of one of the cases, each `text`, `integer` or `real`."""
    name = os.path.basename(path)
    if name.startswith("Z1_"):
        return {"word": "text", "number": "integer", "v1": "integer", "v3": "real"}
    if name.startswith("U1_"):
        return {"url": "text", "host": "text", "ms": "integer", "size": "integer"}
    if name.startswith("V1_"):
        return {"id": "integer", "day": "date", "station": "integer", "v1": "integer",
                "v3": "real"}
    if name.startswith("W1_"):
        return {f"c{i}": ("text", "integer", "real")[i % 3] for i in range(1000)}
    return ({name: "text" for name in TEXTS} | {name: "integer" for name in INTEGERS}
            | {"v3": "real"})


def texts(path):
    return [name for name, kind in kinds(path).items() if kind == "text"]


class DuckDB:
    def __init__(self, path, threads):
        import duckdb

        self.path = path
        self.joins = join_files(path)
        self.connection = duckdb.connect()
        self.connection.execute(f"SET threads = {threads}")

    def load(self):
        for table, file in self.joins.items():
            types = {name: "INTEGER" if name < "id4" else "VARCHAR"
                     for name in JOIN_COLUMNS[table]}
            types = {name: "DOUBLE" if name[0] == "v" else kind for name, kind in types.items()}
            self.connection.execute(
                f"CREATE TABLE {table} AS SELECT * FROM read_csv('{file}', header = true,"
                f" columns = {types})")
        if self.joins:
            return
        names = {"text": "VARCHAR", "integer": "INTEGER", "real": "DOUBLE", "date": "DATE"}
        types = {name: names[kind] for name, kind in kinds(self.path).items()}
        self.connection.execute(
            f"CREATE TABLE x AS SELECT * FROM read_csv('{self.path}', header = true,"
            f" columns = {types})")

    def run(self, number):
        self.connection.execute("DROP TABLE IF EXISTS ans")
        start = time.perf_counter()
        query = (JOINS if self.joins else SQL)[number]
        self.connection.execute("CREATE TABLE ans AS " + query)
        took = time.perf_counter() - start
        columns = self.connection.execute("SELECT * FROM ans LIMIT 0").description
        wanted = ("v1", "v2") if self.joins else ("a", "b", "c")
        names = [column[0] for column in columns if column[0] in wanted]
        sums = ", ".join(f"sum({name})" for name in names)
        return took, self.connection.execute(f"SELECT {sums} FROM ans").fetchone()


    def forget(self):
        for table in self.joins or ["x"]:
            self.connection.execute(f"DROP TABLE {table}")


class TunedDuckDB(DuckDB):
    """Texts as enumerations, integers as narrow as they can be."""

    def tune(self):
        run = self.connection.execute
        run("SET perfect_ht_threshold = 20")
        tables = {"x": texts(self.path)} if not self.joins else {
            table: [name for name in JOIN_COLUMNS[table] if name in ("id4", "id5")]
            for table in self.joins}
        for name in sorted({name for names in tables.values() for name in names}):
            union = " UNION ".join(
                f"SELECT {name} t FROM {table}" for table, names in tables.items() if name in names)
            run(f"CREATE TYPE enum_{name} AS ENUM (SELECT t FROM ({union}) WHERE t IS NOT NULL"
                " ORDER BY t)")
        narrow = {"id4": "SMALLINT", "id5": "SMALLINT", "v1": "TINYINT", "v2": "TINYINT"}
        narrow = {} if self.joins else {
            name: kind for name, kind in narrow.items() if name in kinds(self.path)}
        for table, names in tables.items():
            changed = {name: f"enum_{name}" for name in names} | narrow
            columns = ", ".join(f"{name}::{kind} AS {name}" for name, kind in changed.items())
            run(f"CREATE OR REPLACE TABLE {table} AS SELECT * REPLACE ({columns}) FROM {table}")


class Polars:
    def __init__(self, path, threads):
        os.environ["POLARS_MAX_THREADS"] = str(threads)
        import polars

        self.pl, self.path = polars, path
        self.joins = join_files(path)

    def load(self):
        pl = self.pl
        self.tables = {}
        for table, file in self.joins.items():
            types = {name: pl.Int32 if name < "id4" else pl.String for name in JOIN_COLUMNS[table]}
            types = {name: pl.Float64 if name[0] == "v" else kind for name, kind in types.items()}
            self.tables[table] = pl.read_csv(file, schema_overrides=types)
        if self.joins:
            return
        names = {"text": pl.String, "integer": pl.Int32, "real": pl.Float64, "date": pl.Date}
        types = {name: names[kind] for name, kind in kinds(self.path).items()}
        self.x = pl.read_csv(self.path, schema_overrides=types)

    def forget(self):
        self.tables, self.x = {}, None

    def join(self, number):
        other, key, how = {
            1: ("small", "id1", "inner"), 2: ("medium", "id2", "inner"),
            3: ("medium", "id2", "left"), 4: ("medium", "id5", "inner"),
            5: ("big", "id3", "inner"), 6: ("big", "id6", "inner"),
        }[number]
        right = self.tables[other].lazy()
        return self.tables["x"].lazy().join(right, on=key, how=how, suffix="_" + other)

    def plan(self, number):
        if self.joins:
            return self.join(number)
        pl, x = self.pl, self.x.lazy()
        c = pl.col
        if number > 50:
            return self.window(number)
        if number > 15 and number not in (25, 26):
            return pl.SQLContext(x=x).execute(SQL[number], eager=False)
        return {
            25: lambda: x.group_by("number").agg(a=c("v3").top_k(2)).explode("a"),
            26: lambda: x.group_by("number").agg(a=c("v3").median()),
            1: lambda: x.group_by("id1").agg(a=c("v1").sum()),
            2: lambda: x.group_by("id1", "id2").agg(a=c("v1").sum()),
            3: lambda: x.group_by("id3").agg(a=c("v1").sum(), b=c("v3").mean()),
            4: lambda: x.group_by("id4").agg(
                a=c("v1").mean(), b=c("v2").mean(), c=c("v3").mean()),
            5: lambda: x.group_by("id6").agg(
                a=c("v1").sum(), b=c("v2").sum(), c=c("v3").sum()),
            6: lambda: x.group_by("id4", "id5").agg(a=c("v3").median(), b=c("v3").std()),
            7: lambda: x.group_by("id3").agg(a=c("v1").max() - c("v2").min()),
            8: lambda: x.drop_nulls("v3").group_by("id6").agg(a=c("v3").top_k(2)).explode("a"),
            9: lambda: x.group_by("id2", "id4").agg(a=pl.corr("v1", "v2") ** 2),
            10: lambda: x.group_by("id1", "id2", "id3", "id4", "id5", "id6").agg(
                a=c("v3").sum(), b=pl.len()),
            11: lambda: x.filter(c("v3") >= 50).select(a=pl.len()),
            12: lambda: x.filter(c("v1") >= 3).group_by("id4").agg(a=pl.len()),
            13: lambda: x.filter(c("id1") == "id016").select(a=pl.len()),
            14: lambda: x.select(a=c("id3").n_unique()),
            15: lambda: x.top_k(10, by="v3").select("id6", a="v3"),
        }[number]()

    def window(self, number):
        pl, c = self.pl, self.pl.col
        if number == 61:
            return self.x.lazy().select(a=c("v1") / c("v1").sum().over("station"))
        expression = {
            51: c("v1").cum_sum(), 53: c("v3").rolling_mean(7, min_samples=1),
            55: c("v3").rolling_mean_by("day", "7d"), 57: c("v3").rank("min", descending=True),
            59: c("v1").shift(1), 62: c("v3").rolling_median(100, min_samples=1),
            64: c("v3").rolling_std(100, min_samples=2),
            66: pl.rolling_corr("v1", "v3", window_size=100, min_samples=2),
            68: c("v3").rolling_max(100, min_samples=1),
        }[number if number in (51, 53, 55, 57, 59, 62, 64, 66, 68) else number - 1]
        order = {55: "day", 56: "day", 57: None, 58: None}.get(number, "id")
        x = self.x.lazy() if order is None else self.x.lazy().sort(order)
        isWithin = number in (52, 54, 56, 58, 60, 63, 65, 67, 69)
        return x.select(a=expression.over("station") if isWithin else expression)

    def run(self, number):
        start = time.perf_counter()
        answer = self.plan(number).collect()
        took = time.perf_counter() - start
        wanted = ("v1", "v2") if self.joins else ("a", "b", "c")
        names = [name for name in wanted if name in answer.columns]
        return took, [answer[name].fill_nan(None).sum()
                      if answer[name].dtype.is_float() else answer[name].cast(self.pl.Int64).sum()
                      for name in names]


class TunedPolars(Polars):
    """Texts as categories."""

    def tune(self):
        pl = self.pl
        if self.joins:
            for table, frame in self.tables.items():
                names = [name for name in ("id4", "id5") if name in frame.columns]
                self.tables[table] = frame.with_columns(
                    pl.col(name).cast(pl.Categorical) for name in names)
            return
        self.x = self.x.with_columns(pl.col(name).cast(pl.Categorical) for name in texts(self.path))


class DataFusion:
    queries = SQL | {
        6: "SELECT id4, id5, median(v3) a, stddev(v3) b FROM x GROUP BY id4, id5",
        8: "SELECT id6, v3 a FROM (SELECT id6, v3, row_number() OVER (PARTITION BY id6"
           " ORDER BY v3 DESC) place FROM x WHERE v3 IS NOT NULL) WHERE place <= 2",
        25: "SELECT number, v3 a FROM (SELECT number, v3, row_number() OVER (PARTITION BY number"
            " ORDER BY v3 DESC) place FROM x) WHERE place <= 2",
        26: "SELECT number, median(v3) a FROM x GROUP BY number",
    }

    def __init__(self, path, threads):
        import datafusion
        import pyarrow

        self.arrow, self.path, self.joins = pyarrow, path, join_files(path)
        config = datafusion.SessionConfig().with_target_partitions(threads)
        self.context = datafusion.SessionContext(config)

    def load(self):
        pa = self.arrow
        for table, file in (self.joins or {"x": self.path}).items():
            columns = {
                name: "real" if name[0] == "v" else "text" if name >= "id4" else "integer"
                for name in JOIN_COLUMNS[table]} if self.joins else kinds(file)
            types = {"text": pa.string(), "integer": pa.int32(), "real": pa.float64(),
                     "date": pa.date32()}
            schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
            self.context.from_arrow(self.context.read_csv(file, schema=schema).cache(), table)

    def forget(self):
        for table in self.joins or ["x"]:
            self.context.deregister_table(table)

    def run(self, number):
        start = time.perf_counter()
        batches = self.context.sql((JOINS if self.joins else self.queries)[number]).collect()
        took = time.perf_counter() - start
        answer = self.arrow.Table.from_batches(batches)
        wanted = ("v1", "v2") if self.joins else ("a", "b", "c")
        import pyarrow.compute as compute

        return took, [compute.sum(compute.if_else(compute.is_nan(column), None, column)
                                  if str(column.type) == "double" else column).as_py()
                      for name in wanted if name in answer.column_names
                      for column in [answer[name]]]


class ChDB:
    text = "String"
    queries = SQL | {
        6: "SELECT id4, id5, quantileExactInclusive(0.5)(v3) a, stddevSamp(v3) b FROM x"
           " GROUP BY id4, id5",
        8: "SELECT id6, arrayJoin(arraySlice(arrayReverseSort(groupArray(v3)), 1, 2)) a FROM x"
           " WHERE v3 IS NOT NULL GROUP BY id6",
        25: "SELECT number, arrayJoin(arraySlice(arrayReverseSort(groupArray(v3)), 1, 2)) a"
            " FROM x GROUP BY number",
        26: "SELECT number, quantileExactInclusive(0.5)(v3) a FROM x GROUP BY number",
    }

    def __init__(self, path, threads):
        from chdb import session

        self.path, self.joins = path, join_files(path)
        self.session = session.Session()
        self.session.query(f"SET max_threads = {threads}")
        self.session.query("CREATE DATABASE IF NOT EXISTS benchmark")
        self.session.query("USE benchmark")

    def load(self):
        for table, file in (self.joins or {"x": self.path}).items():
            if self.joins:
                types = {name: "Int32" if name < "id4" else self.text
                         for name in JOIN_COLUMNS[table]}
                types = {name: "Float64" if name[0] == "v" else kind
                         for name, kind in types.items()}
            else:
                names = {"text": self.text, "integer": "Int32", "real": "Float64",
                         "date": "Date32"}
                if "_5_" in os.path.basename(file):
                    names = {"text": self.text.replace("String", "Nullable(String)"),
                             "integer": "Nullable(Int32)", "real": "Nullable(Float64)"}
                types = {name: names[kind] for name, kind in kinds(file).items()}
            schema = ", ".join(f"{name} {kind}" for name, kind in types.items())
            self.session.query(
                f"CREATE TABLE {table} ENGINE = Memory AS"
                f" SELECT * FROM file('{file}', CSVWithNames, '{schema}')")

    def forget(self):
        for table in self.joins or ["x"]:
            self.session.query(f"DROP TABLE {table} SYNC")

    def run(self, number):
        self.session.query("DROP TABLE IF EXISTS ans")
        query = (JOINS if self.joins else self.queries)[number]
        start = time.perf_counter()
        self.session.query("CREATE TABLE ans ENGINE = Memory AS " + query)
        took = time.perf_counter() - start
        wanted = ("v1", "v2") if self.joins else ("a", "b", "c")
        names = str(self.session.query("SELECT name FROM system.columns WHERE table = 'ans'"
                                       " AND database = 'benchmark'", "TSV")).split()
        sums = ", ".join(f"sumIf({name}, NOT isNaN({name}))" for name in wanted if name in names)
        return took, str(self.session.query(f"SELECT {sums} FROM ans", "TSV")).split()


class TunedChDB(ChDB):
    """Texts as dictionaries."""

    text = "LowCardinality(String)"


def memory():
    with open("/proc/self/status") as status:
        sizes = {line.split(":")[0]: line.split()[1] for line in status if line.startswith("Vm")}
    return int(sizes["VmRSS"]) * 1024, int(sizes["VmHWM"]) * 1024


def forget_peak():
    """Makes the memory that is resident now the peak."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


ENGINES = {
    "duckdb": DuckDB, "duckdb-tuned": TunedDuckDB, "polars": Polars, "polars-tuned": TunedPolars,
    "datafusion": DataFusion, "chdb": ChDB, "chdb-tuned": TunedChDB,
}


def main():
    kind, path, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    try:
        engine = ENGINES[kind](path, threads)
    except ImportError:
        sys.exit(0)
    for line in sys.stdin:
        words = line.split()
        try:
            if words[0] == "load":
                start = time.perf_counter()
                engine.load()
                took = time.perf_counter() - start
                print(took, *memory(), flush=True)
                forget_peak()
            elif words[0] == "forget":
                engine.forget()
                print(0, flush=True)
            elif words[0] == "tune":
                if hasattr(engine, "tune"):
                    engine.tune()
                forget_peak()
                print(0, flush=True)
            elif words[0] == "memory":
                print(*memory(), flush=True)
                forget_peak()
            else:
                took, sums = engine.run(int(words[1]))
                sums = [0 if number is None or number == "\\N" else float(number) for number in sums]
                print(took, *[0 if number != number else number for number in sums], flush=True)
        except Exception as error:
            print("error", str(error).replace("\n", " "), flush=True)


main()
