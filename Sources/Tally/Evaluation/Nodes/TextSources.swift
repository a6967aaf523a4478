/// A function of text that gives text.
final class TextFunctionSource: VectorSource {
  private let function: ScalarFunction
  private let operands: [VectorNode]
  private let arena: TextArena
  private let out: Scratch<TextSlice>
  private let absent: Scratch<UInt8>
  private let meet: ValidityMeet
  private let present: ValidityMeet
  private let union: UnknownUnion

  init(_ function: ScalarFunction, _ operands: [VectorNode], resources: EvaluationResources) {
    self.function = function
    self.operands = operands
    arena = TextArena(budget: resources.budget)
    out = Scratch(resources)
    absent = Scratch(resources)
    meet = ValidityMeet(resources)
    present = ValidityMeet(resources)
    union = UnknownUnion(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vectors: [Vector] = []
    for operand in operands { vectors.append(try operand.result()) }
    let count = Vector.rowCount(vectors, in: batch)
    let out = try out.pointer()
    var result = Vector(
      storage: .texts(out), count: count, valid: try meet.mask(vectors, count: count),
      unknown: try union.mask(vectors, count: count),
      isConstant: vectors.allSatisfy(\.isConstant))
    arena.begin()
    let arguments = try Arguments(vectors)
    let absent = try absent.pointer()
    var hasAbsent = false
    for place in 0..<count {
      absent[place] = 0
      out[place] = .empty
      guard result.valid.map({ $0[place] == 1 }) ?? true else { continue }
      if let text = try apply(arguments, place) {
        out[place] = text
      } else {
        absent[place] = 1
        hasAbsent = true
      }
    }
    if hasAbsent { result.valid = try present.mask(result.valid, without: absent, count: count) }
    return result
  }

  /// The operands' values, texts and whole numbers apart.
  private struct Arguments {
    var texts: [Operand<TextSlice>] = []
    var numbers: [Operand<Int64>] = []

    init(_ vectors: [Vector]) throws(QueryError) {
      for vector in vectors {
        if case .texts = vector.storage {
          texts.append(try vector.operand(TextSlice.self))
        } else {
          numbers.append(try vector.operand(Int64.self))
        }
      }
    }
  }

  private func apply(_ arguments: Arguments, _ place: Int) throws(QueryError) -> TextSlice? {
    let text = arguments.texts[0][place]
    switch function {
    case .lower: return try TextFunctions.lower(text, arena)
    case .upper: return try TextFunctions.upper(text, arena)
    case .trim: return TextFunctions.trim(text)
    case .fold: return try TextFunctions.fold(text, arena)
    case .replace:
      return try TextFunctions.replace(
        text, arguments.texts[1][place], arguments.texts[2][place], arena)
    case .left:
      let count = Int(arguments.numbers[0][place])
      return TextFunctions.characters(text, from: 1, to: Self.end(1, count))
    case .right:
      return TextFunctions.right(text, Int(arguments.numbers[0][place]))
    case .substring:
      let start = Int(arguments.numbers[0][place])
      let end =
        arguments.numbers.count > 1 ? Self.end(start, Int(arguments.numbers[1][place])) : .max
      return TextFunctions.characters(text, from: start, to: end)
    case .part:
      return TextFunctions.part(text, arguments.texts[1][place], Int(arguments.numbers[0][place]))
    case .concat: return try join(arguments.texts, place)
    default: throw EvaluationFailure.bug("\(function.rawValue) is no function of text")
    }
  }

  /// The place after `count` characters, held where it is beyond all texts.
  private static func end(_ start: Int, _ count: Int) -> Int {
    let (end, overflow) = start.addingReportingOverflow(count)
    return overflow ? (count < 0 ? .min : .max) : end
  }

  private func join(_ texts: [Operand<TextSlice>], _ place: Int) throws(QueryError) -> TextSlice {
    var total = 0
    var mayCompose = false
    for text in texts {
      let part = text[place]
      total += part.count
      // A part that begins with a combining character joins the one before.
      if let first = part.bytes.first, first >= 0xCC { mayCompose = true }
    }
    let out = try arena.reserve(total)
    var used = 0
    for text in texts {
      let part = text[place]
      if let start = part.start { (out + used).update(from: start, count: part.count) }
      used += part.count
    }
    let joined = TextSlice(start: out, count: total)
    return mayCompose ? try arena.store(joined.string) : joined
  }
}

/// The number of characters.
final class LengthSource: VectorSource {
  private let operand: VectorNode
  private let out: Scratch<Int64>

