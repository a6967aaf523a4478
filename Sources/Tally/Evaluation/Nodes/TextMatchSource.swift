/// Whether a text is found in another, byte by byte or loosely.
///
/// Like `=`, a match of whole texts is total: missing equals missing. The others are false where an
/// operand is missing. In all cases a missing operand makes the outcome unknown.
final class TextMatchSource: VectorSource {
  private let match: TextMatch
  private let text: VectorNode
  private let pattern: VectorNode
  private let isLoose: Bool
  private let out: Scratch<UInt8>
  private let both: Scratch<UInt8>
  private let meet: ValidityMeet
  private let union: UnknownUnion
  private let missing: UnknownUnion
  // Folded texts, kept for their memory.
  private let wanted = LooseText()
  private let found = LooseText()

  init(
    _ match: TextMatch, _ text: VectorNode, _ pattern: VectorNode, isLoose: Bool,
    resources: EvaluationResources
  ) {
    self.match = match
    self.text = text
    self.pattern = pattern
    self.isLoose = isLoose
    out = Scratch(resources)
    both = Scratch(resources)
    meet = ValidityMeet(resources)
    union = UnknownUnion(resources)
    missing = UnknownUnion(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let vectors = [try text.result(), try pattern.result()]
    let count = Vector.rowCount(vectors, in: batch)
    let out = try out.pointer()
    let valid = try meet.mask(vectors, count: count)
    let (texts, patterns) = (
      try vectors[0].operand(TextSlice.self), try vectors[1].operand(TextSlice.self)
    )
    if patterns.isConstant { wanted.fold(patterns[0].bytes) }
    for place in 0..<count {
      guard valid.map({ $0[place] == 1 }) ?? true else {
        out[place] = 0
        continue
      }
      out[place] = isMatch(texts[place], patterns, place) ? 1 : 0
    }
    if match == .equals, valid != nil {
      let bothMissing = try both.pointer()
      vectors[0].markMissing(count: count, into: bothMissing)
      vectors[1].keepMissing(count: count, in: bothMissing)
      orMasks(out, bothMissing, count: count, into: out)
    }
    let inherited = try union.mask(vectors, count: count)
    return Vector(
      storage: .booleans(out), count: count, valid: nil,
      unknown: try missing.mask(missingIn: valid, or: inherited, count: count),
      isConstant: vectors.allSatisfy(\.isConstant))
  }

  private func isMatch(_ text: TextSlice, _ patterns: Operand<TextSlice>, _ place: Int) -> Bool {
    guard isLoose else { return text.contains(patterns[place], match) }
    if !patterns.isConstant { wanted.fold(patterns[place].bytes) }
    found.fold(text.bytes)
    found.shareTones()
    return wanted.matches(match, in: found)
  }
}

extension Vector {
  /// Writes 1 for each row without a value, those of a constant repeated.
  fileprivate func markMissing(count: Int, into out: UnsafeMutablePointer<UInt8>) {
    guard let valid else { return fillMask(out, with: 0, count: count) }
    if isConstant { return fillMask(out, with: valid.pointee ^ 1, count: count) }
    invertMask(valid, count: count, into: out)
  }

  /// Clears the marks of rows that have a value.
  fileprivate func keepMissing(count: Int, in marks: UnsafeMutablePointer<UInt8>) {
    guard let valid else { return fillMask(marks, with: 0, count: count) }
    if isConstant {
      if valid.pointee == 1 { fillMask(marks, with: 0, count: count) }
    } else {
      andNotMasks(marks, valid, count: count, into: marks)
    }
  }
}

/// Whether a text loosely equals one of a set.
final class LooseMembershipSource: VectorSource {
  private let operand: VectorNode
  private let members: [LooseText]
  private let finish: MembershipOutcome
  private let out: Scratch<UInt8>
  private let found = LooseText()

  init(
    _ operand: VectorNode, members: [String], hasMissing: Bool, resources: EvaluationResources
  ) {
    self.operand = operand
    self.members = members.map { member in
      var text = member
      return text.withUTF8 { LooseText($0) }
    }
    finish = MembershipOutcome(hasMissing: hasMissing, resources: resources)
    out = Scratch(resources)
  }

  func compute(_ batch: Batch) throws(QueryError) -> Vector {
    let vector = try operand.result()
    let texts = try TextSlice.values(of: vector)
    let out = try out.pointer()
    for place in 0..<vector.count {
      out[place] = 0
      guard vector.valid.map({ $0[place] == 1 }) ?? true else { continue }
      found.fold(texts[place].bytes)
      found.shareTones()
      for member in members where member.matches(.equals, in: found) {
        out[place] = 1
        break
      }
    }
    return try finish.vector(from: vector, found: out)
  }
}
