import ArgumentParser

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which engines are measured beside Tally, and how they are reached.
struct PeerOptions: ParsableArguments {
  @Option(help: "A Python that has the peers.") var python = "python3"
  @Option(help: "The peers' program.") var program = "Tests/Benchmarks/peers.py"
  @Option(help: "The peers, separated by commas.")
  var peers = "duckdb-tuned,duckdb,polars-tuned,polars,datafusion,chdb-tuned,chdb"

  @Option(help: "How often each engine loads.") var loadRounds = 3
  @Option(help: "Gigabytes to write to and give back before each load.") var touch = 2

  var loads: Comparison.Loads { Comparison.Loads(rounds: loadRounds, touch: touch) }

  /// Starts Tally and the peers that are installed, each in a process of its own.
  func start(_ file: String, threads: Int) throws -> [PeerEngine] {
    let threads = String(threads)
    var running = [
      try PeerEngine(
        name: "tally",
        arguments: [CommandLine.arguments[0], "serve", file, "--threads", threads])
    ]
    for peer in peers.split(separator: ",").map(String.init) {
      guard isInstalled(peer) else {
        printProgress("\(peer) is not installed for \(python): left out")
        continue
      }
      running.append(
        try PeerEngine(name: peer, arguments: [python, program, peer, file, threads]))
    }
    return running
  }

  private func isInstalled(_ peer: String) -> Bool {
    let module = peer.prefix { $0 != "-" }
    guard
      let probe = try? PeerEngine(
        name: peer, arguments: [python, "-c", "import \(module); input(); print(1, 1, 1)"])
    else { return false }
    defer { probe.end() }
    return (try? probe.load()) != nil
  }
}

/// Tells on the standard error what is being done.
func printProgress(_ step: String) {
  let line = Array((step + "\n").utf8)
  _ = write(STDERR_FILENO, line, line.count)
}
