extension Oracle {
  private static let channels = Dossier.Channel.allCases.map { "\($0)" }
  private static let statuses = Dossier.Status.allCases.map { "\($0)" }
  private static let months = (0..<30).map { month in
    SampleDay.all.first { $0.monthIndex == month }?.monthText ?? ""
  }

  /// Rows of a key and counts, without those whose first count is zero.
  private func grouped(_ keys: [String], _ counts: [Int]...) -> [[Cell]] {
    keys.indices.filter { counts[0][$0] > 0 }.map { index in
      [.text(keys[index])] + counts.map { .number($0[index]) }
    }
  }

  private func sums(_ count: Int, _ value: (Int) -> Int, of groups: [Int]) -> [Int] {
    groups.indices.reduce(into: [Int](repeating: 0, count: count)) { $0[groups[$1]] += value($1) }
  }

  // MARK: Totals

  var totals: [Answer] {
    let byChannel = sums(
      4, { counts.byChannelAndStatus[$0] }, of: (0..<24).map { $0 / 6 })
    let byStatus = sums(6, { counts.byChannelAndStatus[$0] }, of: (0..<24).map { $0 % 6 })
    let pairs = (0..<24).filter { counts.byChannelAndStatus[$0] > 0 }.map { index -> [Cell] in
      [
        .text(Self.channels[index / 6]), .text(Self.statuses[index % 6]),
        .number(counts.byChannelAndStatus[index]),
      ]
    }
    let open = byStatus[1] + byStatus[2] + byStatus[4]
    return [
      Answer(
        question: "How many dossiers are there?", query: "count dossiers", columns: ["count"],
        rows: [[.number(table.rowCount)]]),
      Answer(
        question: "How many came in through each channel?",
        query: "count dossiers group by channel", columns: ["channel", "count"],
        rows: grouped(Self.channels, byChannel)),
      Answer(
        question: "How many have each status?", query: "count dossiers group by status",
        columns: ["status", "count"], rows: grouped(Self.statuses, byStatus)),
      Answer(
        question: "How many have each status, by channel?",
        query: "count dossiers group by channel, status",
        columns: ["channel", "status", "count"], rows: pairs),
      Answer(
        question: "How many wait for their answer?",
        query: "count dossiers where status in (\"received\", \"processing\", \"supplement\")",
        columns: ["count"], rows: [[.number(open)]]),
      Answer(
        question: "How many have no answer?", query: "count dossiers where days is missing",
        columns: ["count"],
        rows: [[.number(table.rowCount - byStatus[0] - byStatus[3])]]),
    ]
  }

  // MARK: Time

  var byTime: [Answer] {
    let byMonth = sums(
      30, { counts.byDay[$0] }, of: SampleDay.all.map(\.monthIndex))
    let byWeekday = sums(7, { counts.byDay[$0] }, of: SampleDay.all.map { $0.weekday - 1 })
    let most = counts.byDay.max() ?? 0
    let since = counts.byDay[SampleDay.reform...].reduce(0, +)
    return [
      Answer(
        question: "How many came in each month, and how many of them online?",
        query:
          "count, count with channel starts with \"online\" as online from dossiers group by month(submitted)",
        columns: ["month", "count", "online"],
        rows: grouped(Self.months, byMonth, counts.onlineByMonth)),
      Answer(
        question: "How many were digitised, by month?",
        query: "count dossiers where digitised group by month(submitted)",
        columns: ["month", "count"], rows: grouped(Self.months, counts.digitisedByMonth)),
      Answer(
        question: "Of which months do dossiers wait?",
        query:
          "count dossiers where status in (\"received\", \"processing\", \"supplement\") group by month(submitted)",
        columns: ["month", "count"], rows: grouped(Self.months, counts.openByMonth)),
      Answer(
        question: "How many came in on each day of the week?",
        query: "count dossiers group by weekday(submitted) as weekday",
        columns: ["weekday", "count"],
        rows: byWeekday.indices.filter { byWeekday[$0] > 0 }.map {
          [.number($0 + 1), .number(byWeekday[$0])]
        }),
      Answer(
        question: "How many came in at each hour?", query: "count dossiers group by hour",
        columns: ["hour", "count"],
        rows: counts.byHour.indices.filter { counts.byHour[$0] > 0 }.map {
          [.number($0), .number(counts.byHour[$0])]
        }),
      Answer(
        question: "On which day did most come in?",
        query: "count dossiers group by submitted top 1 by count",
        columns: ["submitted", "count"],
        rows: counts.byDay.firstIndex(of: most).map {
          [[.text(SampleDay.all[$0].text), .number(most)]]
        } ?? []),
      Answer(
        question: "How many came in before the reform, and how many since?",
        query:
          "count with submitted < @2025-07-01 as before, count with submitted >= @2025-07-01 as since from dossiers",
        columns: ["before", "since"],
        rows: [[.number(table.rowCount - since), .number(since)]]),
    ]
  }

  // MARK: Places

  private var byProvince: [Int] {
    sums(
      34, { counts.byCommune[$0 * 2] + counts.byCommune[$0 * 2 + 1] },
      of: table.localities.today.map(\.province))
  }

