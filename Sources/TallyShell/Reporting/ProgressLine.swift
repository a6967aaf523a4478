import Tally

/// The line that shows how far a load has come, for instance
/// `41 % ▕████▌     ▏ 12.3 M rows · 210 MB/s · 2.1 s · Ctrl-C cancels`.
package struct ProgressLine: Sendable {
  /// Shown only for what takes longer.
  package static let patience = Duration.milliseconds(500)

  /// The line for a load, or for a query where there is no `progress`.
  package static func text(_ progress: LoadProgress?, _ elapsed: Duration) -> String {
    var parts: [String] = []
    if let progress {
      if let total = progress.bytesTotal, total > 0 {
        let part = min(1, Double(progress.bytesDone) / Double(total))
        parts.append("\(Int(part * 100)) % \(bar(part))")
      } else {
        parts.append("\(short(progress.bytesDone))B")
      }
      parts[0] += " \(short(progress.rows)) rows"
      let seconds = elapsed.milliseconds / 1000
      if seconds > 0 { parts.append("\(short(Int(Double(progress.bytesDone) / seconds)))B/s") }
    }
    parts.append(elapsed.words)
    parts.append("Ctrl-C cancels")
    return parts.joined(separator: " · ")
  }

  /// How far the bar is, in eighths of a character.
  private static func bar(_ part: Double) -> String {
    let width = 10
    let eighths = Int(part * Double(width * 8))
    var bar = String(repeating: "█", count: eighths / 8)
    let partial = Array(" ▏▎▍▌▋▊▉")[eighths % 8]
    if eighths % 8 > 0 { bar.append(partial) }
    return "▕" + bar + String(repeating: " ", count: width - bar.count) + "▏"
  }

  /// A number in three digits and a unit: `12.3 M`.
  private static func short(_ number: Int) -> String {
    let units = ["", "k", "M", "G", "T", "P", "E"]
    var value = Double(number)
    var unit = 0
    while value >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    let places = unit == 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2
    return "\(fixed(value, places)) \(units[unit])"
  }
}
