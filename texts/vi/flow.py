"""Words of the nightly run."""

TEXTS = {
    "api_not_started": "không khởi động được Prefect trong máy: {reason}",
    "no_home": "không ghi được vào thư mục dữ liệu {place}: {reason}",
    "failed": "lượt chạy {stage} không hoàn thành: {reason}",
    "unknown_stage": "không có lượt chạy {stage}; có: {allowed}",
    "wrong_day": "ngày không đúng dạng NĂM-THÁNG-NGÀY: {day}",
    "wrong_instant": "thời điểm phải ghi theo ISO 8601, kèm múi giờ: {instant}",
    "bad_setting": "thiết lập {name} không dùng được: «{value}»; viết như: {right}",
    "column.unit": "Đơn vị",
    "column.done_on_time": "Hoàn thành đúng hạn",
    "column.done_late": "Hoàn thành quá hạn",
    "column.open_in_time": "Chưa hoàn thành, trong hạn",
    "column.open_overdue": "Chưa hoàn thành, quá hạn",
    "progress": "Tiến độ thực hiện kế hoạch đến ngày {day}",
}
