import Tally
import Testing

@testable import TallyShell

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct CodeCatalogueTests {
  /// Every code that the sources declare is in the catalogue.
  @Test func theCatalogueIsComplete() throws {
    var declared: [String] = []
    for path in swiftFiles("\(Command.root)/Sources") {
      let text = String(decoding: try readAll(path), as: UTF8.self)
      for match in text.matches(of: /DiagnosticCode\(\s*"(T\d+)"/) {
        declared.append(String(match.1))
      }
    }
    #expect(declared.count > 50)
    #expect(Set(declared).count == declared.count)
    #expect(DiagnosticCode.all.map(\.id) == declared.sorted())
  }

  @Test func codesAreExplained() throws {
    #expect(try explanation(of: "t0203").contains("describe services"))
    #expect(try explanation(of: nil).split(separator: "\n").count == DiagnosticCode.all.count)
    #expect(throws: CommandError.self) { try explanation(of: "T9999") }
    for code in DiagnosticCode.all {
      #expect(!(try explanation(of: code.id)).isEmpty)
    }
  }

  private func swiftFiles(_ folder: String) -> [String] {
    entries(of: folder).flatMap { name in
      let path = "\(folder)/\(name)"
      return name.hasSuffix(".swift") ? [path] : swiftFiles(path)
    }
  }
}
