extension DataSource {
  /// The name of the table that the source makes: the file's own without folder and ending, with `_`
  /// for each point. A pattern gives what stands before its first sign, else the name of its folder.
  ///
  ///     let one = DataSource.file("in/sales.2024.csv").tableName        // "sales_2024"
  ///     let several = DataSource.pattern("in/sales-*.csv").tableName    // "sales"
  ///     let all = DataSource.pattern("in/*.csv").tableName              // "in"
  public var tableName: String {
    let path: String
    switch self {
    case .file(let name): path = name
    case .pattern(let name): return Self.name(ofPattern: name)
    case .files(let names): path = names.first ?? "table"
    case .standardInput: path = "stdin"
    case .descriptor(_, let name), .bytes(_, let name): path = name
    }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = file.lastIndex(of: ".").map { $0 == file.startIndex ? file : String(file[..<$0]) }
    let name = (stem ?? file).replacing(".", with: "_")
    return name.isEmpty ? "table" : name
  }

  private static func name(ofPattern pattern: String) -> String {
    let parts = pattern.split(separator: "/")
    for (place, part) in parts.enumerated().reversed() {
      let isLast = place == parts.count - 1
      let plain = part.prefix { !"*?[".contains($0) }
      let stem = isLast && plain.count == part.count ? plain.prefix { $0 != "." } : plain
      var name = String(stem).replacing(".", with: "_")
      while let last = name.last, "-_ ".contains(last) { name.removeLast() }
      if !name.isEmpty { return name }
    }
    return "files"
  }
}
