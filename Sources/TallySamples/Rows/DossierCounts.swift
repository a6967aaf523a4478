/// What is counted while rows are made, so that questions can be answered exactly without an
/// engine. Counts of parts add up to those of the table.
package struct DossierCounts: Sendable {
  /// The most days between filing and answer that any dossier has.
  static let longestAnswer = 256

  var byDay = [Int](repeating: 0, count: SampleDay.count)
  var onlineByMonth = [Int](repeating: 0, count: 30)
  var digitisedByMonth = [Int](repeating: 0, count: 30)
  var openByMonth = [Int](repeating: 0, count: 30)
  var byHour = [Int](repeating: 0, count: 24)
  /// channel × status
  var byChannelAndStatus = [Int](repeating: 0, count: 4 * 6)
  /// service × channel
  var byServiceAndChannel = [Int](repeating: 0, count: SampleServices.count * 4)
  /// commune of today × before the reform, since then
  var byCommune = [Int](repeating: 0, count: SampleLocalities.count * 2)
  /// commune of today
  var onlineByCommune = [Int](repeating: 0, count: SampleLocalities.count)
  var byFormerCommune: [Int]
  /// agency × late, in time
  var byAgencyAndTime = [Int](repeating: 0, count: 20 * 2)
  var daysByAgency = [Int](repeating: 0, count: 20)
  var longestByAgency = [Int](repeating: 0, count: 20)
  /// tier × days
  var byTierAndDays = [Int](repeating: 0, count: 3 * longestAnswer)
  /// channel × rating, 0 for none
  var byChannelAndRating = [Int](repeating: 0, count: 4 * 6)
  /// channel × no, yes, no fee
  var byChannelAndPayment = [Int](repeating: 0, count: 4 * 3)
  var electronicByLevel = [Int](repeating: 0, count: 5)

  /// Counts of no rows.
  package init(_ table: Dossiers) {
    byFormerCommune = [Int](repeating: 0, count: table.localities.former.count)
  }

  mutating func add(_ dossier: Dossier, _ service: SampleService.Traits) {
    let month = SampleDay.all[dossier.day].monthIndex
    let channel = dossier.channel.rawValue
    byDay[dossier.day] += 1
    if dossier.channel.isOnline {
      onlineByMonth[month] += 1
      onlineByCommune[dossier.commune] += 1
    }
    if dossier.isDigitised { digitisedByMonth[month] += 1 }
    if dossier.status.isOpen { openByMonth[month] += 1 }
    byHour[dossier.hour] += 1
    byChannelAndStatus[channel * 6 + dossier.status.rawValue] += 1
    byServiceAndChannel[dossier.service * 4 + channel] += 1
    byCommune[dossier.commune * 2 + (dossier.formerCommune == nil ? 1 : 0)] += 1
    if let former = dossier.formerCommune { byFormerCommune[former] += 1 }
    if let days = dossier.days, let isInTime = dossier.isInTime {
      byAgencyAndTime[dossier.agency * 2 + (isInTime ? 1 : 0)] += 1
      daysByAgency[dossier.agency] += days
      longestByAgency[dossier.agency] = max(longestByAgency[dossier.agency], days)
      byTierAndDays[service.tier.rawValue * Self.longestAnswer + days] += 1
    }
    byChannelAndRating[channel * 6 + (dossier.satisfaction ?? 0)] += 1
    byChannelAndPayment[channel * 3 + (dossier.isPaidOnline.map { $0 ? 1 : 0 } ?? 2)] += 1
    if dossier.hasElectronicResult { electronicByLevel[service.level] += 1 }
  }

  /// Adds the counts of another part.
  package mutating func add(_ other: DossierCounts) {
    let sums: [WritableKeyPath<DossierCounts, [Int]>] = [
      \.byDay, \.onlineByMonth, \.digitisedByMonth, \.openByMonth, \.byHour, \.byChannelAndStatus,
      \.byServiceAndChannel, \.byCommune, \.onlineByCommune, \.byFormerCommune, \.byAgencyAndTime,
      \.daysByAgency, \.byTierAndDays, \.byChannelAndRating, \.byChannelAndPayment,
      \.electronicByLevel,
    ]
    for path in sums {
      for index in other[keyPath: path].indices {
        self[keyPath: path][index] += other[keyPath: path][index]
      }
    }
    for index in longestByAgency.indices {
      longestByAgency[index] = max(longestByAgency[index], other.longestByAgency[index])
    }
  }
}
