"""Why a file was not taken."""

TEXTS = {
    "too_large": "Tệp lớn quá {limit} MB.",
    "empty": "Tệp này trống.",
    "unknown_kind": "Không nhận loại tệp này; chỉ nhận: {allowed}.",
    "no_photos": "Việc này không nhận ảnh, để giữ kín cho trẻ em. Hãy ghi số văn bản hoặc một dòng diễn giải.",
    "secret": "Tài liệu đóng dấu Mật không được đưa lên đây. Hãy chỉ ghi số, ký hiệu và ngày.",
    "broken": "Tệp bị hỏng, không đọc được.",
}
