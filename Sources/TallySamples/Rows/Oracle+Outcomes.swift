extension Oracle {
  var byAnswer: [Answer] {
    let agencies = SampleAgency.all.indices.filter { agency in
      counts.byAgencyAndTime[agency * 2] + counts.byAgencyAndTime[agency * 2 + 1] > 0
    }
    let tiers: [(String, Int)] = [("commune", 0), ("ministry", 2), ("province", 1)]
    let medians = tiers.compactMap { name, tier -> [Cell]? in
      median(ofTier: tier).map { [.text(name), .halves($0)] }
    }
    let channels = Self.channels
    return [
      Answer(
        question: "How many answers came, how many in time, how many days did they take?",
        query:
          "count days as answers, count with on_time as in_time, sum days, max days from "
          + "dossiers where days is not missing group by agency",
        columns: ["agency", "answers", "in_time", "sum_days", "max_days"],
        rows: agencies.map { agency in
          let (late, early) =
            (counts.byAgencyAndTime[agency * 2], counts.byAgencyAndTime[agency * 2 + 1])
          return [
            .text(SampleAgency.all[agency].code), .number(late + early), .number(early),
            .number(counts.daysByAgency[agency]), .number(counts.longestByAgency[agency]),
          ]
        }),
      Answer(
        question: "What is the median of the days at each tier?",
        query:
          "median days from dossiers lookup svc on service where days is not missing group by tier",
        columns: ["tier", "median_days"], rows: medians),
      Answer(
        question: "How many were rated, and how, by channel?",
        query:
          "count satisfaction as rated, sum satisfaction as points from dossiers group by "
          + "channel having rated > 0",
        columns: ["channel", "rated", "points"],
        rows: grouped(
          channels, (0..<4).map { counts.byChannelAndRating[$0 * 6 + 1..<$0 * 6 + 6].reduce(0, +) },
          (0..<4).map { channel in
            (1...5).reduce(0) { $0 + $1 * counts.byChannelAndRating[channel * 6 + $1] }
          })),
      Answer(
        question: "How many fees were paid online, by channel?",
        query:
          "count with paid_online is not missing as owed, count with paid_online as paid "
          + "from dossiers group by channel having owed > 0",
        columns: ["channel", "owed", "paid"],
        rows: grouped(
          channels,
          (0..<4).map {
            counts.byChannelAndPayment[$0 * 3] + counts.byChannelAndPayment[$0 * 3 + 1]
          }, (0..<4).map { counts.byChannelAndPayment[$0 * 3 + 1] })),
      Answer(
        question: "Which answers are called in time and took longer than the limit?",
        query:
          "count from dossiers lookup svc on service where on_time and days > sla_days",
        columns: ["count"], rows: [[0]]),
    ]
  }

  /// Twice the median of the days of a tier.
  private func median(ofTier tier: Int) -> Int? {
    let longest = DossierCounts.longestAnswer
    let days = counts.byTierAndDays[tier * longest..<(tier + 1) * longest]
    let total = days.reduce(0, +)
    guard total > 0 else { return nil }
    func value(at place: Int) -> Int {
      var before = 0
      for (day, count) in days.enumerated() {
        before += count
        if place < before { return day }
      }
      return 0
    }
    return value(at: (total - 1) / 2) + value(at: total / 2)
  }
}
