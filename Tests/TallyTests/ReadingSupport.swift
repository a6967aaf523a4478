import Testing

@testable import Tally

/// Reads text in memory.
func readText(
  _ text: String, _ options: LoadOptions = LoadOptions(), name: String = "t.csv",
  workers: Int = 1, blockSize: Int = BlockFeed.defaultBlockSize
) throws(QueryError) -> LoadedTable {
  try DelimitedReader.read(
    .bytes(Array(text.utf8), name: name), options: options,
    context: RunContext(workerCount: workers), blockSize: blockSize)
}

/// The path of a file of the project.
func projectPath(_ path: String, file: String = #filePath) -> String {
  var parts = file.split(separator: "/", omittingEmptySubsequences: false)
  parts.removeLast(3)
  return parts.joined(separator: "/") + "/" + path
}

/// Reads a file of the project.
func readFile(
  _ path: String, _ options: LoadOptions = LoadOptions()
) throws(QueryError) -> LoadedTable {
  try DelimitedReader.read(
    .file(projectPath(path)), options: options, context: RunContext(workerCount: 2))
}
