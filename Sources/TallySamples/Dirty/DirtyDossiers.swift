/// A list of dossiers as offices hand them over, with everything that is wrong with such lists, and
/// an account of it.
///
/// Semicolons and decimal commas, days as `13/02/2024` and as `3-2-2024`, names in normalisation
/// form D, both places of the tone in `hòa` and `hoà`, the Icelandic `Ð` for `Đ`, a total under
/// each month, lines that stand there twice, answers before their filing, codes that no list has.
package struct DirtyDossiers: Sendable {
  /// The rows that there would be if nothing were wrong.
  package static let rowCount = 10_000

  /// The file.
  package private(set) var csv = Self.header
  /// How often each thing is wrong.
  package private(set) var account = Account()

  /// How often each thing is wrong.
  package struct Account: Sendable, Equatable {
    package var rows = 0
    package var totals = 0
    package var duplicates = 0
    package var answeredBefore = 0
    package var unknownCodes = 0
    package var decomposedNames = 0
    package var otherTonePlaces = 0
    package var icelandicLetters = 0
    package var shortDates = 0
  }

  private static let header =
    "Mã hồ sơ;Mã dịch vụ;Tên dịch vụ;Xã;Ngày nộp;Ngày trả;Kênh;Phí (nghìn đồng)\n"
  private static let channels = ["quầy", "trực tuyến", "cổng quốc gia", "bưu chính"]

  private let table: Dossiers
  private let draws: RandomColumn

  /// Makes the list from the rows of a table.
  package init(seed: UInt64) {
    table = Dossiers(rowCount: Self.rowCount, seed: seed)
    draws = RandomColumn(seed: seed, column: 200)
    var month = 0
    var inMonth = 0
    for row in 0..<Self.rowCount {
      let day = table.day(ofRow: row)
      let current = SampleDay.all[day].monthIndex
      if current != month {
        addTotal(inMonth)
        (month, inMonth) = (current, 0)
      }
      inMonth += add(table.dossier(row, onDay: day))
    }
    addTotal(inMonth)
  }

  private mutating func addTotal(_ count: Int) {
    guard count > 0 else { return }
    csv += "Tổng cộng;;\(count) hồ sơ;;;;;\n"
    account.totals += 1
  }

  /// Adds the line of a dossier, and gives the number of lines.
  private mutating func add(_ dossier: Dossier) -> Int {
    let draw = draws[dossier.row]
    let service = table.services.all[dossier.service]
    let isUnknown = dossier.row % 500 == 77
    if isUnknown { account.unknownCodes += 1 }
    let commune =
      isUnknown
      ? "C99\(padded(dossier.row % 1000, 3))"
      : dossier.formerCommune.map(SampleLocalities.code(former:))
        ?? SampleLocalities.code(today: dossier.commune)
    let fields = [
      "HS\(padded(dossier.row + 1, 6))", service.code, name(service.name, draw), commune,
      date(dossier.day, draw), answerDay(dossier, draw), Self.channels[dossier.channel.rawValue],
      service.fee.map { "\($0 / 1000),\($0 % 1000 / 100)" } ?? "",
    ]
    let line = fields.joined(separator: ";") + "\n"
    csv += line
    account.rows += 1
    guard dossier.row % 1000 == 123 else { return 1 }
    csv += line
    account.duplicates += 1
    return 2
  }

  private mutating func answerDay(_ dossier: Dossier, _ draw: UInt64) -> String {
    guard let days = dossier.days else { return "" }
    // Every two-thousandth answer, or the next row that has one.
    if account.rows >= (account.answeredBefore * 2 + 1) * 1000, dossier.day > 0 {
      account.answeredBefore += 1
      return date(dossier.day - 1, draw >> 3)
    }
    return date(dossier.day + days, draw >> 3)
  }

  private mutating func date(_ index: Int, _ draw: UInt64) -> String {
    let date = SampleDay(index)
    guard draw % 5 == 0 else {
      return "\(padded(date.day, 2))/\(padded(date.month, 2))/\(date.year)"
    }
    account.shortDates += 1
    return "\(date.day)-\(date.month)-\(date.year)"
  }

  private mutating func name(_ text: String, _ draw: UInt64) -> String {
    var name = text
    let styled = name.replacing("hòa", with: "hoà").replacing("hóa", with: "hoá")
      .replacing("thủy", with: "thuỷ")
    if draw & 0x100 != 0, styled != name {
      name = styled
      account.otherTonePlaces += 1
    }
    if draw >> 9 & 0x1F == 0, name.contains("Đ") {
      name = name.replacing("Đ", with: "\u{D0}")
      account.icelandicLetters += 1
    }
    if draw >> 14 & 7 == 0 {
      name = DecomposedLetters.decomposed(name)
      account.decomposedNames += 1
    }
    return name
  }

  /// The account with version and seed, as JSON.
  package var about: String {
    """
    {
      "version": "\(Dossiers.version)",
      "seed": \(table.seed),
      "rows": \(account.rows),
      "total_rows": \(account.totals),
      "duplicates": \(account.duplicates),
      "answered_before_filed": \(account.answeredBefore),
      "unknown_codes": \(account.unknownCodes),
      "names_in_nfd": \(account.decomposedNames),
      "other_tone_places": \(account.otherTonePlaces),
      "icelandic_letters": \(account.icelandicLetters),
      "short_dates": \(account.shortDates),
      "note": "Synthetic: no row, name or count is a fact. Made by `tally generate`."
    }

    """
  }
}