  init(_ operand: VectorNode, resources: EvaluationResources) {
    self.operand = operand
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vector = try operand.result()
    let texts = try TextSlice.values(of: vector)
    let out = try out.pointer()
    for place in 0..<vector.count {
      let isPresent = vector.valid.map { $0[place] == 1 } ?? true
      out[place] = isPresent ? Int64(TextFunctions.length(texts[place])) : 0
    }
    vector.storage = .integers(out)
    return vector
  }
}

/// Values as the text that CSV files have for them.
final class TextOfValueSource: VectorSource {
  private let operand: VectorNode
  private let type: ColumnType
  private let arena: TextArena
  private let out: Scratch<TextSlice>

  init(_ operand: VectorNode, type: ColumnType, resources: EvaluationResources) {
    self.operand = operand
    self.type = type
    arena = TextArena(budget: resources.budget)
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vector = try operand.result()
    let out = try out.pointer()
    arena.begin()
    for place in 0..<vector.count {
      let isPresent = vector.valid.map { $0[place] == 1 } ?? true
      let text = isPresent ? vector.cell(place, type: type).text(in: .csv) : nil
      out[place] = try text.map { text throws(QueryError) in try arena.store(text) } ?? .empty
    }
    vector.storage = .texts(out)
    return vector
  }
}

extension Vector {
  /// The value of one row, which must have one, as a cell.
  func cell(_ row: Int, type: ColumnType) -> CellValue {
    switch storage {
    case .integers(let values): CellValue(stored: values[row], type: type)
    case .wide(let values):
      if let narrow = Int64(exactly: values[row]) {
        CellValue(stored: narrow, type: type)
      } else {
        CellValue(stored: values[row], type: type)
      }
    case .floats(let values): type == .ratio ? .ratio(values[row]) : .float(values[row])
    case .booleans(let values): .boolean(values[row] == 1)
    case .codes(let codes, let dictionary): .text(dictionary[Int(codes[row])])
    case .texts(let slices): .text(slices[row].string)
    }
  }
}

/// The numbers or days that texts are. What is none is missing, and counted.
final class ReadingSource<T: StoredInteger>: VectorSource {
  private let operand: VectorNode
  /// The decimal places of numbers; nil for days.
  private let places: Int?
  private let resources: EvaluationResources
  private let out: Scratch<T>
  private let marks: Scratch<UInt8>
  private let readable: ValidityMeet

  init(_ operand: VectorNode, places: Int?, resources: EvaluationResources) {
    self.operand = operand
    self.places = places
    self.resources = resources
    out = Scratch(resources)
    marks = Scratch(resources)
    readable = ValidityMeet(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    var vector = try operand.result()
    let texts = try TextSlice.values(of: vector)
    let out = try out.pointer()
    let marks = try marks.pointer()
    var hasUnreadable = false
    for place in 0..<vector.count {
      out[place] = 0
      marks[place] = 0
      guard vector.valid.map({ $0[place] == 1 }) ?? true else { continue }
      if let value = read(texts[place]) {
        out[place] = value
      } else {
        marks[place] = 1
        hasUnreadable = true
      }
    }
    if hasUnreadable {
      vector.valid = try readable.excluding(
        marks, from: vector, batch: batch, counted: &resources.counts.unreadableTexts)
    }
    vector.storage = T.layout.storage(at: out)
    return vector
  }

  private func read(_ text: TextSlice) -> T? {
    guard let places else { return TextFunctions.date(text).flatMap { T(exactly: $0) } }
    return TextFunctions.number(text, places: places).flatMap { T(exactly: $0) }
  }
}
