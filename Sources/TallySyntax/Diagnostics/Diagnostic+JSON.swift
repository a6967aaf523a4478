extension Diagnostic {
  /// This diagnostic as one line of JSON for programs.
  ///
  /// The keys are `code`, `severity`, `file`, `line`, `col`, `endLine`, `endCol`, `start`, `end`,
  /// `message`, `label`, `help`, `related` and `fixes`. Lines and columns count from 1, columns in
  /// characters; `start` and `end` are offsets of UTF-8 bytes. A fix has a `message` and `edits`,
  /// each with `start`, `end` and `replace`.
  public func json(in source: SourceText) -> String {
    var object = JSONObject()
    object.add("code", code.id)
    object.add("severity", severity.rawValue)
    object.add("file", source.name)
    let first = source.position(at: span.start)
    let last = source.position(at: span.end)
    object.add("line", first.line)
    object.add("col", first.column)
    object.add("endLine", last.line)
    object.add("endCol", last.column)
    object.add("start", span.start)
    object.add("end", span.end)
    object.add("message", message)
    if let label { object.add("label", label) }
    if !help.isEmpty { object.add("help", array: help.map(JSONObject.quoted)) }
    if !related.isEmpty {
      object.add("related", array: related.map { $0.json(in: source) })
    }
    object.add("fixes", array: fixIts.map(\.json))
    return object.text
  }
}

extension Diagnostic.Related {
  fileprivate func json(in source: SourceText) -> String {
    var object = JSONObject()
    let place = source.position(at: span.start)
    object.add("line", place.line)
    object.add("col", place.column)
    object.add("start", span.start)
    object.add("end", span.end)
    object.add("message", message)
    return object.text
  }
}

extension FixIt {
  fileprivate var json: String {
    var object = JSONObject()
    object.add("message", message)
    let changes = edits.map { edit in
      var change = JSONObject()
      change.add("start", edit.span.start)
      change.add("end", edit.span.end)
      change.add("replace", edit.replacement)
      return change.text
    }
    object.add("edits", array: changes)
    return object.text
  }
}

/// A JSON object in the making.
private struct JSONObject {
  private var members: [String] = []

  var text: String { "{" + members.joined(separator: ",") + "}" }

  mutating func add(_ key: String, _ value: String) {
    members.append("\"\(key)\":\(Self.quoted(value))")
  }

  mutating func add(_ key: String, _ value: Int) { members.append("\"\(key)\":\(value)") }

  mutating func add(_ key: String, array values: [String]) {
    members.append("\"\(key)\":[\(values.joined(separator: ","))]")
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
