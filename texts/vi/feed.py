"""Words of calendar links: the command line's and the refusals."""

TEXTS = {
    "unknown": "Không có đường dẫn lịch «{id}» còn hiệu lực; hiện có: {near}.",
    "made": "Đường dẫn {id} của lịch «{name}». Mã bí mật chỉ hiện một lần này, ai có nó thì đọc được lịch:",
    "page": "Trang hướng dẫn: {address}",
    "link": "Đăng ký lịch:    {address}",
    "rotated": "Đường dẫn cũ của {id} không còn mở được nữa.",
    "revoked": "Đã thu hồi đường dẫn {id}: không ai mở được nữa.",
    "none": "Chưa có đường dẫn lịch nào. Lập bằng «kehoach feed add».",
    "column_id": "Mã",
    "column_which": "Lịch",
    "column_label": "Cấp cho",
    "column_made": "Lập ngày",
    "column_by": "Người lập",
    "column_state": "Tình trạng",
    "standing": "còn hiệu lực",
    "rotated_on": "đổi mã ngày {day}",
    "revoked_on": "thu hồi ngày {day}",
    "needs_id": "Ghi mã đường dẫn: «kehoach feed {action} MÃ»; xem «kehoach feed list».",
    "no_id_here": "«kehoach feed {action}» không nhận mã đường dẫn.",
    "serving": "Đang phục vụ tại {address} (dừng: Ctrl-C).",
    "cannot_listen": "Không mở được cổng {port} tại {host}: {reason}.",
}
