/// What one engine took for everything that it was asked.
struct EngineReport {
  let name: String
  /// Its loads, of which the first tells about memory.
  var loads: [LoadMeasure] = []
  /// The median of what the loads took.
  var loadSeconds: Double? { loads.isEmpty ? nil : median(loads.map(\.seconds)) }
  /// The most bytes that were resident during all questions beyond those before the first.
  var extraMemory: Int?
  /// The seconds of each run, by the number of the question; none where it failed.
  var runs: [Int: [Double]] = [:]
  /// The questions whose answers were wrong or missing, with what was wrong.
  var failures: [Int: String] = [:]
}

/// Asks engines the same questions in turns.
struct Comparison {
  /// How often each engine loads, and the gigabytes that are written to before.
  struct Loads {
    let rounds: Int
    let touch: Int
  }

  let questions: [Question]
  let rounds: Int
  let loads: Loads
  /// Whether the published sums hold for the file.
  let hasPublishedSums: Bool

  /// Loads in turns, then answers each question `rounds` times, the engines taking turns forwards and
  /// backwards; the first round warms up and does not count.
  func run(_ engines: inout [any Engine], progress: (String) -> Void) throws -> [EngineReport] {
    var reports = engines.map { EngineReport(name: $0.name) }
    for round in 0..<loads.rounds {
      for index in engines.indices {
        progress("\(engines[index].name) loads")
        if round > 0 { try engines[index].forget() }
        touchMemory(gigabytes: loads.touch)
        reports[index].loads.append(try engines[index].load())
      }
    }
    for index in engines.indices { try engines[index].tune() }
    let before = engines.indices.map { try? engines[$0].memory() }
    for question in questions {
      progress("question \(question.number)")
      var expected: [Double]?
      for round in 0...rounds {
        let order = Array(engines.indices)
        for index in round.isMultiple(of: 2) ? order : order.reversed() {
          if reports[index].failures[question.number] != nil { continue }
          ask(&engines[index], question, round, &expected, &reports[index])
        }
      }
    }
    for index in engines.indices {
      guard let before = before[index], let after = try? engines[index].memory() else { continue }
      reports[index].extraMemory = max(0, after.peak - before.resident)
    }
    return reports
  }

  private func ask(
    _ engine: inout any Engine, _ question: Question, _ round: Int, _ expected: inout [Double]?,
    _ report: inout EngineReport
  ) {
    do {
      let measure = try engine.run(question)
      if let problem = problem(measure.sums, question, expected) {
        report.failures[question.number] = problem
        return
      }
      expected = expected ?? measure.sums
      if round > 0 { report.runs[question.number, default: []].append(measure.seconds) }
    } catch {
      report.failures[question.number] = "\(error)"
    }
  }

  /// What is wrong with the sums of an answer.
  private func problem(_ sums: [Double], _ question: Question, _ expected: [Double]?) -> String? {
    if hasPublishedSums, !question.isPublished(sums) {
      return "sums \(sums) instead of \(question.published)"
    }
    guard let expected else { return nil }
    let isEqual =
      sums.count == expected.count
      && zip(sums, expected).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($1)) }
    return isEqual ? nil : "sums \(sums) instead of \(expected)"
  }
}

/// Markdown tables of reports.
struct ReportTable {
  let reports: [EngineReport]
  let questions: [Question]
  let fileBytes: Int

  var text: String {
    var lines = [
      "", "| | " + reports.map(\.name).joined(separator: " | ") + " | best peer / tally |",
    ]
    lines.append("|---|" + reports.map { _ in "---:|" }.joined() + "---:|")
    lines.append(row("load, ms") { $0.loadSeconds.map { $0 * 1000 } })
    lines.append(
      row("load, MB/s", isRate: true) { report in
        report.loadSeconds.map { Double(fileBytes) / 1e6 / $0 }
      })
    lines.append(
      row("resident after load, MB") { $0.loads.first.map { Double($0.resident) / 1e6 } })
    lines.append(row("peak while loading, MB") { $0.loads.first.map { Double($0.peak) / 1e6 } })
    for question in questions {
      lines.append(
        row("q\(question.number), ms, median") { report in
          report.runs[question.number].map { median($0) * 1000 }
        })
    }
    lines.append(
      row("peak of questions over resident, MB") { $0.extraMemory.map { Double($0) / 1e6 } })
    lines.append(geometricMean)
    lines.append("")
    for report in reports {
      for (number, problem) in report.failures.sorted(by: { $0.key < $1.key }) {
        lines.append("\(report.name), question \(number): \(problem)")
      }
    }
    return lines.joined(separator: "\n")
  }

  private func row(
    _ title: String, isRate: Bool = false, _ value: (EngineReport) -> Double?
  ) -> String {
    let values = reports.map(value)
    let cells = values.map { $0.map { fixed($0, 1) } ?? "-" }
    var ratio = "-"
    let peers = values.dropFirst().compactMap { $0 }
    if let own = values.first ?? nil, let best = isRate ? peers.max() : peers.min() {
      ratio = fixed(isRate ? own / best : best / own, 2)
    }
    return "| \(title) | " + cells.joined(separator: " | ") + " | \(ratio) |"
  }

  /// The mean of the ratios to the best peer of each question, and the worst of them.
  private var geometricMean: String {
    var product = 1.0
    var worst = Double.infinity
    var count = 0
    for question in questions {
      let times = reports.map { $0.runs[question.number].map { median($0) } }
      guard let own = times.first ?? nil, let best = times.dropFirst().compactMap({ $0 }).min()
      else { continue }
      product *= best / own
      worst = min(worst, best / own)
      count += 1
    }
    if count == 0 { return "| all questions | " + reports.map { _ in "| " }.joined() + "- |" }
    let mean = nthRoot(product, count)
    return "| all questions, geometric mean (worst) | "
      + reports.map { _ in "| " }.joined() + "\(fixed(mean, 2)) (\(fixed(worst, 2))) |"
  }

  /// By halving an interval: there is no library to ask.
  private func nthRoot(_ value: Double, _ degree: Int) -> Double {
    var (low, high) = (0.0, max(1, value))
    for _ in 0..<200 {
      let middle = (low + high) / 2
      let power = (0..<degree).reduce(1.0) { product, _ in product * middle }
      if power < value { low = middle } else { high = middle }
    }
    return low
  }
}
