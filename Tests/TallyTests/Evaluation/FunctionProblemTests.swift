import Testing

@testable import Tally

/// What the catalogue says about calls that it can't bind.
@Suite struct FunctionProblemTests {
  typealias H = Harness

  private func problem(_ name: String, _ arguments: [BoundExpression]) -> FunctionProblem? {
    do {
      let bound = try FunctionCatalog.bind(name, arguments, at: Harness.nowhere)
      Issue.record("\(bound.outline) was bound")
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("substr", "substring"), ("len", "length"), ("Lenght", "length"), ("mnth", "month"),
    ("day", "day_number"), ("ROUNDD", "round"), ("zzzzzzzz", nil),
  ])
  func proposesTheNearestName(_ name: String, _ nearest: String?) throws {
    let found = try #require(problem(name, []))
    #expect(found.isUnknownName)
    #expect(found.nearest == nearest)
  }

  @Test func knowsNamesInAnyCase() throws {
    #expect(try Harness.value(try Harness.call("LOWER", [H.text("A")])) == .text("a"))
  }

  @Test(arguments: [
    ("lower", [H.whole(1)], "lower takes text, and this is an integer"),
    ("round", [H.text("1")], "round takes a number, and this is text"),
    ("month", [H.text("2025-01-01")], "month takes a date, and this is text"),
    ("month", [Harness.missing(.boolean), H.whole(1)], "month takes one argument, not 2"),
    ("concat", [], "concat takes 1 arguments or more, not 0"),
    (
      "coalesce", [H.whole(1), H.text("a")],
      "coalesce takes values of one type, here integer, "
        + "and this is text"
    ),
    (
      "least", [H.percent(5, 2), H.whole(1)],
      "least takes values of one type, here percent, "
        + "and this is an integer"
    ),
    ("days", [H.whole(3)], "days takes a length of time, and this is an integer"),
    ("start", [H.day(2025, 1, 1)], "start takes a period, and this is a date"),
  ])
  func says(_ name: String, _ arguments: [BoundExpression], _ message: String) throws {
    #expect(try #require(problem(name, arguments)).message == message)
  }

  @Test func wantsThePlacesInTheQuery() throws {
    let column = Harness.column(0, .integer)
    let found = try #require(problem("round", [H.float(1), column]))
    #expect(found.argument == 1)
    #expect(found.message.hasPrefix("the number of decimal places"))
  }

  @Test func everyEntrySaysWhatItDoes() {
    for entry in FunctionCatalog.entries {
      #expect(!entry.signatures.isEmpty && entry.summary.hasSuffix("."))
      #expect(entry.signatures.allSatisfy { $0.hasPrefix(entry.name + "(") })
      #expect(entry.example.call.hasPrefix(entry.name + "(") && !entry.example.value.isEmpty)
    }
  }
}
