extension Oracle {
  static let channels = Dossier.Channel.allCases.map { "\($0)" }
  static let statuses = Dossier.Status.allCases.map { "\($0)" }
  static let months = (0..<30).map { month in
    SampleDay.all.first { $0.monthIndex == month }?.monthText ?? ""
  }

  /// Rows of a key and counts, without those whose first count is zero.
  func grouped(_ keys: [String], _ counts: [Int]...) -> [[Cell]] {
    keys.indices.filter { counts[0][$0] > 0 }.map { index in
      [.text(keys[index])] + counts.map { .number($0[index]) }
    }
  }

  func sums(_ count: Int, _ value: (Int) -> Int, of groups: [Int]) -> [Int] {
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
          "count, count with channel starts with \"online\" as online from dossiers group "
          + "by month(submitted)",
        columns: ["month", "count", "online"],
        rows: grouped(Self.months, byMonth, counts.onlineByMonth)),
      Answer(
        question: "How many were digitised, by month?",
        query: "count dossiers where digitised group by month(submitted)",
        columns: ["month", "count"], rows: grouped(Self.months, counts.digitisedByMonth)),
      Answer(
        question: "Of which months do dossiers wait?",
        query:
          "count dossiers where status in (\"received\", \"processing\", \"supplement\") "
          + "group by month(submitted)",
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
          "count with submitted < @2025-07-01 as before, count with submitted >= "
          + "@2025-07-01 as since from dossiers",
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
          "count, count with channel starts with \"online\" as online from dossiers lookup "
          + "localities on locality group by province",
        columns: ["province", "count", "online"],
        rows: grouped(provinces.map(\.code), byProvince, online)),
      Answer(
        question: "How many has each region?",
        query:
          "count dossiers lookup localities on locality lookup provinces on province group "
          + "by region",
        columns: ["region", "count"], rows: grouped(regions, byRegion)),
      Answer(
        question: "How many communes of each time have none?",
        query:
          "count localities where locality not in dossiers.locality group by valid_to is "
          + "missing as today",
        columns: ["today", "count"],
        rows: [("false", silent), ("true", silentToday.count)].filter { $0.1 > 0 }.map {
          [.text($0.0), .number($0.1)]
        }),
    ]
  }
}
