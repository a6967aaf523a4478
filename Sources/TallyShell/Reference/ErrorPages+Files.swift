extension ErrorPage {
  /// The pages about files that are read.
  static let aboutFiles: [ErrorPage] = [
    ErrorPage(
      "T0301",
      """
      The file is not there, or may not be read. Scripts seek files from their own \
      folder.
      """,
      #"load "absent.csv""#,
      #"load "services.csv""#),
    ErrorPage(
      "T0302",
      """
      The file is empty, or has nothing but blank lines.
      """,
      #"load "a.csv""#,
      #"load "services.csv""#,
      files: [PageFile("a.csv", "")]),
    ErrorPage(
      "T0303",
      """
      The bytes are no text in the encoding. Say which one the file has.
      """,
      #"load "a.csv""#,
      #"load "a.csv" encoding "windows-1252""#,
      files: [PageFile("a.csv", "name\nné\n", inLatin1: true)]),
    ErrorPage(
      "T0304",
      """
      A row has more or fewer fields than the header, and nothing says which one is \
      missing. `lenient` reads short rows with a note.
      """,
      #"load "a.csv""#,
      #"load "a.csv" lenient"#,
      files: [PageFile("a.csv", "a,b\n1,2\n3\n")]),
    ErrorPage(
      "T0305",
      """
      A quoted field must end with a quote before the next delimiter; quotes within are \
      doubled.
      """,
      #"load "a.csv""#,
      #"load "a.csv""#,
      files: [PageFile("a.csv", "a,b\n\"x\" y,2\n")],
      mendedFiles: [PageFile("a.csv", "a,b\n\"x y\",2\n")]),
    ErrorPage(
      "T0306",
      """
      Two columns have one name, or a column has none, so they could not be asked for.
      """,
      #"load "a.csv""#,
      #"load "a.csv""#,
      files: [PageFile("a.csv", "a,a\n1,2\n")],
      mendedFiles: [PageFile("a.csv", "a,b\n1,2\n")]),
    ErrorPage(
      "T0307",
      """
      The first line could be a header or data. Say which: `header` or `no header`.
      """,
      #"load "a.csv""#,
      #"load "a.csv" header"#,
      files: [PageFile("a.csv", "province,2019,2020\nx,1,2\n")]),
    ErrorPage(
      "T0308",
      """
      Several characters would split the file evenly. Say which one does.
      """,
      #"load "a.csv""#,
      #"load "a.csv" delimiter ";""#,
      files: [PageFile("a.csv", "a;b,c\n1;2,3\n4;5,6\n")]),
    ErrorPage(
      "T0309",
      """
      Files are read as one table only if their columns are the same.
      """,
      #"load "m*.csv""#,
      #"load "m*.csv""#,
      files: [PageFile("m1.csv", "a,b\n1,2\n"), PageFile("m2.csv", "a,c\n1,2\n")],
      mendedFiles: [PageFile("m2.csv", "a,b\n1,2\n")]),
    ErrorPage(
      "T0310",
      """
      `1.853` may be one thousand eight hundred or one point eight. Where no cell of the \
      column decides, you do.
      """,
      #"load "a.csv""#,
      #"load "a.csv" numbers "1.234,5""#,
      files: [PageFile("a.csv", "fee\n1.853\n2.417\n")]),
    ErrorPage(
      "T0311",
      """
      A cell does not fit the type that the column was given; it would be lost.
      """,
      #"load "a.csv" types (code int)"#,
      #"load "a.csv" types (code text)"#,
      files: [PageFile("a.csv", "code\n12\nx\n")]),
    ErrorPage(
      "T0312",
      """
      The option names a column that the file does not have.
      """,
      #"load "a.csv" types (cod int)"#,
      #"load "a.csv" types (code int)"#,
      files: [PageFile("a.csv", "code\n12\n")]),
    ErrorPage(
      "T0313",
      """
      A record is larger than the 4 GiB that one may have: mostly a quote that is never \
      closed, so that the rest of the file is one field.
      """,
      #"load "a.csv""#,
      #"load "a.csv""#,
      files: [PageFile("a.csv", "id,note\n1,\"never closed\n…")],
      mendedFiles: [PageFile("a.csv", "id,note\n1,\"closed\"\n…")],
      repeating: "#,next\n", times: 20_000),
    ErrorPage(
      "T0314",
      """
      An option of `load` has no such value.
      """,
      #"load "a.csv" encoding "latin""#,
      #"load "a.csv" encoding "windows-1252""#,
      files: [PageFile("a.csv", "code\n12\n")]),
  ]
}
