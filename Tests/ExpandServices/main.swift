import Foundation
import ServiceExpander

// usage: swift run expand-services [FOLDER]
// Reads FOLDER/cells.csv (Datasets unless given) and writes the three tables of services there.

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count <= 1 else {
  FileHandle.standardError.write(Data("usage: expand-services [FOLDER]\n".utf8))
  exit(2)
}
let folder = URL(fileURLWithPath: arguments.first ?? "Datasets", isDirectory: true)

do {
  let text = try String(contentsOf: folder.appendingPathComponent("cells.csv"), encoding: .utf8)
  let expansion = try Expansion(of: Cell.all(in: PlainTable(csv: text)))
  for name in Expansion.tableNames {
    let table = expansion.table(named: name)
    try Data(table.csv.utf8).write(to: folder.appendingPathComponent("\(name).csv"))
    print("\(name).csv: \(table.rows.count) rows")
  }
} catch {
  FileHandle.standardError.write(Data("expand-services: \(error)\n".utf8))
  exit(1)
}
