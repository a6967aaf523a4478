import Tally
import TallySyntax
import Testing

@testable import TallyShell

/// Runs the examples of codes that only a program can meet. They stand here as code, and the pages
/// are held to this text.
@Suite struct SwiftPageTests {
  private struct Example: Sendable {
    let id: String
    let refused: @Sendable (Database, String) throws -> Void
    let mended: @Sendable (Database, String) throws -> Void
  }

  private static let examples = [
    Example(id: "T0211") { database, name in
      _ =
        try database.run("count services where name = \"\(name)\"")
    } mended: { database, name in
      _ =
        try database.run("count services where name = \(name)")
    },
    Example(id: "T0501") { database, _ in
      _ =
        try database.run("count \"services.csv\"")
    } mended: { database, _ in
      #expect(throws: QueryError.self) {
        try database.load("services", from: .file("services.csv"))
      }
    },
  ]

  @Test func examplesGiveTheirCodeAndTheMendedNone() throws {
    let folder = TemporaryFolder()
    for example in Self.examples {
      let database = try Examples.database(in: folder)
      var found: [String] = []
      do {
        try example.refused(database, "Đất đai")
      } catch let error as QueryError {
        found = error.diagnostics.map(\.code.id)
      }
      #expect(found == [example.id])
      try example.mended(database, "Đất đai")
    }
  }

  @Test func thePagesShowThisCode() throws {
    let code = String(decoding: try readAll(#filePath), as: UTF8.self)
    let pages = ErrorPage.all.filter { $0.language == .swift }
    #expect(pages.map(\.id) == Self.examples.map(\.id))
    for page in pages {
      #expect(code.contains(page.example) && code.contains(page.mended), "\(page.id)")
    }
  }
}
