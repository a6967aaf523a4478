/// Sentences that the parser must read, and what it must refuse.
enum Sentences {
  /// Each must be read without an error. The statements refer to each other as those of a script.
  static let accepted = #"""
    count services
    count services where level >= 3 group by agency
    count distinct agency from services
    sum fee from services where year(opened) = 2025 group by agency order by sum_fee desc
    count, sum fee as fees, average fee, max opened as latest from services group by agency
    count as total, count with level >= 3 as online, sum fee with status = "paid" as paid from services group by agency
    show sum(fee) / count() as avg_fee from services group by agency
    count services group by agency having count >= 100
    count services group by agency top 5 with rest
    list name, agency, fee from services where fee is missing order by opened desc limit 20
    list name, fee from services top 3 by fee within agency
    list name, fee * 8% as vat from services
    from services add days(closed - opened) as wait where wait > 30 then average wait, percentile(wait, 90) as p90 group by agency
    count services group by "online" if level >= 3 else "counter" as channel
    count services group by bands(fee, 0, 100000, 500000) as band
    count services group by month(opened) fill 0 chart line
    count services where opened in @2025-Q1 group by week(opened)
    count services where opened in last 3 months group by province
    share of services with level >= 3 group by agency order by share desc
    share of fee with status = "overdue" from services group by agency
    share of fee from services group by agency
    sum fee, share of fee within province from services group by province, agency
    count services group by agency across level with totals
    share of services within agency group by agency across level
    sum fee from services group by month(opened) then add running(sum_fee) as cumulative
    sum fee from services group by month(opened) then add average(sum_fee over last 3) as avg3
    list name, agency, rank(fee within agency) as r from services
    sum fee from services group by month(opened) vs previous year
    sum fee from services group by year(opened) vs previous year to date
    share of services with level >= 4 group by agency vs target 60%
    sum fee from services group by agency, month(opened) vs target plans.amount on agency, month
    count services lookup agencies on agency_id = agencies.id group by agencies.province
    sum services.fee, sum payments.amount, count services from services join many payments on payments.service_id = services.id group by agency
    count services where id in payments.service_id
    list services where id not in payments.service_id
    list payments lookup rates on currency = rates.currency as of paid_on add amount * rates.rate as vnd
    from services then append archive then count group by agency
    from budget then unpivot q1, q2, q3, q4 into quarter, amount then sum amount group by quarter
    list name, fee from services where fee > (average fee from services)
    let urgent = services where level >= 3 and status = "open"
    count urgent group by agency
    param year: int = 2025
    count services where year(opened) = $year
    measure overdue_rate on services = share(status = "overdue")
    overdue_rate from services group by agency, month(opened)
    assert no services where fee < 0
    assert unique id in services
    assert (count services where agency is missing) = 0 else "agency missing"
    list name from services where name ~ "dang ky kinh doanh"
    count services where province = "ha noi" loosely
    count services group by agency across level chart bar stacked save to "levels.svg"
    profile services
    unpublished online, level in services where agency = "BTC"
    explain sum fee from services group by agency as sql duckdb
    why sum fee from services between @2025-05 and @2025-06 by agency, province
    why count services between @2025-05 and @2025-06 on opened where level >= 3 by month(opened) as m
    rows of (count services group by agency) where agency = "A"
    rows of (count services group by agency) row 3
    count services where province = "ha noi" loosely group by month(opened)
    count services where level between 2 and 4 and status = "open"
    count services where not level in (1, 2) and fee > 0
    list top, group, order, count from t where group = 3 and order > 2
    count services where closed - opened > 30 days
    sum `Tên phí` from `Dịch vụ công` group by `Cơ quan`
    sum tiền_phí from dịch_vụ where cơ_quan = “Sở Y tế”
    count services where agency != "A" then where count > 3
    let big = count services group by agency then where count > 100
    count services where (a = 1 and b = 2) or c = 3
    list name from services where name contains "nguyen" loosely and level = 3
    list name from services where not (fee > 100)
    count services where opened >= @2025-01-01 and opened < today - 30 days
    sum fee from services where province not in ("Hà Nội", "Đà Nẵng") group by province order by sum_fee desc limit 5
    """#.split(separator: "\n").map(String.init)

  /// Each must be refused; the second is the text after the first fix-it, if there is one.
  static let refused: [(sentence: String, mended: String?)] = [
    (
      #"count services where a = 1 and b = 2 or c = 3"#,
      #"count services where (a = 1 and b = 2) or c = 3"#
    ),
    (#"sum fee"#, nil),
    (
      #"sum a / sum b from t"#,
      #"sum(a) / sum(b) from t"#
    ),
    (
      #"list a % b from t"#,
      #"list a mod b from t"#
    ),
    (
      #"count services where level >= 3 then count from services"#,
      #"count services where level >= 3 then count"#
    ),
    (
      #"list name from services where x = 5 %"#,
      #"list name from services where x = 5%"#
    ),
    (
      #"count services group by agency having count > 5 where level = 3 then"#,
      #"count services where level = 3 group by agency having count > 5 then"#
    ),
    (
      #"sum fee services"#,
      #"sum fee from services"#
    ),
    (
      #"count service where where level = 3"#,
      #"count service where level = 3"#
    ),
  ]
}
