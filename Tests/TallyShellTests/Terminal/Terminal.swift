import PseudoTerminal

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The command `tally` in a pseudo-terminal of its own, driven by key presses.
final class Terminal {
  private(set) var screen: Screen
  /// All bytes that were written.
  private(set) var output: [UInt8] = []
  private let descriptor: Int32
  private let process: pid_t

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs a line of shell script, in which `$TALLY` is the command.
  convenience init(script: String, home: String) throws {
    try self.init(
      ["-c", script], program: "/bin/sh", home: home, environment: ["TALLY": Command.path])
  }

  /// Starts the command. `environment` comes beside a home that is empty.
  init(
    _ arguments: [String], program: String = Command.path, home: String,
    environment: [String: String] = [:], columns: Int = 80,
    rows: Int = 24
  ) throws {
    screen = Screen(columns: columns, rows: rows)
    var variables = ["TERM": "xterm", "HOME": home, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"]
    variables.merge(environment) { $1 }
    let argv = ([program] + arguments).map { strdup($0) } + [nil]
    let envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var opened: Int32 = -1
    process = pseudo_terminal_start(
      program, argv, envp, Int32(columns), Int32(rows), &opened)
    descriptor = opened
    guard process > 0 else { throw Failure(description: "can't start \(program)") }
  }

  deinit {
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    close(descriptor)
  }

  /// Presses keys.
  func send(_ keys: String) throws {
    for byte in keys.utf8 {
      var byte = byte
      var place = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&place, 1, 5000)
      if write(descriptor, &byte, 1) != 1 { throw Failure(description: "the terminal is gone") }
    }
  }

  /// Makes the terminal another number of columns wide.
  func resize(columns: Int) {
    read(0.05)
    screen.resize(columns: columns)
    pseudo_terminal_resize(descriptor, Int32(columns), Int32(screen.rowCount))
  }

  /// Waits until a condition on the screen holds.
  func wait(
    _ what: String, seconds: Double = 20, until condition: (Screen) -> Bool
  ) throws {
    let end = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
    while !condition(screen) {
      if ContinuousClock.now > end {
        throw Failure(description: "no \(what) in:\n\(screen.text)")
      }
      if !read(0.02), !condition(screen) {
        throw Failure(description: "the command ended before \(what):\n\(screen.text)")
      }
    }
  }

  /// Waits until the last line that is not empty begins with a text.
  func waitForLine(_ text: String) throws {
    try wait("line `\(text)`") { $0.lines.last?.hasPrefix(text) ?? false }
    // What is still being drawn.
    read(0.05)
  }

  /// Waits for the prompt to be empty.
  func waitForPrompt() throws { try wait("prompt") { $0.lines.last == "tally>" } }

  /// Types a statement and waits for the next prompt.
  func run(_ statement: String) throws {
    try send(statement)
    // A long statement goes over several lines of the screen.
    try wait("`\(statement)`") {
      $0.lines.joined().replacing(" ", with: "").hasSuffix(
        "tally>" + statement.replacing(" ", with: ""))
    }
    try send("\r")
    try wait("prompt behind `\(statement)`") { $0.lines.last == "tally>" }
  }

  /// Waits until nothing has been written for a while.
  func settle() {
    var count = -1
    while count != output.count {
      count = output.count
      read(1)
    }
  }

  /// Waits until the command has stopped itself.
  func waitUntilStopped() throws {
    for _ in 0..<1000 {
      var status: Int32 = 0
      if waitpid(process, &status, WUNTRACED | WNOHANG) == process, status & 0xFF == 0x7F { return }
      read(0.02)
    }
    throw Failure(description: "the command was not stopped:\n\(screen.text)")
  }

  /// Lets a stopped command go on.
  func goOn() { kill(process, SIGCONT) }

  /// Waits until the command ends, and returns its exit code, or -1 where a signal ended it.
  func end() throws -> Int {
    let end = ContinuousClock.now + .seconds(20)
    while read(0.02) {
      if ContinuousClock.now > end {
        throw Failure(description: "the command goes on:\n\(screen.text)")
      }
    }
    var status: Int32 = 0
    waitpid(process, &status, 0)
    return status & 0x7F == 0 ? Int(status >> 8) & 0xFF : -1
  }

  /// Reads what comes within some seconds; false where nothing will come any more.
  @discardableResult
  private func read(_ seconds: Double) -> Bool {
    var place = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&place, 1, Int32(seconds * 1000)) > 0 else { return true }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = systemRead(descriptor, &chunk, chunk.count)
    // Linux reports an error once all who had the other end open are gone.
    if count <= 0 { return count < 0 && errno == EAGAIN }
    output += chunk[..<count]
    screen.feed(Array(chunk[..<count]))
    return true
  }
}

private func systemRead(_ descriptor: Int32, _ target: inout [UInt8], _ count: Int) -> Int {
  read(descriptor, &target, count)
}
