import ArgumentParser
import Tally
import TallyShell

extension TableFormat: ExpressibleByArgument {
  /// Reads a format by one of its names.
  public init?(argument: String) { self.init(name: argument) }
}

extension ErrorStyle: ExpressibleByArgument {}
extension ColourChoice: ExpressibleByArgument {}
extension ShellOptions.ReceiptStyle: ExpressibleByArgument {}

extension CalendarDate: ExpressibleByArgument {
  /// Reads a day as ISO 8601 writes it.
  public init?(argument: String) {
    self.init(argument)
  }
}

/// A number of bytes: `512m`, `4g`, `1000000`.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let units: [Character: Int] = ["k": 10, "m": 20, "g": 30, "t": 40]
    let shift = argument.lowercased().last.flatMap { units[$0] }
    let digits = shift == nil ? argument : String(argument.dropLast())
    guard let number = Int(digits), number > 0 else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << (shift ?? 0))
    if overflow { return nil }
    self.bytes = bytes
  }
}

/// A length of time: `30s`, `2m`, `500ms`, `1.5s`; seconds where there is no unit.
struct TimeLimit: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)]
    for (unit, factor) in units where argument.hasSuffix(unit) {
      guard let number = Double(argument.dropLast(unit.count)), number > 0, number * factor < 1e9
      else { return nil }
      duration = .milliseconds(Int64((number * factor * 1000).rounded(.up)))
      return
    }
    return nil
  }
}

/// How numbers are written in files; `auto` finds out.
struct NumberChoice: ExpressibleByArgument {
  let style: LoadOptions.NumberStyle?

  init?(argument: String) {
    style = LoadOptions.NumberStyle(rawValue: argument)
    if style == nil && argument != "auto" { return nil }
  }

  static var allValueStrings: [String] {
    LoadOptions.NumberStyle.allCases.map(\.rawValue) + ["auto"]
  }
}

/// How days are written in files; `auto` finds out.
struct DateChoice: ExpressibleByArgument {
  let order: LoadOptions.DateOrder?

  init?(argument: String) {
    order = LoadOptions.DateOrder(rawValue: argument)
    if order == nil && argument != "auto" { return nil }
  }

  static var allValueStrings: [String] {
    LoadOptions.DateOrder.allCases.map(\.rawValue) + ["auto"]
  }
}

/// The type of a column: `code=text`.
struct TypeChoice: ExpressibleByArgument {
  let column: String
  let type: LoadOptions.CellType

  init?(argument: String) {
    guard let sign = argument.lastIndex(of: "="), sign > argument.startIndex,
      let type = LoadOptions.CellType(rawValue: String(argument[argument.index(after: sign)...]))
    else { return nil }
    column = String(argument[..<sign]).normalised
    self.type = type
  }

  static var allValueStrings: [String] {
    LoadOptions.CellType.allCases.map { "NAME=" + $0.rawValue }
  }
}

/// What separates fields in files: one character of ASCII, or `tab`.
struct Delimiter: ExpressibleByArgument {
  let character: Character

  init?(argument: String) {
    let text = argument == "tab" || argument == "\\t" ? "\t" : argument
    guard text.utf8.count == 1, let character = text.first, character != "\"",
      !character.isNewline
    else { return nil }
    self.character = character
  }
}

extension TextEncoding: ExpressibleByArgument {
  /// Reads an encoding by one of its names.
  public init?(argument: String) { self.init(name: argument) }
}
