import Foundation
import Tally
import Testing

@testable import TallySamples

@Suite struct DirtyTests {
  private let list = DirtyDossiers(seed: 1)
  private var lines: [[String]] {
    list.csv.split(separator: "\n").dropFirst().map {
      $0.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private func day(_ text: String) -> Int? {
    let parts = text.split { $0 == "/" || $0 == "-" }.compactMap { Int($0) }
    return parts.count == 3 ? parts[2] * 10_000 + parts[1] * 100 + parts[0] : nil
  }

  /// The account says how often each thing is wrong, counted here again from the text.
  @Test func theAccountIsRight() {
    let rows = lines.filter { $0[0] != "Tổng cộng" }
    let account = list.account
    #expect(lines.allSatisfy { $0.count == 8 })
    #expect(lines.count - rows.count == account.totals && account.totals == 30)
    #expect(account.rows == 10_000)
    let keys = rows.map { $0[0] }
    #expect(keys.count - Set(keys).count == account.duplicates && account.duplicates == 10)
    var seen: Set<String> = []
    let once = rows.filter { seen.insert($0[0]).inserted }
    #expect(once.filter { $0[3].hasPrefix("C99") }.count == account.unknownCodes)
    let early = once.filter { row in
      guard let filed = day(row[4]), let answered = day(row[5]) else { return false }
      return answered < filed
    }
    #expect(early.count == account.answeredBefore && account.answeredBefore == 5)
    // Texts are compared by their scalars: as strings both forms are equal.
    let names = once.map { Array($0[2].unicodeScalars) }
    #expect(names.filter { $0.contains("\u{D0}") }.count == account.icelandicLetters)
    let short = once.flatMap { [$0[4], $0[5]] }.filter { $0.contains("-") }.count
    #expect(short == account.shortDates)
    #expect(
      once.filter { $0[2].contains("hoà") || $0[2].contains("hoá") || $0[2].contains("thuỷ") }.count
        > 0)
    #expect(account.decomposedNames > 1000 && account.otherTonePlaces > 0)
    #expect(rows.contains { $0[7].hasSuffix(",0") })
  }

  /// The copy in windows-1258 says the same once it is read, but for the Icelandic letter.
  @Test func theCopyInWindows1258IsTheSame() throws {
    var options = LoadOptions()
    options.encoding = TextEncoding(name: "windows-1258")
    options.header = .present
    options.isLenient = true
    func names(_ bytes: [UInt8]) throws -> [String] {
      let database = Database()
      try database.load("t", from: .bytes(bytes, name: "t.csv"), options: options)
      let answer = try database.run("list `Tên dịch vụ`, Kênh from t")
      return try answer.tuples(String?.self, String?.self).map { "\($0 ?? "") \($1 ?? "")" }
    }
    let copy = try names(list.windows1258)
    options.encoding = nil
    let own = try names(Array(list.csv.utf8))
    #expect(copy.count == 10_040)
    #expect(copy == own.map { $0.replacing("\u{D0}", with: "Đ") })
  }

  @Test func lettersComeApartAsUnicodeHasThem() {
    let text = "Đăng ký hộ tịch, ệ ợ ặ ữ ẩ Ủy HỘ TỊCH khiếu nại, thủy lợi ở Đường"
    let parts = DecomposedLetters.decomposed(text)
    #expect(
      Array(parts.unicodeScalars) == Array(text.decomposedStringWithCanonicalMapping.unicodeScalars)
    )
  }
}
