import Tally
import TallySyntax
import Testing

@testable import TallyShell

/// Runs the example of every code and what it is mended to, and holds `Grammar/errors.md` to the
/// pages. `UPDATE_GOLDEN=1` writes the file anew.
@Suite struct ErrorPageTests {
  /// A code without a page is one that its author has still to explain: what it means, a text that
  /// gives precisely this code, and the text as it should be. They are in
  /// `Sources/TallyShell/Reference`.
  @Test func everyCodeHasAPage() {
    #expect(ErrorPage.all.map(\.id) == DiagnosticCode.all.map(\.id))
    for page in ErrorPage.all {
      #expect(!page.meaning.isEmpty && page.meaning.hasSuffix("."), "\(page.id)")
      let isMended = page.example != page.mended || !page.mendedFiles.isEmpty
      #expect(isMended || !page.mendedArguments.isEmpty, "\(page.id)")
      #expect(!page.example.isEmpty, "\(page.id)")
    }
  }

  @Test(arguments: ErrorPage.all.filter { $0.language == .tally }.map(\.id))
  func examplesGiveTheirCode(id: String) throws {
    let page = try #require(ErrorPage.all.first { $0.id == id })
    let folder = TemporaryFolder()
    try write(page.files, of: page, to: folder)
    let found = try codes(page.grown(page.example), page.arguments, folder)
    #expect(Set(found) == [id])
    try write(page.mendedFiles, of: page, to: folder)
    #expect(try codes(page.mended, page.mendedArguments, folder) == [])
  }

  private func write(_ files: [PageFile], of page: ErrorPage, to folder: TemporaryFolder) throws {
    for file in files {
      let text = page.grown(file.text)
      let bytes =
        file.isInLatin1 ? text.unicodeScalars.map { UInt8($0.value) } : Array(text.utf8)
      let target = try AtomicFile(folder.file(file.name))
      try bytes.withUnsafeBufferPointer { try target.write($0) }
      try target.commit()
    }
  }

  /// The codes that a script gives, notes included.
  private func codes(_ text: String, _ arguments: [String: String], _ folder: TemporaryFolder)
    throws -> [String]
  {
    let database = try Examples.database(in: folder)
    var options = ScriptOptions()
    options.files = .from(folder: folder.path)
    options.reportsFailedChecks = false
    options.loading.ambiguity = .refused
    // No file of a test has a record of four gigabytes.
    options.loading.recordLimit = 1 << 17
    for (name, value) in arguments { options.parameters[name] = .value(.text(value)) }
    var codes: [String] = []
    do throws(QueryError) {
      try database.runScript(SourceText(text), options: options) { outcome throws(QueryError) in
        codes += outcome.notes.map(\.code.id)
      }
    } catch {
      codes += error.diagnostics.isEmpty ? [error.kind.name] : error.diagnostics.map(\.code.id)
    }
    return codes
  }

  @Test func theBookIsMadeOfThePages() throws {
    let blocks = zip(DiagnosticCode.all, ErrorPage.all).map { code, page -> String in
      let language = page.language == .swift ? "swift" : "tally"
      var text = "## \(code.id)\n\n\(code.summary)\n\n\(page.meaning)\n"
      for file in page.files { text += "\n`\(file.name)`\n\n```\n\(file.text.trimmed)\n```\n" }
      if !page.example.isEmpty { text += "\n```\(language)\n\(page.example)\n```\n" }
      for file in page.mendedFiles {
        text += "\nMended, `\(file.name)`\n\n```\n\(file.text.trimmed)\n```\n"
      }
      if !page.mended.isEmpty, page.mended != page.example {
        text += "\nMended\n\n```\(language)\n\(page.mended)\n```\n"
      }
      return text
    }
    let book = """
      # Errors

      Every code with what it means, a text that is refused with it, and the same mended. \
      `tally explain CODE` shows a page, `.help CODE` does at the prompt. The examples read three \
      small tables: `services` (id, name, agency, level, fee, opened, closed, status), `agencies` \
      (agency, province, amount) and `payments` (service_id, amount, paid_on).


      """ + blocks.joined(separator: "\n")
    try Examples.hold(book, to: "Grammar/errors.md")
  }
}

extension ErrorPage {
  /// A text of the page with its repetitions in place of `…`.
  fileprivate func grown(_ text: String) -> String {
    guard text.contains("…") else { return text }
    let all = (0..<times).map { repeated.replacing("#", with: "\($0)") }.joined()
    return text.replacing("…", with: all)
  }
}

extension String {
  fileprivate var trimmed: Substring {
    var text = self[...]
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
