"""Why a file was not taken."""

TEXTS = {
    "several": "Chưa ghi gì. Cần sửa:",
    "too_many": "Nhiều tệp quá: mỗi lần báo nhiều nhất {most} tệp. Hãy gộp các trang vào một tệp PDF.",
    "too_large_together": "Các tệp cộng lại lớn quá {limit} MB. Hãy gửi ít tệp hơn hoặc ảnh nhỏ hơn.",
    "day_full": "Hôm nay {unit} chỉ còn gửi được {left} MB tệp (mỗi ngày {most} MB). Hãy ghi báo cáo không kèm tệp "
    "ngay bây giờ; tệp thì mai gửi tiếp hoặc đưa cho Văn phòng.",
    "too_large": "Tệp lớn quá {limit} MB.",
    "empty": "Tệp này trống.",
    "unknown_kind": "Không nhận loại tệp này; chỉ nhận: {allowed}.",
    "heic": "Ảnh HEIC của iPhone chưa nhận được. Chụp màn hình ảnh ấy rồi gửi ảnh chụp màn hình; hoặc vào Cài đặt, "
    "Camera, Định dạng, chọn «Tương thích nhất» rồi chụp lại.",
    "encrypted": "Tệp có mật khẩu hoặc bị khóa, không xem được bên trong. Hãy gửi bản không đặt mật khẩu.",
    "too_many_pixels": "Ảnh có kích thước lớn khác thường. Hãy gửi ảnh nhỏ hơn.",
    "no_photos": "Việc này không nhận ảnh, để giữ kín cho trẻ em. Hãy ghi số văn bản hoặc một dòng diễn giải.",
    "secret": "Tài liệu đóng dấu Mật không được đưa lên đây. Hãy chỉ ghi số, ký hiệu và ngày.",
    "broken": "Tệp bị hỏng, không đọc được.",
}
