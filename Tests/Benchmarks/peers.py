"""Answers the group-by questions with another engine, one command a line.

    peers.py duckdb FILE THREADS        peers.py polars FILE THREADS

    load    -> seconds residentBytes peakBytes
    run N   -> seconds and the sums of the answer's columns behind the keys

Types are the same for every engine: ids as text or 32-bit integers, v1 and v2 as 32-bit integers,
v3 as 64-bit floating point. No engine gets an index, an enumeration or a sorted copy.
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
}

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
        types = {name: "VARCHAR" for name in TEXTS}
        types |= {name: "INTEGER" for name in INTEGERS} | {"v3": "DOUBLE"}
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
        types = {name: pl.String for name in TEXTS}
        types |= {name: pl.Int32 for name in INTEGERS} | {"v3": pl.Float64}
        self.x = pl.read_csv(self.path, schema_overrides=types)

    def join(self, number):
        other, key, how = {
            1: ("small", "id1", "inner"), 2: ("medium", "id2", "inner"),
            3: ("medium", "id2", "left"), 4: ("medium", "id5", "inner"),
            5: ("big", "id3", "inner"),
        }[number]
        right = self.tables[other].lazy()
        return self.tables["x"].lazy().join(right, on=key, how=how, suffix="_" + other)

    def plan(self, number):
        if self.joins:
            return self.join(number)
        pl, x = self.pl, self.x.lazy()
        c = pl.col
        return {
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

    def run(self, number):
        start = time.perf_counter()
        answer = self.plan(number).collect()
        took = time.perf_counter() - start
        wanted = ("v1", "v2") if self.joins else ("a", "b", "c")
        names = [name for name in wanted if name in answer.columns]
        return took, [answer[name].fill_nan(None).sum()
                      if answer[name].dtype.is_float() else answer[name].cast(self.pl.Int64).sum()
                      for name in names]


def memory():
    with open("/proc/self/status") as status:
        sizes = {line.split(":")[0]: line.split()[1] for line in status if line.startswith("Vm")}
    return int(sizes["VmRSS"]) * 1024, int(sizes["VmHWM"]) * 1024


def main():
    kind, path, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    try:
        engine = {"duckdb": DuckDB, "polars": Polars}[kind](path, threads)
    except ImportError:
        sys.exit(0)
    for line in sys.stdin:
        words = line.split()
        try:
            if words[0] == "load":
                start = time.perf_counter()
                engine.load()
                print(time.perf_counter() - start, *memory(), flush=True)
            else:
                took, sums = engine.run(int(words[1]))
                print(took, *[float(number) for number in sums], flush=True)
        except Exception as error:
            print("error", str(error).replace("\n", " "), flush=True)


main()
