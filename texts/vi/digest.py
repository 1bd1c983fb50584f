"""Words of digests: all that waits for one person on one day."""

TEXTS = {
    "subject": "Nhắc việc ngày {day}: {counts}",
    "subject.request": "Đề nghị phối hợp, ngày {day}: {counts}",
    "count.late": "{count} việc quá hạn",
    "count.today": "{count} việc hạn hôm nay",
    "count.confirm": "{count} việc chờ xác nhận",
    "count.before": "{count} việc sắp đến hạn",
    "count.request": "{count} nội dung đề nghị phối hợp",
    "count.advisory": "{count} việc cần cập nhật",
    "opening": "{sender} tổng hợp các nội dung cần lưu ý trong ngày {day}:",
    "section.late": "QUÁ HẠN ({count})",
    "section.today": "HÔM NAY LÀ NGÀY CUỐI CỦA THỜI HẠN ({count})",
    "section.confirm": "CHỜ XÁC NHẬN ({count})",
    "section.before": "SẮP ĐẾN HẠN ({count})",
    "section.request": "ĐỀ NGHỊ PHỐI HỢP ({count})",
    "section.advisory": "CẬP NHẬT TÌNH HÌNH THỰC HIỆN ({count})",
    "done": "- Đã thực hiện: {done}",
    "why": "- Lý do gửi: {why}",
    # what was done already
    "done.told": "đã thông báo {times} lần, gần nhất ngày {day}",
    "done.urged": "đã đôn đốc bằng hình thức khác (điện thoại, gặp trực tiếp, văn bản) ngày {day}",
    "done.urged.request": "đã liên hệ trực tiếp ngày {day}",
    "done.acknowledged": "đơn vị đã xác nhận nhận được thông báo ngày {day}",
    "done.acknowledged.request": "đã nhận được phản hồi ngày {day}",
    "done.returned": "kết quả đã được trả lại để bổ sung, thực hiện lại",
    "done.submitted": "đã báo cáo ngày {day}, chờ xác nhận",
    # who could not be reached, to the monitoring officer
    "unsent": "THÔNG BÁO CHƯA GỬI ĐƯỢC ({count})",
    "unsent.count": "có thông báo chưa gửi được",
    "unsent.line": "{name}: {notices} thông báo; {reason}",
    "unsent.dead": "địa chỉ {address} không nhận được thư ({reason})",
    # the desk
    "opens": "Trang của {unit}, mở không cần đăng nhập đến hết ngày {day}. Điều ghi ở đó là lời của đơn vị: đừng "
    "chuyển tiếp.",
    "board": "Bảng theo dõi (cần đăng nhập):",
    "cases": "Vụ việc giao cho bạn (cần đăng nhập):",
    # for chats
    "brief.late": "• {title} ({unit}): quá hạn {days} ngày (hạn {last_day})",
    "brief.today": "• {title} ({unit}): hạn hôm nay ({last_day})",
    "brief.confirm": "• {title} ({unit}): đã báo cáo, chờ xác nhận",
    "brief.before": "• {title} ({unit}): còn {days} ngày (hạn {last_day})",
    "brief.request": "• {title} ({unit}): đề nghị phối hợp (thời gian đề nghị: {last_day})",
    "brief.advisory": "• {title} ({unit}): đề nghị cập nhật tình hình (ngày dự kiến {last_day})",
    "more": "… và {count} nội dung khác",
    # the calendar that comes with it
    "calendar": "Nhắc việc ngày {day}",
    # what a delivery did, in one line
    "held.day-off": "ngày nghỉ",
    "held.early": "chưa đến giờ gửi",
    "held.quiet": "ngoài giờ gửi",
    "held.told-today": "người nhận đã có bản tổng hợp của ngày hôm nay",
    "run.digests": "{plan}: {digests} bản tổng hợp gửi tới kênh riêng của người nhận.",
    "run.held": "{plan}: giữ lại {held} thông báo, gửi vào lượt sau ({why}).",
    "run.undelivered": "{plan}: {undelivered} người nhận chưa nhận được thông báo (xem danh sách chưa gửi được).",
}
