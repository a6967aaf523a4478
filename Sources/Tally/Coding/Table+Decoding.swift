extension Table {
  /// The rows as values of a type, by the names of columns.
  ///
  ///     struct AgencyCount: Codable {
  ///       var agency: String
  ///       var count: Int
  ///     }
  ///     let counts: [AgencyCount] = try database.run("count services group by agency").decode()
  ///
  /// A property takes the column of its name; where none has exactly that, the one that differs in
  /// case, underscores, hyphens and blanks only, so `sumFee` reads `sum_fee`. Cells are read as
  /// ``CellDecodable`` says. An optional property takes missing cells as nil; its column must be
  /// there all the same unless `allowsAbsentColumns` says otherwise, so that a misspelt name can't
  /// pass for missing values. A property may also be an enumeration with raw values, or any other
  /// type that decodes itself from one value. Where the table has one column, a row may be such a
  /// type itself.
  ///
  /// Throws an error of kind `decoding` that says which cell is no value of its property, what it
  /// holds and what was asked for.
  public func decode<Value: Decodable>(
    _ type: Value.Type = Value.self, allowsAbsentColumns: Bool = false
  ) throws(QueryError) -> [Value] {
    let pass = RowPass(self, allowsAbsentColumns: allowsAbsentColumns)
    var values: [Value] = []
    values.reserveCapacity(rowCount)
    for row in 0..<rowCount {
      pass.beginRow()
      do {
        if columnCount == 1, type is any CellDecodable.Type {
          values.append(try pass.reader(at: 0).decoded(row, as: type))
        } else {
          values.append(try Value(from: RowDecoder(pass: pass, row: row)))
        }
      } catch {
        throw .decoding(error, at: "rows[\(row)]")
      }
    }
    return values
  }

  /// The rows as tuples, by the order of columns.
  ///
  ///     let counts = try database.run("count services group by agency")
  ///     for (agency, count) in try counts.tuples(String.self, Int.self) {
  ///       print(agency, count)
  ///     }
  ///
  /// Throws an error of kind `decoding` where the table has another number of columns, or a cell is
  /// no value of its type.
  public func tuples<each Value: CellDecodable>(_ types: repeat (each Value).Type)
    throws(QueryError) -> [(repeat each Value)]
  {
    var wanted: [String] = []
    repeat wanted.append(swiftName((each Value).self))
    guard wanted.count == columnCount else {
      throw .decoding(
        "tuples of \(wanted.count) (\(wanted.joined(separator: ", "))) were asked for, and the rows"
          + " have \(columnCount) columns: " + columnNames.joined(separator: ", "))
    }
    var index = 0
    let values = (repeat try read(&index, as: (each Value).self))
    var tuples: [(repeat each Value)] = []
    tuples.reserveCapacity(rowCount)
    for row in 0..<rowCount { tuples.append((repeat (each values)[row])) }
    return tuples
  }

  private func read<Value: CellDecodable>(_ index: inout Int, as type: Value.Type)
    throws(QueryError) -> [Value]
  {
    defer { index += 1 }
    return try CellReader(columns[index], name: columnNames[index]).values(as: type)
  }

  /// The only value of a table of one row and one column, in the type that is asked for.
  ///
  ///     let total: Int = try database.run("count services").value()
  ///
  /// Throws an error of kind `decoding` where the table has more or less than one row and one
  /// column, or the value is not of the type. A missing value needs an `Optional`.
  public func value<Value: CellDecodable>(as type: Value.Type = Value.self) throws(QueryError)
    -> Value
  {
    guard rowCount == 1, columnCount == 1 else {
      let shape = "\(rowCount) row\(rowCount == 1 ? "" : "s")"
      throw .decoding(
        "one value was asked for, and the table has \(shape) and \(columnCount) column"
          + "\(columnCount == 1 ? "" : "s"): " + columnNames.joined(separator: ", "))
    }
    return try CellReader(columns[0], name: columnNames[0]).value(0, as: type)
  }
}
