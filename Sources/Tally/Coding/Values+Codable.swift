// So that a structure with exact numbers, days and periods can be `Codable`. In rows of a table
// these types are cells; other coders see their texts.

extension ExactDecimal: Codable {
  /// Reads the number from a text such as `-0.329`.
  public init(from decoder: any Decoder) throws {
    self = try decoder.value({ ExactDecimal($0) }, "a decimal number")
  }

  /// Writes the number as a text.
  public func encode(to encoder: any Encoder) throws { try encoder.write(description) }

  /// The number that a text such as `-0.329` stands for, or nil where it stands for none or has
  /// more than 38 digits.
  public init?(_ text: String) {
    var digits = Int128(0)
    var places: Int?
    var count = 0
    let isNegative = text.utf8.first == 0x2D
    for byte in text.utf8.dropFirst(isNegative ? 1 : 0) {
      if byte == 0x2E, places == nil, count > 0 {
        places = 0
        continue
      }
      guard (0x30...0x39).contains(byte) else { return nil }
      let (tenfold, first) = digits.multipliedReportingOverflow(by: 10)
      let (sum, second) = tenfold.addingReportingOverflow(Int128(byte - 0x30))
      if first || second { return nil }
      digits = sum
      count += 1
      places = places.map { $0 + 1 }
    }
    guard count > 0, places != 0, (places ?? 0) <= Self.maximumScale else { return nil }
    self.init(coefficient: isNegative ? -digits : digits, scale: places ?? 0)
  }
}

extension CalendarDate: Codable {
  /// Reads the day from a text such as `2020-12-29`.
  public init(from decoder: any Decoder) throws {
    self = try decoder.value({ CalendarDate($0) }, "a day as yyyy-mm-dd")
  }

  /// Writes the day as a text.
  public func encode(to encoder: any Encoder) throws { try encoder.write(description) }

  /// The day that a text such as `2020-12-29` stands for, or nil where it stands for none.
  public init?(_ text: String) {
    var copy = text
    guard let day = copy.withUTF8({ CalendarDate(iso: $0) }) else { return nil }
    self = day
  }
}

extension CalendarPeriod: Codable {
  /// Reads the period from a text such as `2025`, `2025-Q1`, `2025-03` or `2025-W07`.
  public init(from decoder: any Decoder) throws {
    self = try decoder.value({ CalendarPeriod($0) }, "a period such as 2025-Q1")
  }

  /// Writes the period as a text.
  public func encode(to encoder: any Encoder) throws { try encoder.write(description) }

  /// The period that a text such as `2025`, `2025-Q1`, `2025-03` or `2025-W07` stands for, or nil
  /// where it stands for none.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts[0].utf8.count == 4, let year = number(parts[0]), year >= 1,
      let newYear = CalendarDate(year: year, month: 1, day: 1)
    else { return nil }
    if parts.count == 1 {
      self.init(.year, containing: newYear)
      return
    }
    let part = parts[1]
    if part.utf8.count == 2, part.first == "Q", let quarter = number(part.dropFirst()),
      let day = CalendarDate(year: year, month: quarter * 3 - 2, day: 1)
    {
      self.init(.quarter, containing: day)
    } else if part.utf8.count == 2, let month = number(part),
      let day = CalendarDate(year: year, month: month, day: 1)
    {
      self.init(.month, containing: day)
    } else if part.utf8.count == 3, part.first == "W", let week = number(part.dropFirst()),
      let anchor = CalendarDate(year: year, month: 1, day: 4)
    {
      // Week 1 holds January 4 (ISO 8601).
      self.init(.week, index: CalendarPeriod(.week, containing: anchor).index + week - 1)
      // The last year has no week 53 unless its Thursday lies in it.
      guard week >= 1, description == text else { return nil }
    } else {
      return nil
    }
  }
}

extension CellValue: Codable {
  /// Reads a cell from an object of one key, the name of its type: `{"decimal": "0.329"}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CellKey.self)
    guard container.allKeys.count == 1, let key = container.allKeys.first else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "a cell is an object with the name of a type as its only key"))
    }
    switch key {
    case .missing: self = .missing
    case .boolean: self = .boolean(try container.decode(Bool.self, forKey: key))
    case .integer: self = .integer(try container.whole(key))
    case .decimal: self = .decimal(try container.decode(ExactDecimal.self, forKey: key))
    case .percent: self = .percent(try container.decode(ExactDecimal.self, forKey: key))
    case .float: self = .float(try container.decode(Double.self, forKey: key))
    case .ratio: self = .ratio(try container.decode(Double.self, forKey: key))
    case .text: self = .text(try container.decode(String.self, forKey: key).normalised)
    case .date: self = .date(try container.decode(CalendarDate.self, forKey: key))
    case .dateTime: self = .dateTime(try container.decode(Int64.self, forKey: key))
    case .period: self = .period(try container.decode(CalendarPeriod.self, forKey: key))
    case .duration: self = .duration(try container.decode(Int64.self, forKey: key))
    }
  }

  /// Writes the cell as an object of one key, the name of its type.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CellKey.self)
    switch self {
    case .missing: try container.encodeNil(forKey: .missing)
    case .boolean(let value): try container.encode(value, forKey: .boolean)
    case .integer(let value): try container.encode(String(value), forKey: .integer)
    case .decimal(let value): try container.encode(value, forKey: .decimal)
    case .percent(let value): try container.encode(value, forKey: .percent)
    case .float(let value): try container.encode(value, forKey: .float)
    case .ratio(let value): try container.encode(value, forKey: .ratio)
    case .text(let value): try container.encode(value, forKey: .text)
    case .date(let value): try container.encode(value, forKey: .date)
    case .dateTime(let value): try container.encode(value, forKey: .dateTime)
    case .period(let value): try container.encode(value, forKey: .period)
    case .duration(let value): try container.encode(value, forKey: .duration)
    }
  }
}

/// The types of cells as keys.
private enum CellKey: String, CodingKey {
  case missing, boolean, integer, decimal, percent, float, ratio, text, date, dateTime, period
  case duration
}

extension KeyedDecodingContainer<CellKey> {
  fileprivate func whole(_ key: CellKey) throws -> Int128 {
    guard let value = Int128(try decode(String.self, forKey: key)) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self, debugDescription: "no whole number")
    }
    return value
  }
}

/// The number that digits stand for.
private func number(_ digits: some StringProtocol) -> Int? {
  guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
  return Int(digits)
}

extension Decoder {
  /// The value of a text, or an error that says what the text should be.
  fileprivate func value<Value>(_ make: (String) -> Value?, _ what: String) throws -> Value {
    let text = try singleValueContainer().decode(String.self)
    guard let value = make(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: codingPath, debugDescription: "\"\(text)\" is not \(what)"))
    }
    return value
  }
}

extension Encoder {
  fileprivate func write(_ text: String) throws {
    var container = singleValueContainer()
    try container.encode(text)
  }
}