  var byPlace: [Answer] {
    let provinces = SampleProvince.today
    let regions = Array(Set(provinces.map(\.region))).sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
    let places = provinces.map { province in
      regions.firstIndex(of: province.region) ?? 0
    }
    let online = sums(
      34, { counts.onlineByCommune[$0] }, of: table.localities.today.map(\.province))
    let byRegion = sums(regions.count, { byProvince[$0] }, of: places)
    let silent = counts.byFormerCommune.filter { $0 == 0 }.count
    let silentToday = (0..<SampleLocalities.count).filter { counts.byCommune[$0 * 2 + 1] == 0 }
    return [
      Answer(
        question: "How many dossiers has each province, and how many of them online?",
        query:
          "count, count with channel starts with \"online\" as online from dossiers lookup localities on locality group by province",
        columns: ["province", "count", "online"],
        rows: grouped(provinces.map(\.code), byProvince, online)),
      Answer(
        question: "How many has each region?",
        query:
          "count dossiers lookup localities on locality lookup provinces on province group by region",
        columns: ["region", "count"], rows: grouped(regions, byRegion)),
      Answer(
        question: "How many communes of each time have none?",
        query:
          "count localities where locality not in dossiers.locality group by valid_to is missing as today",
        columns: ["today", "count"],
        rows: [("false", silent), ("true", silentToday.count)].filter { $0.1 > 0 }.map {
          [.text($0.0), .number($0.1)]
        }),
    ]
  }

  // MARK: Services

  var byService: [Answer] {
    let all = table.services.all
    let totals = all.indices.map { service in
      counts.byServiceAndChannel[service * 4..<service * 4 + 4].reduce(0, +)
    }
    let fields = SampleField.all.map(\.name).sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
    let fieldOf = all.map { fields.firstIndex(of: SampleField.all[$0.field].name) ?? 0 }
    let ten = totals.indices.sorted { (-totals[$0], $0) < (-totals[$1], $1) }.prefix(10)
    let offline = all.indices.filter { service in
      all[service].traits.level == 4 && counts.byServiceAndChannel[service * 4 + 1] == 0
        && counts.byServiceAndChannel[service * 4 + 2] == 0
    }
    let fees = all.indices.reduce(0) { $0 + totals[$1] * (all[$1].fee ?? 0) }
    let byLevel = sums(5, { totals[$0] }, of: all.map(\.traits.level))
    let byAgency = sums(20, { totals[$0] }, of: all.map(\.traits.agency))
    let byTier = sums(3, { totals[$0] }, of: all.map(\.traits.tier.rawValue))
    return [
      Answer(
        question: "Which ten services have most dossiers?",
        query: "count dossiers group by service top 10 by count",
        columns: ["service", "count"],
        rows: ten.filter { totals[$0] > 0 }.map { [.text(all[$0].code), .number(totals[$0])] }),
      Answer(
        question: "How many services have dossiers?",
        query: "count distinct service from dossiers", columns: ["count_distinct_service"],
        rows: [[.number(totals.filter { $0 > 0 }.count)]]),
      Answer(
        question: "How many has each field?",
        query: "count dossiers lookup svc on service group by field",
        columns: ["field", "count"],
        rows: grouped(fields, sums(fields.count, { totals[$0] }, of: fieldOf))),
      Answer(
        question: "How many has each level, and how many results are electronic?",
        query:
          "count, count with e_result as electronic from dossiers lookup svc on service group by level",
        columns: ["level", "count", "electronic"],
        rows: (1...4).filter { byLevel[$0] > 0 }.map {
          [.number($0), .number(byLevel[$0]), .number(counts.electronicByLevel[$0])]
        }),
      Answer(
        question: "How many are decided at each tier?",
        query: "count dossiers lookup svc on service group by tier", columns: ["tier", "count"],
        rows: grouped(["commune", "province", "ministry"], byTier)
          .sorted { $0[0].json < $1[0].json }),
      Answer(
        question: "How many has each agency?", query: "count dossiers group by agency",
        columns: ["agency", "count"], rows: grouped(SampleAgency.all.map(\.code), byAgency)),
      Answer(
        question: "How many services of level 4 had no dossier online?",
        query:
          "let online = dossiers where channel starts with \"online\"; count svc where level = 4 and service not in online.service",
        columns: ["count"], rows: [[.number(offline.count)]]),
      Answer(
        question: "What would all fees come to?",
        query: "sum fee from dossiers lookup svc on service", columns: ["sum_fee"],
        rows: [[.number(fees)]]),
    ]
  }

  // MARK: Answers to dossiers

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
          "count days as answers, count with on_time as in_time, sum days, max days from dossiers where days is not missing group by agency",
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
          "count satisfaction as rated, sum satisfaction as points from dossiers group by channel having rated > 0",
        columns: ["channel", "rated", "points"],
        rows: grouped(
          channels, (0..<4).map { counts.byChannelAndRating[$0 * 6 + 1..<$0 * 6 + 6].reduce(0, +) },
          (0..<4).map { channel in
            (1...5).reduce(0) { $0 + $1 * counts.byChannelAndRating[channel * 6 + $1] }
          })),
      Answer(
        question: "How many fees were paid online, by channel?",
        query:
          "count with paid_online is not missing as owed, count with paid_online as paid from dossiers group by channel having owed > 0",
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
