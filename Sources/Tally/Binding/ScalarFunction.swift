/// The scalar functions that evaluators compute: those of the language that are not made of
/// arithmetic and conditions.
///
/// Each computes values of the types that ``FunctionCatalog`` gives it, and nothing else.
enum ScalarFunction: String, Sendable, Hashable, CaseIterable {
  // Text to text.
  case lower, upper, trim, fold, replace, left, right, substring, part, concat
  /// Any value as the text that files have for it.
  case text
  /// The number of characters.
  case length
  /// The number or day that a text is; missing, and counted, where it is none.
  case number, date
  // Exact or floating numbers of one type.
  case abs, sign, least, greatest
  /// Numbers with fewer decimal places: those of the result's type, or fewer than none.
  case round, floor, ceil, truncate
  // Doubles; where no finite number exists the value is missing, and counted.
  case sqrt, power, log, exp
  // The period that holds a day.
  case year, quarter, month, week
  // Parts of a day's name.
  case dayNumber = "day_number"
  case dayOfYear = "day_of_year"
  case weekNumber = "week_number"
  case weekday
  // The first and the last day of a period.
  case start, finish
  /// The same day of a later month, or that month's last.
  case addMonths = "add_months"
  /// The days from Monday to Friday after one day, up to another.
  case workingDays = "working_days"
}
