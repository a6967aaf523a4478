import Testing

@testable import Tally

@Suite struct ReceiptTests {
  /// The receipt of `count services where level >= 3 group by agency`.
  static var services: Receipt {
    var condition = Receipt.Condition(clause: "where", text: "level >= 3")
    condition.rowsTested = 3078
    condition.rowsTrue = 706
    condition.unknown.rows = 618
    condition.unknown.columns = ["level"]
    condition.unknown.groups = [
      Receipt.Group(keys: [.text("Sở Tài chính")], rows: 7, isInAnswer: true),
      Receipt.Group(keys: [.text("UBND thành phố Hà Nội")], rows: 611, isInAnswer: false),
    ]
    var step = Receipt.Step()
    step.source = "services"
    step.rowsRead = 3078
    step.rowsKept = 706
    step.rowsOut = 3
    step.conditions = [condition]
    var receipt = Receipt()
    receipt.steps = [step]
    return receipt
  }

  private func receipt(_ change: (inout Receipt.Step) -> Void) -> Receipt {
    var step = Receipt.Step()
    step.rowsRead = 10
    step.rowsKept = 10
    change(&step)
    var receipt = Receipt()
    receipt.steps = [step]
    return receipt
  }

  @Test func saysWhereMissingValuesDecided() {
    #expect(
      Self.services.summary
        == "3,078 rows read, 706 kept; level missing in 618 rows, left out: "
        + "UBND thành phố Hà Nội 611 (not in the answer), Sở Tài chính 7")
  }

  @Test func saysNothingWhereThereIsNothingToSay() {
    #expect(Receipt().summary == "")
    #expect(receipt { _ in }.summary == "10 rows read")
    #expect(receipt { $0.rowsRead = 1 }.summary == "1 row read")
    #expect(
      receipt { $0.conditions = [Receipt.Condition(clause: "where", text: "a = 1")] }.summary
        == "10 rows read, 10 kept")
  }

  @Test func namesAFewGroupsAndCountsTheRest() {
    let groups = (1...8).map {
      Receipt.Group(
        keys: [.integer(Int128($0)), .missing], rows: $0 < 3 ? $0 : 3, isInAnswer: $0 != 8)
    }
    let summary = receipt {
      var condition = Receipt.Condition(clause: "with", text: "x = 1")
      condition.unknown.rows = 21
      condition.unknown.columns = ["x", "y"]
      condition.unknown.groups = groups
      $0.conditions = [condition]
    }.summary
    #expect(
      summary == "10 rows read; x or y missing in 21 rows, not counted: 3 / (missing) 3, "
        + "4 / (missing) 3, 5 / (missing) 3, 6 / (missing) 3, 7 / (missing) 3 and 3 more "
        + "(1 not in the answer)")
  }

  @Test(arguments: [
    ("where", 4, 0, "a missing in 4 rows, left out"),
    ("where", 4, 4, "a missing in 4 rows, kept"),
    ("where", 4, 1, "a missing in 4 rows, 1 of them kept"),
    ("where", 1, 0, "a missing in 1 row, left out"),
    ("with", 4, 4, "a missing in 4 rows, counted"),
    ("having", 2, 0, "a missing in 2 groups, left out"),
  ])
  func saysWhatBecameOfTheRows(_ clause: String, _ rows: Int, _ kept: Int, _ words: String) {
    let summary = receipt {
      var condition = Receipt.Condition(clause: clause, text: "a > 1")
      (condition.unknown.rows, condition.unknown.rowsKept) = (rows, kept)
      condition.unknown.columns = ["a"]
      $0.conditions = [condition]
    }.summary
    #expect(summary.hasSuffix("; " + words))
  }

  @Test func saysEverythingElse() {
    let summary = receipt {
      var lookup = Receipt.LookupCount(table: "agencies")
      (lookup.unmatched, lookup.missingKeys) = (3, 1)
      $0.lookups = [lookup]
      $0.skipped = [Receipt.Skipped(column: "average_fee", rows: 1200)]
      $0.zeroDivisions = 1
      $0.impossibleNumbers = 2
      $0.unreadableTexts = 1000
      $0.rowsCut = 4
      $0.tiesCut = 2
      $0.notes = ["the last month is not over"]
    }.summary
    #expect(
      summary == "10 rows read; 3 rows without a match in agencies; "
        + "1 row with a missing key for agencies; average_fee leaves out 1,200 missing values; "
        + "1 division by zero gave a missing value; "
        + "2 operations without a finite result gave a missing value; "
        + "1,000 unreadable texts gave a missing value; "
        + "4 rows cut off, 2 tied with the last one shown; the last month is not over")
  }

  @Test func laterStepsSpeakOnlyWhenTheyHaveTo() {
    var receipt = Self.services
    receipt.steps[0].conditions = []
    var filter = Receipt.Step()
    (filter.rowsRead, filter.rowsKept) = (40, 3)
    filter.conditions = [Receipt.Condition(clause: "where", text: "count > 1")]
    var other = Receipt.Step()
    (other.source, other.rowsRead) = ("_", 2)
    receipt.steps += [Receipt.Step(), filter, other]
    #expect(
      receipt.summary
        == "3,078 rows read; then 40 rows read, 3 kept; then 2 rows read from _")
  }

  @Test func controlsInGroupsAreShown() {
    var receipt = Self.services
    receipt.steps[0].conditions[0].unknown.groups[0].keys = [.text("\u{1B}[2J")]
    #expect(receipt.summary.hasSuffix(#", \u{1B}[2J 7"#))
    #expect(receipt.json.contains(#"["\u001b[2J"]"#))
  }

  @Test func writesJSON() {
    #expect(Receipt().json == #"{"steps":[]}"#)
    #expect(
      Self.services.json == #"{"steps":[{"source":"services","rowsRead":3078,"conditions":["#
        + #"{"clause":"where","text":"level >= 3","rowsTested":3078,"rowsTrue":706,"unknown":"#
        + #"{"rows":618,"rowsKept":0,"columns":["level"],"groups":["#
        + #"{"keys":["Sở Tài chính"],"rows":7,"isInAnswer":true},"#
        + #"{"keys":["UBND thành phố Hà Nội"],"rows":611,"isInAnswer":false}]}}],"#
        + #""rowsKept":706,"lookups":[],"skipped":[],"zeroDivisions":0,"#
        + #""impossibleNumbers":0,"unreadableTexts":0,"rowsCut":0,"tiesCut":0,"rowsUnranked":0,"#
        + #""rowsOut":3,"notes":[]}]}"#)
  }
}
