extension Dossiers {
  /// The first line of the file.
  package static let header =
    "dossier_id,service,agency,locality,submitted,hour,channel,status,paid_online,days,on_time,"
    + "satisfaction,digitised,e_result\n"

  /// More bytes than any row has.
  static let widestRow = 128

  /// A part of the table, as CSV, with what was counted in it.
  package struct Part: Sendable {
    /// The rows as CSV, without a header.
    package let bytes: [UInt8]
    /// What its rows add to the exact answers.
    package let counts: DossierCounts
  }

  /// The rows at some places as CSV. In order, or each row at a place without pattern.
  ///
  /// Parts can be made on any threads; written one after another they are the table.
  package func part(_ places: Range<Int>, shuffled: Bool = false) -> Part {
    let shuffle = shuffled ? Shuffle(rowCount: rowCount, seed: seed) : nil
    var counts = DossierCounts(self)
    let bytes = [UInt8](unsafeUninitializedCapacity: places.count * Self.widestRow) {
      buffer, count in
      guard let start = buffer.baseAddress else { return }
      // SAFETY: no row is wider than `widestRow`.
      var cursor = RowCursor(start)
      var day = 0
      for place in places {
        let row = shuffle?.row(at: place) ?? place
        if shuffle != nil || place == places.lowerBound { day = self.day(ofRow: row) }
        while ends[day] <= row { day += 1 }
        let dossier = dossier(row, onDay: day)
        counts.add(dossier, services.traits[dossier.service])
        Self.write(dossier, to: &cursor)
      }
      count = cursor.next - start
    }
    return Part(bytes: bytes, counts: counts)
  }

  private static func write(_ dossier: Dossier, to cursor: inout RowCursor) {
    cursor.number(dossier.row + 1)
    cursor.text(",DV")
    cursor.digits(dossier.service + 1, width: 4)
    cursor.text(",CQ")
    cursor.digits(dossier.agency + 1, width: 2)
    cursor.text(dossier.formerCommune == nil ? ",M" : ",C")
    cursor.digits((dossier.formerCommune ?? dossier.commune) + 1, width: 5)
    cursor.comma()
    let date = SampleDay.all[dossier.day]
    cursor.digits(date.year, width: 4)
    cursor.text("-")
    cursor.digits(date.month, width: 2)
    cursor.text("-")
    cursor.digits(date.day, width: 2)
    cursor.comma()
    cursor.number(dossier.hour)
    cursor.comma()
    cursor.text(dossier.channel.text)
    cursor.comma()
    cursor.text(dossier.status.text)
    cursor.comma()
    if let isPaid = dossier.isPaidOnline { cursor.truth(isPaid) }
    cursor.comma()
    if let days = dossier.days { cursor.number(days) }
    cursor.comma()
    if let isInTime = dossier.isInTime { cursor.truth(isInTime) }
    cursor.comma()
    if let satisfaction = dossier.satisfaction { cursor.number(satisfaction) }
    cursor.comma()
    cursor.truth(dossier.isDigitised)
    cursor.comma()
    cursor.truth(dossier.hasElectronicResult)
    cursor.text("\n")
  }
}

extension Dossier.Channel {
  /// As it is written.
  var text: StaticString {
    switch self {
    case .counter: "counter"
    case .online_local: "online_local"
    case .online_npsp: "online_npsp"
    case .post: "post"
    }
  }
}

extension Dossier.Status {
  /// As it is written.
  var text: StaticString {
    switch self {
    case .done: "done"
    case .processing: "processing"
    case .received: "received"
    case .rejected: "rejected"
    case .supplement: "supplement"
    case .withdrawn: "withdrawn"
    }
  }
}
