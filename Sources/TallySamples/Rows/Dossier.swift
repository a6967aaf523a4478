/// One dossier: an application for a service, and what became of it.
struct Dossier: Sendable {
  /// How it came in.
  enum Channel: Int, Sendable, CaseIterable {
    case counter, online_local, online_npsp, post

    var isOnline: Bool { self == .online_local || self == .online_npsp }
  }

  /// What became of it until 2025-12-31.
  enum Status: Int, Sendable, CaseIterable {
    case done, processing, received, rejected, supplement, withdrawn

    /// Whether one is still to come.
    var isOpen: Bool { self == .processing || self == .received || self == .supplement }
  }

  /// The row, from 0.
  let row: Int
  /// The day it came in, from 2023-07-01.
  let day: Int
  let hour: Int
  let service: Int
  let agency: Int
  /// The commune of today that is, or followed on, that of the dossier.
  let commune: Int
  /// The commune of before, where the day lies before the reform.
  let formerCommune: Int?
  let channel: Channel
  let status: Status
  /// Nil where there is no fee.
  let isPaidOnline: Bool?
  /// From filing to answer; nil without an answer.
  let days: Int?
  /// Nil without an answer.
  let isInTime: Bool?
  /// 1 to 5; nil where nobody said.
  let satisfaction: Int?
  let isDigitised: Bool
  /// Whether the result is an electronic document.
  let hasElectronicResult: Bool
}
