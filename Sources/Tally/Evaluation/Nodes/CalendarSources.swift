/// A function of one day or one period.
final class CalendarSource: VectorSource {
  private let field: CalendarField
  private let operand: VectorNode
  private let out: Scratch<Int64>

  init(_ field: CalendarField, _ operand: VectorNode, resources: EvaluationResources) {
    self.field = field
    self.operand = operand
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vector = try operand.result()
    let out = try out.pointer()
    mapCalendar(field, try Int64.values(of: vector), count: vector.count, into: out)
    vector.storage = .integers(out)
    return vector
  }
}

/// The same day of a later month.
final class AddMonthsSource: VectorSource {
  private let day: VectorNode
  private let months: VectorNode
  private let span: SourceSpan
  private let out: Scratch<Int64>
  private let meet: ValidityMeet
  private let union: UnknownUnion

  init(_ day: VectorNode, _ months: VectorNode, span: SourceSpan, resources: EvaluationResources) {
    self.day = day
    self.months = months
    self.span = span
    out = Scratch(resources)
    meet = ValidityMeet(resources)
    union = UnknownUnion(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let (first, second) = (try day.result(), try months.result())
    let count = Vector.rowCount([first, second], in: batch)
    let (days, months) = (try first.operand(Int64.self), try second.operand(Int64.self))
    let valid = try meet.mask([first, second], count: count)
    let out = try out.pointer()
    for place in 0..<count {
      out[place] = 0
      guard valid.map({ $0[place] == 1 }) ?? true else { continue }
      guard let later = addMonths(months[place], to: days[place]) else {
        throw EvaluationFailure.overflow(
          "the later date", type: .date, row: batch.row(place), at: span)
      }
      out[place] = later
    }
    return Vector(
      storage: .integers(out), count: count, valid: valid,
      unknown: try union.mask([first, second], count: count),
      isConstant: first.isConstant && second.isConstant)
  }
}

/// The working days between two days.
final class WorkingDaysSource: VectorSource {
  private let from: VectorNode
  private let to: VectorNode
  private let off: [Int64]
  private let out: Scratch<Int64>
  private let meet: ValidityMeet
  private let union: UnknownUnion

  /// `off` are days that count as no working days, ascending and distinct.
  init(_ from: VectorNode, _ to: VectorNode, off: [Int64], resources: EvaluationResources) {
    self.from = from
    self.to = to
    self.off = off.filter { heldDay(Int($0)).weekday <= 5 }
    out = Scratch(resources)
    meet = ValidityMeet(resources)
    union = UnknownUnion(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let (first, second) = (try from.result(), try to.result())
    let count = Vector.rowCount([first, second], in: batch)
    let (starts, ends) = (try first.operand(Int64.self), try second.operand(Int64.self))
    let out = try out.pointer()
    for place in 0..<count { out[place] = workingDays(from: starts[place], to: ends[place]) }
    if !off.isEmpty {
      for place in 0..<count {
        out[place] -= daysUpTo(heldDay(Int(ends[place])), off)
        out[place] += daysUpTo(heldDay(Int(starts[place])), off)
      }
    }
    return Vector(
      storage: .integers(out), count: count,
      valid: try meet.mask([first, second], count: count),
      unknown: try union.mask([first, second], count: count),
      isConstant: first.isConstant && second.isConstant)
  }
}
