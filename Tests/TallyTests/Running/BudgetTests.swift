import Testing

@testable import Tally
@testable import TallySyntax

/// What operators hold is counted against the limit on memory, and a run that exceeds it leaves
/// everything as it was.
@Suite struct BudgetTests {
  private static let rowCount = 20_000
  private static let database = Result { try OperatorCases.database(rows: rowCount) }

  private func run(
    _ query: String, _ budget: MemoryBudget, on tables: Result<Database, any Error> = database
  ) throws(QueryError) -> Table {
    let database: Database
    do {
      database = try tables.get()
    } catch {
      throw QueryError(kind: .bug, message: "\(error)")
    }
    var run = EngineRun()
    run.batchRows = 1024
    let tables = ["t", "u", "rates"].compactMap { name in database[name].map { (name, $0) } }
    return try run.answer(query, on: tables, budget: budget)
  }

  /// An answer is held while it is made, so its columns are counted; half of what a run held at its
  /// peak is too little for it; what it held is given back.
  @Test(arguments: OperatorCases.all) func memoryIsCounted(query: String) throws {
    let plenty = MemoryBudget(limit: 1 << 40)
    var expected = ""
    do {
      let answer = try run(query, plenty)
      expected = answer.formatted(.csv)
      // Columns that are given out as they are need no memory; a row of others takes a byte.
      let made = answer.columns.filter { $0.type.isFloating || $0.type == .integer }
      #expect(plenty.peak >= made.count * answer.rowCount / 2)
    }
    #expect(plenty.used == 0)
    for part in [0, 50, 90] {
      let budget = MemoryBudget(limit: plenty.peak * part / 100)
      let error = #expect(throws: QueryError.self) { try run(query, budget) }
      #expect(error?.kind == .memory)
      #expect(budget.used == 0 && budget.peak <= budget.limit)
    }
    #expect(try run(query, MemoryBudget(limit: plenty.peak)).formatted(.csv) == expected)
  }

  private static let largeRowCount = 100_000
  private static let large = Result { try OperatorCases.database(rows: largeRowCount) }

  /// A small limit holds however many rows there are: what exceeds it says so and gives all back.
  @Test(arguments: OperatorCases.all) func smallLimitsHoldForManyRows(query: String) throws {
    let budget = MemoryBudget(limit: 600_000)
    do throws(QueryError) {
      _ = try run(query, budget, on: Self.large)
    } catch {
      #expect(error.kind == .memory)
    }
    #expect(budget.used == 0 && budget.peak <= budget.limit)
    let all = try run("count, sum k from t", MemoryBudget(limit: 600_000), on: Self.large)
    let sum = (0..<Self.largeRowCount).reduce(0) { $0 + $1 * 31 % (Self.largeRowCount / 10) }
    let cells: [CellValue] = [.integer(Int128(Self.largeRowCount)), .integer(Int128(sum))]
    #expect(all.rows.map(\.cells) == [cells])
  }

  /// What an operator can't do without, in bytes for each row of `t`.
  @Test(arguments: [
    // The answer in eight bytes before it is narrowed.
    ("list v * 2 as w from t", 8), ("list f / 3 as r from t", 8),
    // The bytes of texts and where they end.
    ("list concat(name, code) as b from t", 30),
    // The words by which rows are ordered, and the rows' numbers.
    ("list id from t order by f", 12), ("list code from t order by code collate vi", 30),
    ("list distinct id, k from t", 12),
    // Keys and slots of a hash table, or records in partitions; results.
    ("sum v from t group by id, k, f", 40), ("count t group by concat(name, code)", 60),
    ("count(distinct f), count(distinct code) from t group by id", 30),
    ("median v from t", 4), ("median f from t group by k", 12),
    ("median v from t group by id, k with totals", 40),
    ("sum v from t group by id across g", 50),
    // Places of rows, values in their order, and results.
    ("list rank(v) as r from t", 12), ("list running(v within g) as r from t order by id", 12),
    ("list sum(v over last 30 days) as a from t order by day", 12),
    // Copies of columns.
    ("list id, f from t append (list id, f from t)", 12),
    ("list id, k from t unpivot id, k into name, value", 8),
    ("list id from t except (list id from u)", 4),
    // What finds rows by keys, and the numbers of those found.
    ("count t join u on t.id = u.id and t.name = u.name", 4),
    ("list t.id, w from t join many u on k", 30),
    ("list t.id, u.id as other from t full join u on id", 8),
    ("list rate from t lookup rates on k = rates.k as of day by rates.day", 5),
  ]) func operatorsCountWhatTheyNeed(query: String, bytesPerRow: Int) throws {
    let plenty = MemoryBudget(limit: 1 << 40)
    _ = try run(query, plenty)
    #expect(plenty.peak >= bytesPerRow * Self.rowCount, "\(plenty.peak / Self.rowCount)")
  }

  /// Loading counts its buffers and the columns.
  @Test func loadingIsCounted() throws {
    var text = "n,word,amount\n"
    for row in 0..<100_000 { text += "\(row * 7919 % 100_003),word \(row),\(row).5\n" }
    let source = DataSource.bytes(Array(text.utf8), name: "big.csv")
    let database = Database()
    var refused = 0
    for limit in [0, 10_000, 100_000, 500_000, 1_000_000, 1 << 30] {
      do throws(QueryError) {
        let report = try database.load("t", from: source, limits: Limits(memory: limit))
        #expect(report.rowCount == 100_000)
      } catch {
        refused += 1
        #expect(error.kind == .memory && database["t"] == nil)
      }
    }
    #expect(refused >= 5)
    #expect(try database.run("count t").value() == 100_000)
  }
}
