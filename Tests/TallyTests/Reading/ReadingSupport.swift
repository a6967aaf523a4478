import Foundation
import Testing

@testable import Tally

/// Reads text in memory.
func readText(
  _ text: String, _ options: LoadOptions = LoadOptions(), name: String = "t.csv",
  workers: Int = 1, blockSize: Int = BlockFeed.defaultBlockSize, level: VectorLevel = .highest,
  mentioned: MentionedNames? = nil
) throws(QueryError) -> LoadedTable {
  try DelimitedReader.read(
    .bytes(Array(text.utf8), name: name), options: options,
    context: RunContext(workerCount: workers), blockSize: blockSize, level: level,
    mentioned: mentioned)
}

/// The path of a file of the project.
func projectPath(_ path: String, file: String = #filePath) -> String {
  var parts = file.split(separator: "/", omittingEmptySubsequences: false)
  parts.removeLast(4)
  return parts.joined(separator: "/") + "/" + path
}

/// Reads a file of the project.
func readFile(
  _ path: String, _ options: LoadOptions = LoadOptions()
) throws(QueryError) -> LoadedTable {
  try DelimitedReader.read(
    .file(projectPath(path)), options: options, context: RunContext(workerCount: 2))
}

/// Saves a text in a folder of its own and gives its path.
func temporaryFile(_ text: String, _ name: String = "t.csv") throws -> String {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "tally-\(UInt64.random(in: 0 ... .max))")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let file = folder.appendingPathComponent(name)
  try Data(text.utf8).write(to: file)
  return file.path
}
