/// What can be written at a place of a text that is being typed: the likeliest first, and not more
/// than a person reads.
///
///     let text = "count services where agency = bo tai"
///     let found = database.completions(in: text, at: text.utf8.count)
///     for item in found.items { print(item.text, item.note) }
///
/// prints `"Bộ Tài chính" 583 rows`.
public struct Completions: Sendable, Hashable {
  /// The bytes of the text that an item's ``Item/text`` takes the place of.
  public internal(set) var replaced: SourceSpan
  /// The items, the likeliest first, ``greatestCount`` at most.
  public internal(set) var items: [Item] = []
  /// How many more there are.
  public internal(set) var furtherCount = 0

  /// The most items that are given.
  public static let greatestCount = 20

  /// One thing that can be written.
  public struct Item: Sendable, Hashable {
    /// What it is.
    public let kind: Kind
    /// What is written, as the language spells it: names in backticks and texts in quotes where they
    /// must be.
    public let text: String
    /// The name, word or value itself, as a list shows it.
    public let label: String
    /// What helps to choose: the type and the number of distinct values of a column, the rows of a
    /// value or table, how a function is called. May be empty.
    public let note: String
    /// The type of a column, where it is known.
    let type: ColumnType?

    /// The kinds of things that can be written.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
      /// A value of a column.
      case value
      /// A column of a table, or of the step before.
      case column
      /// A table, or a query that was given a name.
      case table
      /// A word or sign of the grammar.
      case keyword
      /// An aggregate, such as `sum`.
      case aggregate
      /// A function, with its opening parenthesis.
      case function
      /// A value that was given a name, or a parameter with its `$`.
      case constant
    }

    init(
      _ kind: Kind, _ text: String, label: String? = nil, note: String = "", type: ColumnType? = nil
    ) {
      self.kind = kind
      self.text = text
      self.label = label ?? text
      self.note = note
      self.type = type
    }
  }
}

extension Database {
  /// What can be written at `offset`, counted in bytes of UTF-8, of a text that is being typed.
  ///
  /// The grammar says what can follow, the tables which names there are, and behind `=`, `in (`,
  /// `contains` and their like the column's dictionary which values: by the number of rows that have
  /// them. What was typed matches without regard to case and marks (`bo tai` finds `Bộ Tài chính`),
  /// at the beginning of a word or, where nothing begins so, nearly.
  public func completions(in text: String, at offset: Int) -> Completions {
    snapshot().completions(in: text, at: offset)
  }
}

extension Snapshot {
  /// What can be written at `offset`, counted in bytes of UTF-8, of a text that is being typed, as
  /// ``Database/completions(in:at:)`` says.
  public func completions(in text: String, at offset: Int) -> Completions {
    Completer(state: state, source: SourceText(text)).completions(at: offset)
  }
}
