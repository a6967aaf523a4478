#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An engine in a process of its own that reads commands from its standard input, one a line, and
/// answers each with one line:
///
///     load      → seconds residentBytes peakBytes
///     forget    → 0
///     tune      → 0
///     memory    → residentBytes peakBytes
///     run 3     → seconds sum1 sum2 …
///     anything  → error what went wrong
final class PeerEngine: Engine {
  let name: String
  private let process: pid_t
  private let input: Int32
  private let output: Int32
  private var buffered: [UInt8] = []

  /// Starts a program, whose first argument is its own name.
  init(name: String, arguments: [String]) throws {
    self.name = name
    var toChild: [Int32] = [0, 0]
    var fromChild: [Int32] = [0, 0]
    guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else {
      throw BenchmarkError(description: "no pipe for \(name)")
    }
    // Engines that are started later must not hold this one's pipes open.
    for descriptor in toChild + fromChild { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
    posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let status = posix_spawnp(&child, arguments[0], &actions, nil, &words, environ)
    close(toChild[0])
    close(fromChild[1])
    (process, input, output) = (child, toChild[1], fromChild[0])
    guard status == 0 else { throw BenchmarkError(description: "\(arguments[0]) did not start") }
  }

  /// Ends the process and returns its descriptors.
  func end() {
    close(input)
    close(output)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  func load() throws -> LoadMeasure {
    let words = try ask("load")
    guard words.count == 3 else { throw broken(words) }
    return LoadMeasure(seconds: words[0], resident: Int(words[1]), peak: Int(words[2]))
  }

  func forget() throws { _ = try ask("forget") }

  func tune() throws { _ = try ask("tune") }

  func run(_ question: Question) throws -> RunMeasure {
    let words = try ask("run \(question.number)")
    guard let first = words.first else { throw broken(words) }
    return RunMeasure(seconds: first, sums: Array(words.dropFirst()))
  }

  func memory() throws -> ProcessMemory {
    let words = try ask("memory")
    guard words.count == 2 else { throw broken(words) }
    return ProcessMemory(resident: Int(words[0]), peak: Int(words[1]))
  }

  private func broken(_ words: [Double]) -> BenchmarkError {
    BenchmarkError(description: "\(name) answered \(words)")
  }

  private func ask(_ command: String) throws -> [Double] {
    let line = Array((command + "\n").utf8)
    guard write(input, line, line.count) == line.count else {
      throw BenchmarkError(description: "\(name) is gone")
    }
    let answer = try readLine()
    let words = answer.split(separator: " ")
    let numbers = words.compactMap { Double($0) }
    guard numbers.count == words.count else {
      throw BenchmarkError(description: "\(name): \(answer)")
    }
    return numbers
  }

  private func readLine() throws -> String {
    while true {
      if let end = buffered.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: buffered[..<end], as: UTF8.self)
        buffered.removeFirst(end + 1)
        return line
      }
      var piece = [UInt8](repeating: 0, count: 4096)
      let count = read(output, &piece, piece.count)
      guard count > 0 else { throw BenchmarkError(description: "\(name) ended") }
      buffered += piece.prefix(count)
    }
  }
}
