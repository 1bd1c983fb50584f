"""Words of the pages."""

TEXTS = {
    "other_language": "English",
    "what": "Lịch các thời hạn và đợt cao điểm của kế hoạch, tự cập nhật. Bấm một nút dưới đây để đăng ký.",
    "within_app": "Đang xem trong Zalo hay Facebook? Ở đó các nút có thể không chạy: chọn «⋯», «Mở bằng trình duyệt», "
    "rồi bấm lại.",
    "way_apple": "iPhone, iPad, Mac",
    "note_apple": "Mở ứng dụng Lịch. Để được nhắc việc, tắt «Xóa lời nhắc» khi đăng ký.",
    "way_google": "Google Lịch",
    "note_google": "Trên máy tính; điện thoại sẽ thấy theo. Google đọc lại sau 8 đến 24 giờ.",
    "way_outlook": "Outlook.com",
    "note_outlook": "Tài khoản cá nhân. Outlook đọc lại khoảng ba giờ một lần.",
    "way_office": "Outlook của cơ quan (Microsoft 365)",
    "note_office": "Tài khoản cơ quan hoặc trường học.",
    "copy": "Ứng dụng khác",
    "copy_note": "Chép địa chỉ này vào mục «đăng ký lịch qua mạng» (Thunderbird, DAVx⁵, ICSx⁵…). Đừng tải về: bản tải "
    "về không cập nhật.",
    "phone": "Mở trên điện thoại",
    "phone_note": "Đưa máy ảnh của điện thoại vào mã này.",
    "keep": "Giữ kín đường dẫn này",
    "keep_note": "Ai có đường dẫn đều đọc được lịch. Nếu lỡ lộ, báo Văn phòng thu hồi và cấp đường dẫn mới.",
    "refused_title": "Đường dẫn không mở được",
    "refused_404": "Đường dẫn này không đúng hoặc không còn dùng.",
    "refused_429": "Quá nhiều lần thử. Hãy đợi một phút.",
    "refused_next": "Hãy xin Văn phòng đường dẫn mới.",
    "no_page": "Không có trang này.",
    "bad_query": "Chỉ nhận: as=event hoặc todo; lang=vi hoặc en; alarms=on hoặc off.",
}
