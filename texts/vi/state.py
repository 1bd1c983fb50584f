"""Words for states, relations, bases and kinds."""

TEXTS = {
    "not_due": "chưa đến hạn",
    "due_soon": "sắp đến hạn",
    "overdue": "quá hạn",
    "submitted": "chờ xác nhận",
    "returned": "trả lại",
    "done_on_time": "hoàn thành đúng hạn",
    "done_late": "hoàn thành quá hạn",
    "running": "đang diễn ra",
    "advisory": "chưa cập nhật",
    "cancelled": "hủy",
    "no_response": "chưa phản hồi",
    "days_late": "quá hạn {days} ngày",
    "open_in_time": "chưa hoàn thành, trong hạn",
    "open_overdue": "chưa hoàn thành, quá hạn",
    "stated": "ghi trong văn bản",
    "law": "theo quy định",
    "custom": "theo thông lệ",
    "plan": "theo năm kế hoạch",
    "no-term": "văn bản không nêu thời hạn",
    "office": "Văn phòng ấn định",
}
