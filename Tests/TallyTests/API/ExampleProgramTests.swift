import Foundation
import Testing

/// Runs the example program, which sees only what other packages see.
@Suite struct ExampleProgramTests {
  @Test func theExampleAnswers() throws {
    let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    // The program lies in the folder of the test bundle.
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let beside = folder.appendingPathComponent("example")
    let process = Process()
    process.executableURL =
      FileManager.default.isExecutableFile(atPath: beside.path)
      ? beside : top.appendingPathComponent(".build/debug/example")
    process.currentDirectoryURL = top
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let output = String(decoding: data, as: UTF8.self)
    #expect(process.terminationStatus == 0)
    for line in [
      "Bộ Tài chính                    583", "level 4 and above: 391", "largest: 1853",
      "goal 0.30, reached and passed", "streamed: 706", "online: 1829 of 3078",
      "no column \"agncy\" in services -> agency", "\"Bộ Tài chính\" 977 rows",
    ] {
      #expect(output.contains(line + "\n"))
    }
  }
}
