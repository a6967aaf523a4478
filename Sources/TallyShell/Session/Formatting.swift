import Tally
import TallySyntax

/// Writes a script in its canonical form, or reports what is wrong with it.
package func format(_ path: String, to output: any ByteSink, _ messages: Messages) -> ShellStatus {
  do throws(CommandError) {
    let source = try readScript(path)
    let result = formatted(source)
    guard let text = result.text else {
      for diagnostic in result.diagnostics { messages.report(diagnostic, in: source) }
      return .query
    }
    do throws(QueryError) {
      try output.write(text)
    } catch {
      throw CommandError(error)
    }
    return .success
  } catch {
    messages.report(error)
    return error.code
  }
}
