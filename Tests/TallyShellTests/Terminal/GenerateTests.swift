import Testing

@Suite struct GenerateTests {
  @Test func aFolderHoldsTheTablesAndTheirAnswers() throws {
    let folder = TemporaryFolder()
    let made = try Command.shell(
      "tally generate dossiers 300000 --threads 2 --dirty --to '\(folder.file("d"))'")
    #expect(made.status == 0 && made.errors.isEmpty)
    #expect(
      entries(of: folder.file("d")) == [
        "about.json", "agencies.csv", "dossiers.csv", "dossiers_dirty.csv",
        "dossiers_dirty.json", "dossiers_dirty_1258.csv", "goals.csv", "localities.csv",
        "oracle.json", "provinces.csv",
        "scores.csv", "successors.csv", "svc.csv",
      ])
    // The same bytes from a pipe, made by one thread.
    let same = try Command.shell(
      "tally generate dossiers 300000 --threads 1 | cmp - '\(folder.file("d"))/dossiers.csv'")
    #expect(same.status == 0)
    #expect(same.errors == "dossiers 1, seed 1, 300000 synthetic rows\n")
    let asked = try Command.shell(
      "tally -F csv -q -c 'count dossiers' '\(folder.file("d"))/dossiers.csv'")
    #expect(asked.output == "count\n300000\n")
  }

  @Test func aFileHasItsRecipeBeside() throws {
    let folder = TemporaryFolder()
    let made = try Command.shell(
      "tally generate dossiers 10 --seed 7 --shuffle --to '\(folder.file("d.csv"))'")
    #expect(made.status == 0)
    #expect(
      try folder.text("d.about.json").contains(
        "\"seed\": 7,\n  \"rows\": 10,\n  \"shuffled\": true"))
    #expect(try folder.text("d.csv").split(separator: "\n").count == 11)
  }

  @Test(
    arguments: [
      ("tally generate dossiers 0", 2), ("tally generate dossiers 10000000001", 2),
      ("tally generate stars 10", 2), ("tally generate dossiers 10 --threads 0", 2),
      ("tally generate dossiers 10 --to /no/such/folder/x.csv", 5),
      ("tally generate dossiers 10 --to /no/such/folder/x", 5),
      ("tally generate dossiers 10000000 | head -1", 0),
    ])
  func wrongUse(line: String, status: Int32) throws {
    #expect(try Command.shell(line).status == status)
  }
}
