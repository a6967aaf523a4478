import ArgumentParser

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One case: a table, and what is asked of it.
struct Case: Sendable {
  let name: String
  /// The file's name without extension.
  let file: String
  let questions: [Question]
  /// Writes the file, and those that belong to it, into a directory.
  let write: @Sendable (_ directory: String) throws -> Void

  /// All cases.
  static let all =
    [
      groups("half as many groups as rows", .init(groups: 2), Question.all + Question.texts),
      groups("in order", .init(isSorted: true), Question.all),
      groups("5 % missing", .init(missingPercent: 5), Question.all),
      table("Zipf keys", .zipf(rows: 10_000_000), Question.zipf),
      table("an address in each row", .urls(rows: 3_000_000), Question.urls),
      table("1,000 columns", .wide(rows: 10_000, columns: 1000), Question.wide),
      groups(
        "one row", .init(rows: 1, groups: 1),
        Question.all.filter { [1, 5, 10, 11, 14, 15].contains($0.number) }),
      joinByText,
      table("windows", .visits(rows: 3_000_000), Question.windows),
    ]

  private static func groups(
    _ name: String, _ shape: GroupByTable.Shape, _ questions: [Question]
  ) -> Case {
    Case(name: name, file: shape.name, questions: questions) { directory in
      _ = try GroupByTable(shape).write(to: "\(directory)/\(shape.name).csv")
    }
  }

  private static func table(_ name: String, _ table: CaseTable, _ questions: [Question]) -> Case {
    Case(name: name, file: table.name, questions: questions) { directory in
      try table.write(to: "\(directory)/\(table.name).csv")
    }
  }

  private static let joinByText = Case(
    name: "join by texts that are all different", file: "J1_1e7_NA_0_0",
    questions: [Question.textJoin]
  ) { directory in
    for table in JoinTables(rows: 10_000_000).tables {
      _ = try table.write(to: "\(directory)/\(table.name).csv", hasPowers: true)
    }
  }
}

/// Measures all cases.
struct Cases: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure Tally beside peers on tables that flatter nobody.",
    discussion: "Tables that are not in the directory are written first.")

  @Option(help: "The directory of the tables.") var directory = "."
  @Option(help: "The threads that each engine may use.") var threads = 2
  @Option(help: "How often each question is asked, beside the first time.") var rounds = 5
  @Option(help: "Cases by number from 1 on; all if none is given.") var only: [Int] = []
  @OptionGroup var peers: PeerOptions

  func run() throws {
    var lines: [String] = []
    var worst: (ratio: Double, title: String)?
    for (number, item) in Case.all.enumerated() where only.isEmpty || only.contains(number + 1) {
      let path = "\(directory)/\(item.file).csv"
      if access(path, R_OK) != 0 { try item.write(directory) }
      let table = try measure(item, path)
      lines += table.caseLines(item.name)
      for ratio in table.ratios where ratio.ratio < worst?.ratio ?? .infinity {
        worst = (ratio.ratio, "\(item.name), \(ratio.title)")
      }
      print(table.caseText(item.name))
    }
    print("\n| case | question | Tally, ms | best peer, ms | which | best / Tally |")
    print("|---|---|---:|---:|---|---:|")
    for line in lines { print(line) }
    if let worst { print("\nThe worst: \(fixed(worst.ratio, 2)), \(worst.title).") }
  }

  private func measure(_ item: Case, _ path: String) throws -> ReportTable {
    let suite = Suite(file: path)
    let running = try peers.start(path, threads: threads)
    defer { for engine in running { engine.end() } }
    var engines: [any Engine] = running
    let comparison = Comparison(
      questions: item.questions, rounds: rounds, loads: peers.loads,
      hasPublishedSums: suite.isPublished)
    let reports = try comparison.run(&engines) { printProgress($0) }
    return ReportTable(
      reports: reports, questions: item.questions,
      fileBytes: suite.tables.reduce(0) { $0 + $1.bytes })
  }
}

extension ReportTable {
  /// What the engines took for one thing, the first of them Tally.
  struct Ratio {
    var title: String
    var own: Double
    var best: Double
    var peer: String
    var ratio: Double { best / own }
  }

  /// Loading and all questions that Tally and a peer have answered.
  var ratios: [Ratio] {
    var found: [Ratio] = []
    add("load", to: &found) { $0.loadSeconds }
    for question in questions {
      add(question.shortTitle, to: &found) { $0.runs[question.number].map { median($0) } }
    }
    return found
  }

  private func add(
    _ title: String, to found: inout [Ratio], _ seconds: (EngineReport) -> Double?
  ) {
    guard let own = reports.first.flatMap(seconds) else { return }
    var best: (String, Double)?
    for report in reports.dropFirst() {
      guard let time = seconds(report), time < best?.1 ?? .infinity else { continue }
      best = (report.name, time)
    }
    guard let best else { return }
    found.append(Ratio(title: title, own: own, best: best.1, peer: best.0))
  }

  /// A line of the table of all cases for each of ``ratios``.
  func caseLines(_ name: String) -> [String] {
    ratios.map { ratio in
      "| \(name) | \(ratio.title) | \(fixed(ratio.own * 1000, 2)) |"
        + " \(fixed(ratio.best * 1000, 2)) | \(ratio.peer) | \(fixed(ratio.ratio, 2)) |"
    }
  }

  /// All engines on one case.
  func caseText(_ name: String) -> String { "\n## \(name)\n" + text }
}

extension Question {
  /// The number and the beginning of the query.
  var shortTitle: String {
    let start = query.count > 60 ? query.prefix(58) + "…" : query[...]
    return "q\(number) `\(start)`"
  }
}
