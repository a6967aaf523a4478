#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How long commands take from their start to the answer of a constant, and to their end.
struct StartUp {
  let tally: String
  let python: String

  /// Commands that answer two. Peers without a command of their own are started by Python, whose
  /// own start is measured beside them.
  private var commands: [(name: String, words: [String])] {
    [
      ("tally", [tally, "-c", "expect 1 + 1 = 2"]),
      ("sqlite3", ["sqlite3", ":memory:", "select 1 + 1"]),
      ("duckdb", ["duckdb", "-c", "select 1 + 1"]),
      ("python alone", [python, "-S", "-c", "print(1 + 1)"]),
      ("duckdb in python", [python, "-c", "import duckdb; print(duckdb.sql('select 1 + 1'))"]),
      (
        "polars in python",
        [python, "-c", "import polars; print(polars.select(polars.lit(1) + 1))"]
      ),
      ("nothing", ["true"]),
    ]
  }

  /// A table of the medians of 31 starts of each command, in turns.
  func text() throws -> String {
    var times: [String: [Double]] = [:]
    for round in 0...31 {
      for (name, words) in commands {
        guard let time = try Self.time(words) else { continue }
        if round > 0 { times[name, default: []].append(time) }
      }
    }
    var lines = ["", "| start, 1 + 1, end | ms |", "|---|---:|"]
    for (name, _) in commands {
      guard let own = times[name] else { continue }
      lines.append("| \(name) | \(fixed(median(own) * 1000, 2)) |")
    }
    return lines.joined(separator: "\n")
  }

  /// The seconds that a command runs; nil where there is none of its name, or it fails.
  private static func time(_ words: [String]) throws -> Double? {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    let clock = ContinuousClock()
    let start = clock.now
    var child: pid_t = 0
    guard posix_spawnp(&child, words[0], &actions, nil, &arguments, environ) == 0 else {
      return nil
    }
    var status: Int32 = 0
    waitpid(child, &status, 0)
    return status == 0 ? seconds(clock.now - start) : nil
  }
}
