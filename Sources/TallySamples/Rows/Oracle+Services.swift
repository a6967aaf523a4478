extension Oracle {
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
          "count, count with e_result as electronic from dossiers lookup svc on service "
          + "group by level",
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
          "let online = dossiers where channel starts with \"online\"; count svc where "
          + "level = 4 and service not in online.service",
        columns: ["count"], rows: [[.number(offline.count)]]),
      Answer(
        question: "What would all fees come to?",
        query: "sum fee from dossiers lookup svc on service", columns: ["sum_fee"],
        rows: [[.number(fees)]]),
    ]
  }
}
