extension Dossiers {
  /// The dossier of a row that came in on a day.
  func dossier(_ row: Int, onDay day: Int) -> Dossier {
    let date = SampleDay.all[day]
    let service = services.table.index(of: draws.service[row])
    let applied = services.traits[service]
    let communeDraw = draws.commune[row]
    let commune = localities.table.index(of: communeDraw)
    let place = localities.today[commune]
    let channel = channel(
      row, applied, date, province: place.province)
    let answer = answer(row, applied, day)
    let details = Thousandths(draws.opinion[row])
    let isOnline = channel.isOnline
    let isDigitised = details[0] < (isOnline ? 950 : 300 + 10 * date.monthIndex)
    return Dossier(
      row: row, day: day, hour: hour(row, isOnline: isOnline), service: service,
      agency: applied.agency, commune: commune,
      formerCommune: day < SampleDay.reform
        ? place.formers.lowerBound + Int(truncatingIfNeeded: communeDraw % 997)
          % place.formers.count : nil,
      channel: channel, status: answer.status,
      isPaidOnline: !applied.hasFee
        ? nil : details[1] < (isOnline ? (applied.level == 4 ? 800 : 400) : 30),
      days: answer.days, isInTime: answer.isInTime,
      satisfaction: satisfaction(row, answer), isDigitised: isDigitised,
      hasElectronicResult: answer.status == .done
        && details[2] < (isOnline ? (applied.level == 4 ? 900 : 500) : isDigitised ? 150 : 0))
  }

  private func channel(
    _ row: Int, _ service: SampleService.Traits, _ date: SampleDay, province: Int
  ) -> Dossier.Channel {
    let draw = Thousandths(draws.channel[row])
    let mayBeOnline = service.level >= 3
    let isOnline =
      service.isPortalOnly
      || mayBeOnline
        && (!date.isWorking
          || draw[0]
            < onlineShares.share(
              province: province, month: date.monthIndex, level: service.level))
    guard isOnline else { return draw[2] < 40 || !date.isWorking ? .post : .counter }
    if service.isPortalOnly { return .online_npsp }
    guard let integrated = service.integrated, integrated <= date.index else {
      return .online_local
    }
    let portal = service.tier == .ministry ? 800 : 350 + 10 * date.monthIndex
    return draw[1] < portal ? .online_npsp : .online_local
  }

  private func hour(_ row: Int, isOnline: Bool) -> Int {
    let draw = draws.hour.number(row, below: 1000)
    let ends = isOnline ? Self.onlineHours : Self.counterHours
    var hour = 0
    while draw >= ends[hour] { hour += 1 }
    return hour
  }

  /// Of a thousand dossiers at counters, how many came before each full hour: 7:30 to 17:00.
  private static let counterHours = [
    0, 0, 0, 0, 0, 0, 0, 50, 250, 470, 650, 710, 710, 810, 950, 985, 1000, 1000, 1000, 1000, 1000,
    1000, 1000, 1000,
  ]
  /// The same online, all day long.
  private static let onlineHours = [
    8, 13, 16, 18, 21, 28, 45, 85, 175, 275, 365, 425, 465, 515, 590, 665, 730, 775, 810, 855, 910,
    955, 985, 1000,
  ]

  // MARK: Answers

  private struct Answer {
    var status: Dossier.Status
    var days: Int?
    var isInTime: Bool?
  }

  private func answer(_ row: Int, _ service: SampleService.Traits, _ day: Int) -> Answer {
    let draw = Thousandths(draws.outcome[row])
    let age = SampleDay.count - 1 - day
    let open: Dossier.Status = draw[1] < 200 ? .supplement : age < 2 ? .received : .processing
    if draw[0] < 4 { return Answer(status: open) }
    if draw[0] < 34 { return Answer(status: age < 3 ? open : .withdrawn) }
    let isInTime = draw[2] < SampleAgency.inTime[service.agency]
    let place = Int(truncatingIfNeeded: draws.answer[row] & 63)
    let days =
      isInTime
      ? min(service.limit, (service.limit * Self.early[place] * service.pace + 524_288) >> 20)
      : service.limit + max(1, (service.limit * Self.late[place]) >> 10)
    if days > age { return Answer(status: open) }
    return Answer(
      status: draw[0] < 84 ? .rejected : .done, days: days, isInTime: days <= service.limit)
  }

  /// The days of answers in time, in 1,024ths of the limit: 64 quantiles of a log-normal
  /// distribution with the median 0.55 and the deviation 0.5, cut at 1.
  private static let early = [
    164, 203, 227, 245, 261, 275, 288, 300, 311, 322, 332, 342, 351, 361, 370, 379, 388, 397, 405,
    414, 423, 431, 440, 449, 457, 466, 475, 483, 492, 501, 510, 519, 528, 537, 547, 556, 566, 576,
    586, 596, 607, 618, 629, 640, 652, 664, 676, 689, 702, 715, 730, 744, 760, 776, 793, 810, 829,
    849, 871, 893, 918, 945, 974, 1006,
  ]
  /// The days over the limit of late answers: median 0.4, deviation 1.
  private static let late = [
    37, 56, 70, 83, 94, 104, 115, 125, 135, 144, 154, 164, 174, 183, 193, 204, 214, 224, 235, 246,
    257, 268, 280, 292, 304, 317, 330, 343, 357, 371, 386, 402, 418, 434, 452, 470, 489, 509, 530,
    552, 575, 600, 626, 653, 683, 714, 748, 785, 824, 867, 914, 966, 1024, 1089, 1163, 1247, 1345,
    1462, 1606, 1788, 2031, 2385, 2989, 4595,
  ]

  /// About one answer of seven is rated, late ones worse.
  private func satisfaction(_ row: Int, _ answer: Answer) -> Int? {
    guard let isInTime = answer.isInTime else { return nil }
    let draw = Thousandths(draws.answer[row] >> 8)
    guard draw[0] < 150 else { return nil }
    let ends = isInTime ? [20, 50, 150, 500] : [150, 350, 650, 900]
    return 1 + ends.filter { draw[1] >= $0 }.count
  }
}
