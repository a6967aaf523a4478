/// A small table as CSV.
package struct SampleTable: Sendable {
  /// The name of the table.
  package let name: String
  /// Its text.
  package let csv: String

  init(_ name: String, _ columns: String, _ rows: [[String]]) {
    self.name = name
    csv = rows.reduce(into: columns + "\n") { $0 += $1.joined(separator: ",") + "\n" }
  }
}

extension Dossiers {
  /// The tables that the rows of dossiers point into. They are the same for every seed.
  package var tables: [SampleTable] {
    [
      serviceTable, agencyTable, provinceTable, localityTable, successorTable, scoreTable,
      goalTable,
    ]
  }

  private var serviceTable: SampleTable {
    SampleTable(
      "svc", "service,name,agency,field,tier,level,provision,fee,sla_days,integrated,portal_only",
      services.all.map { service in
        let traits = service.traits
        return [
          service.code, service.name, SampleAgency.all[traits.agency].code,
          SampleField.all[service.field].name, "\(traits.tier)", "\(traits.level)",
          service.provision, service.fee.map(String.init) ?? "", "\(traits.limit)",
          traits.integrated.map { SampleDay($0).text } ?? "", "\(traits.isPortalOnly)",
        ]
      })
  }

  private var agencyTable: SampleTable {
    SampleTable("agencies", "agency,name", SampleAgency.all.map { [$0.code, $0.name] })
  }

  private var provinceTable: SampleTable {
    let former = SampleProvince.former.map { province in
      [
        province.code, province.name, province.region, "\(province.residents)", "",
        "2025-06-30", province.successor.map { SampleProvince.today[$0].code } ?? "",
      ]
    }
    let today = SampleProvince.today.map {
      [$0.code, $0.name, $0.region, "\($0.residents)", "2025-07-01", "", ""]
    }
    return SampleTable(
      "provinces", "province,name,region,residents,valid_from,valid_to,successor", today + former)
  }

  private var localityTable: SampleTable {
    let kinds = RandomColumn(seed: 0, column: 9)
    let former = localities.former.indices.map { index in
      let commune = localities.former[index]
      return [
        SampleLocalities.code(former: index), SampleNames.place(index * 11 + 5),
        ["xã", "xã", "xã", "phường", "thị trấn"][kinds.number(index, below: 5)],
        SampleLocalities.district(commune.district),
        SampleProvince.former[commune.formerProvince].code,
        SampleProvince.today[commune.province].code, "", "2025-06-30",
      ]
    }
    let today = localities.today.indices.map { index in
      let province = SampleProvince.today[localities.today[index].province].code
      return [
        SampleLocalities.code(today: index), SampleNames.place(index * 13 + 3),
        ["xã", "xã", "phường"][kinds.number(index + 20_000, below: 3)], "", "", province,
        "2025-07-01", "",
      ]
    }
    return SampleTable(
      "localities", "locality,name,kind,district,former_province,province,valid_from,valid_to",
      today + former)
  }

  private var successorTable: SampleTable {
    SampleTable(
      "successors", "former,locality",
      localities.successors.map {
        [SampleLocalities.code(former: $0.former), SampleLocalities.code(today: $0.today)]
      })
  }

  /// Points of each province in five groups, for each month of 2025.
  private var scoreTable: SampleTable {
    let limits = [18, 20, 22, 22, 18]
    let noise = RandomColumn(seed: 0, column: 10)
    let rows = SampleProvince.today.indices.flatMap { province in
      (0..<12).map { month in
        let parts = limits.indices.map { group in
          let draw = noise.number((province * 12 + month) * 5 + group, below: 160)
          let strength = noise.number(province * 5 + group + 90_000, below: 500)
          return limits[group] * (280 + strength + month * 6 + draw)
        }
        return [SampleProvince.today[province].code, "2025-\(padded(month + 1, 2))-01"]
          + parts.map { "\($0 / 1000).\(padded($0 % 1000 / 10, 2))" }
      }
    }
    return SampleTable(
      "scores",
      "province,month,transparency,progress,digitisation,provision,satisfaction", rows)
  }

  /// What share of dossiers each province means to have online at the end of a year.
  private var goalTable: SampleTable {
    let rows = SampleProvince.today.indices.flatMap { province in
      [(2024, 20), (2025, 35), (2026, 60)].map { year, base in
        let share = base + province * 7 % 4 * 5
        return [SampleProvince.today[province].code, "\(year)-12-31", "\(share)%"]
      }
    }
    return SampleTable("goals", "province,due,online_share", rows)
  }
}
