import Tally
import TallySyntax

extension Session {
  /// What Enter on an empty line and `.fix` stand for; anything else is what it is.
  func entry(_ typed: String) -> String {
    if typed.allSatisfy(\.isWhitespace) { return mends.count == 1 ? echoed(mends[0]) : typed }
    guard DotCommand.isCommand(typed), let command = try? DotCommand(typed), command.name == .fix,
      let mend = try? mend(command.arguments)
    else { return typed }
    return echoed(mend)
  }

  /// The mend that the arguments of `.fix` choose.
  func mend(_ arguments: [String]) throws(CommandError) -> String {
    guard !mends.isEmpty else { throw CommandError(.usage, "there is nothing to mend") }
    guard let word = arguments.first else {
      if mends.count == 1 { return mends[0] }
      throw CommandError(
        .usage, "there are \(mends.count) mends", help: ["`.fix 1` takes the first"])
    }
    guard arguments.count == 1, let number = Int(word), mends.indices.contains(number - 1) else {
      throw CommandError(.usage, "there is no mend \(word)", help: ["there are \(mends.count)"])
    }
    return mends[number - 1]
  }

  private func echoed(_ mend: String) -> String {
    messages.line(mend.steeringShown(keepsLines: true))
    return mend
  }

  /// Keeps what diagnostics of a typed text propose, and says how to take it.
  func offerMends(_ diagnostics: [Diagnostic], in source: SourceText) {
    mends = proposals(diagnostics, in: source).filter { $0 != source.text }
    if mends.count == 1 {
      messages.remark("Enter runs: \(mends[0].steeringShown(keepsLines: true))")
    } else {
      for (index, mend) in mends.enumerated() {
        messages.remark(".fix \(index + 1) runs: \(mend.steeringShown(keepsLines: true))")
      }
    }
  }
}

/// The texts that mends make of a source: one where each mistake has one mend, and where a mistake
/// can be mended in several ways, one for each way.
func proposals(_ diagnostics: [Diagnostic], in source: SourceText) -> [String] {
  let mendable = diagnostics.filter { !$0.fixIts.isEmpty }
  guard let choice = mendable.first(where: { $0.fixIts.count > 1 }) else {
    return mendable.isEmpty ? [] : [mended(source, mendable)]
  }
  let plain = mendable.filter { $0.fixIts.count == 1 }
  return choice.fixIts.map { fixIt in
    var chosen = choice
    chosen.fixIts = [fixIt]
    return mended(source, [chosen] + plain)
  }
}
