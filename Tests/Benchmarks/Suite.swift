#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The tables of a benchmark and the questions about them.
struct Suite {
  /// A table's name and its file.
  struct Table {
    var name: String
    var path: String

    /// The size of the file.
    var bytes: Int {
      var status = stat()
      return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
  }

  let tables: [Table]
  let questions: [Question]
  /// All questions that make sense for the tables, with those of single cases.
  var answerable: [Question] {
    tables.count > 1
      ? Question.joins + [Question.textJoin]
      : Question.all + Question.texts + Question.zipf + Question.urls + Question.wide
        + Question.windows
  }
  /// Whether the published sums hold for the files.
  let isPublished: Bool

  /// The suite that a file belongs to: the joins where it is called like their `x`, for instance
  /// `J1_1e7_NA_0_0.csv`, with the other tables beside it.
  init(file: String) {
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    let name = parts.last ?? ""
    guard name.hasPrefix("J1_"), let zeros = name.dropFirst(5).first,
      let power = zeros.wholeNumberValue
    else {
      tables = [Table(name: "x", path: file)]
      questions = Question.all
      isPublished = name == "G1_1e7_1e2_0_0.csv"
      return
    }
    let rows = (0..<power).reduce(1) { product, _ in product * 10 }
    let folder = parts.dropLast().map { $0 + "/" }.joined()
    tables = zip(["x", "small", "medium", "big"], JoinTables.fileNames(rows: rows)).map {
      Table(name: $0, path: "\(folder)\($1).csv")
    }
    questions = Question.joins
    isPublished = power == 7
  }
}
