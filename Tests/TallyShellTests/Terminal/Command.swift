#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The command `tally` that was built beside these tests.
enum Command {
  /// The root of the package.
  static let root: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
    return parts.joined(separator: "/")
  }()

  /// The path of the executable: it lies in the folder of the test bundle.
  static let path: String = {
    let bundle = CommandLine.arguments[0]
    let folder = bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let beside = (folder + ["tally"]).joined(separator: "/")
    return access(beside, X_OK) == 0 ? beside : root + "/.build/debug/tally"
  }()

  /// A table or script that ships with the package.
  static func dataset(_ name: String) -> String { "\(root)/Datasets/\(name)" }

  /// What a run left behind.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  /// Runs the command through a shell, in which `tally` is its name, and waits for it.
  static func shell(_ line: String, environment: String = "") throws -> Outcome {
    let folder = TemporaryFolder()
    let setup = "cd '\(root)'; tally() { env \(environment) HOME=\(folder.path) '\(path)' \"$@\"; }"
    let script = "\(setup)\n(\(line)) >\(folder.file("out")) 2>\(folder.file("err"))"
    let status = system(script)
    return Outcome(
      status: status & 0x7F == 0 ? (status >> 8) & 0xFF : -1, output: try folder.text("out"),
      errors: try folder.text("err"))
  }
}
