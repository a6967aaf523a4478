/// What a reader of a statement must know, because its dialect works differently from Tally.
enum SQLNote: Hashable {
  case missingIsEqual, missingLast, sourceOrder, lookupIsChecked, quotients, infinity, floatSums
  case interpolation, moments, logarithms, letterCase, texts, wholeNumbersEnd, durations, periods
  case decimals, dates, across, save, severalRows, emptySums, sparkSettings, longNames, writtenRows

  /// The sentence for a dialect.
  func text(_ dialect: SQLDialect) -> String {
    switch self {
    case .missingIsEqual:
      "conditions are two-valued: a missing value equals a missing value, and what is not true is"
        + " false"
    case .missingLast: "missing values come last, in either direction"
    case .sourceOrder:
      "rows have the order of the table, which is taken from the order in which \(dialect.title)"
        + " reads it"
    case .lookupIsChecked:
      "a row may meet one row at most of a table that is looked up or joined without `many`: Tally"
        + " checks this"
    case .quotients:
      "quotients and averages are the nearest double while both numbers stay below 2^53"
    case .infinity: "a number beyond the range of doubles is missing in Tally"
    case .floatSums: "Tally adds floating numbers exactly; here the last digits may differ"
    case .interpolation: "between two values, the last digit of a percentile may differ"
    case .moments:
      "variances and correlations are computed in floating numbers here: last digits may differ"
    case .logarithms: "the last digit of logarithms and powers may differ"
    case .letterCase: "letters whose other case has several letters, such as ß, differ"
    case .texts: "texts are compared by code points, and must be in normalisation form C"
    case .wholeNumbersEnd:
      "whole numbers beyond 64 bits become floating here without a word; Tally refuses them"
    case .durations: "lengths of time are numbers of microseconds"
    case .periods: "weeks, months, quarters and years are the dates of their first days"
    case .decimals:
      "decimal numbers are counted in their last place within the statement, so that no digit is"
        + " lost"
    case .dates:
      "dates are texts such as 2025-03-01, moments are microseconds since 1970-01-01 00:00"
    case .across: "the columns are the values that were there when this was written"
    case .save: "the answer is not written to a file"
    case .severalRows: "a query used as a value must give one row: Tally checks this"
    case .emptySums: "the sum of nothing is 0"
    case .writtenRows: "the rows of an inner query are written out as they were"
    case .longNames: "names end after 63 bytes"
    case .sparkSettings: "needs the settings below: else decimals lose digits or become missing"
    }
  }
}
