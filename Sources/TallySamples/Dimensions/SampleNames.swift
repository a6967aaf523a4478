/// Invented names: two syllables that are common in Vietnamese place names.
struct SampleNames: Sendable {
  private static let first = [
    "An", "Bình", "Đông", "Hòa", "Lâm", "Long", "Mỹ", "Nam", "Phú", "Quế", "Sơn", "Tân", "Tây",
    "Thanh", "Thủy", "Vĩnh", "Yên", "Đại", "Hồng", "Kim",
  ]
  private static let second = [
    "Châu", "Điền", "Giang", "Hải", "Hưng", "Khê", "Lộc", "Minh", "Ngọc", "Phong", "Thạnh",
    "Thịnh", "Trung", "Xuân", "Mộc", "Ấp", "Bằng", "Cẩm", "Đức", "Lễ",
  ]

  /// A name that repeats after 400 indices.
  static func place(_ index: Int) -> String {
    first[index % first.count] + " " + second[(index / first.count + index * 7) % second.count]
  }

  /// What offices do.
  static let acts = [
    "Đăng ký", "Cấp", "Cấp lại", "Gia hạn", "Xác nhận", "Thay đổi", "Thu hồi", "Điều chỉnh",
    "Chấp thuận", "Công bố",
  ]
}

/// A field of administration, what its services are about, and who answers for it.
struct SampleField: Sendable {
  let name: String
  let objects: [String]
  let agency: Int

  static let all: [SampleField] = [
    SampleField(name: "hộ tịch", objects: ["hộ tịch", "giấy khai sinh", "kết hôn"], agency: 0),
    SampleField(name: "chứng thực", objects: ["bản sao", "chữ ký", "hòa giải"], agency: 0),
    SampleField(
      name: "đất đai", objects: ["quyền sử dụng đất", "thửa đất", "biến động"], agency: 1),
    SampleField(
      name: "môi trường", objects: ["giấy phép môi trường", "khai thác nước"], agency: 1),
    SampleField(name: "cư trú", objects: ["thường trú", "tạm trú", "thẻ căn cước"], agency: 2),
    SampleField(name: "phương tiện", objects: ["biển số", "giấy đăng ký xe"], agency: 2),
    SampleField(name: "bảo trợ", objects: ["trợ cấp", "hỗ trợ mai táng"], agency: 3),
    SampleField(name: "việc làm", objects: ["giấy phép lao động", "thất nghiệp"], agency: 3),
    SampleField(name: "bảo hiểm", objects: ["thẻ bảo hiểm", "chế độ hưu"], agency: 4),
    SampleField(name: "thuế", objects: ["mã số thuế", "hoàn thuế", "lệ phí"], agency: 5),
    SampleField(name: "doanh nghiệp", objects: ["doanh nghiệp", "hộ kinh doanh"], agency: 6),
    SampleField(name: "xây dựng", objects: ["giấy phép xây dựng", "quy hoạch"], agency: 7),
    SampleField(name: "giao thông", objects: ["giấy phép lái xe", "phù hiệu"], agency: 8),
    SampleField(name: "y tế", objects: ["chứng chỉ hành nghề", "cơ sở thuốc"], agency: 9),
    SampleField(name: "giáo dục", objects: ["văn bằng", "tuyển sinh"], agency: 10),
    SampleField(name: "công thương", objects: ["hóa chất", "kinh doanh rượu"], agency: 11),
    SampleField(name: "điện lực", objects: ["điểm đấu nối", "hợp đồng điện"], agency: 12),
    SampleField(name: "nông nghiệp", objects: ["kiểm dịch", "thủy lợi"], agency: 13),
    SampleField(name: "khoa học", objects: ["đo lường", "chuyển giao công nghệ"], agency: 14),
    SampleField(name: "thông tin", objects: ["giấy phép mạng", "xuất bản phẩm"], agency: 15),
    SampleField(name: "văn hóa", objects: ["biểu diễn", "di tích"], agency: 16),
    SampleField(name: "nội vụ", objects: ["thi đua", "hội"], agency: 17),
    SampleField(name: "đối ngoại", objects: ["hộ chiếu", "lãnh sự"], agency: 18),
    SampleField(name: "ngân sách", objects: ["mã ngân sách", "tài sản công"], agency: 19),
  ]
}

/// The bodies that answer for services. In three of them answers are late more often than not.
struct SampleAgency: Sendable {
  let code: String
  let name: String
  /// How many of a thousand answers come in time.
  let inTime: Int

  /// How many of a thousand answers come in time, by agency.
  static let inTime: [Int] = all.map(\.inTime)

  static let all: [SampleAgency] = [
    ("Hộ tịch", 985), ("Tài nguyên", 700), ("Dân cư", 990), ("Xã hội", 955), ("Bảo hiểm", 978),
    ("Thuế", 982), ("Doanh nghiệp", 966), ("Xây dựng", 620), ("Giao thông", 940), ("Y tế", 921),
    ("Giáo dục", 975), ("Công thương", 988), ("Điện lực", 990), ("Nông nghiệp", 930),
    ("Khoa học", 912), ("Thông tin", 960), ("Văn hóa", 947), ("Nội vụ", 745), ("Đối ngoại", 893),
    ("Ngân sách", 850),
  ].enumerated().map { index, agency in
    SampleAgency(
      code: "CQ" + padded(index + 1, 2), name: "Cơ quan " + agency.0, inTime: agency.1)
  }
}
