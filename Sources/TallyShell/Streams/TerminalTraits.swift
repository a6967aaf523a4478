#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// When colours and styles are written.
package enum ColourChoice: String, Sendable, CaseIterable {
  case auto, always, never
}

/// What the three standard streams are, and what may be written to them.
package struct TerminalTraits: Sendable {
  /// Whether somebody types.
  package var isInputTerminal = false
  /// Whether answers go to a terminal.
  package var isOutputTerminal = false
  /// Whether messages go to a terminal.
  package var isErrorTerminal = false
  /// Whether answers may carry styles.
  package var stylesOutput = false
  /// Whether messages may carry styles.
  package var stylesErrors = false
  /// The columns of the terminal, or 0 where there is none.
  package var columns = 0

  package init() {}

  /// Finds out about the streams of this process.
  ///
  /// `environment` gives the value of a variable. NO_COLOR that is not empty and `TERM=dumb` forbid
  /// styles, CLICOLOR_FORCE that is not `0` demands them; the option goes before all.
  package init(colour: ColourChoice, columns: Int, environment: (String) -> String?) {
    isInputTerminal = isatty(STDIN_FILENO) == 1
    isOutputTerminal = isatty(STDOUT_FILENO) == 1
    isErrorTerminal = isatty(STDERR_FILENO) == 1
    self.columns = columns
    decideStyles(colour, environment)
  }

  /// Whether the terminal shows more than ASCII, as far as the variables of the language tell.
  static func showsUnicode(_ environment: (String) -> String?) -> Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let said = names.compactMap { environment($0) }.first { !$0.isEmpty }
    return said.map { $0 != "C" && $0 != "POSIX" } ?? true
  }

  mutating func decideStyles(_ colour: ColourChoice, _ environment: (String) -> String?) {
    switch colour {
    case .always: (stylesOutput, stylesErrors) = (true, true)
    case .never: (stylesOutput, stylesErrors) = (false, false)
    case .auto:
      if let flag = environment("NO_COLOR"), !flag.isEmpty { return }
      if let flag = environment("CLICOLOR_FORCE"), !flag.isEmpty, flag != "0" {
        (stylesOutput, stylesErrors) = (true, true)
        return
      }
      if environment("TERM") == "dumb" { return }
      (stylesOutput, stylesErrors) = (isOutputTerminal, isErrorTerminal)
    }
  }
}

/// The value of an environment variable of this process.
package func environmentValue(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}
