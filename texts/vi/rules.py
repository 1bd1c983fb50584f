"""What the rules of days and deadlines refuse; in a plan's files the same is said with file and line (plan.py)."""

TEXTS = {
    "calendar_range": "Ngày {day} nằm ngoài lịch làm việc đã tính ({first} – {last}).",
    "no_leap_month": "Năm âm lịch {year} không có tháng {month} nhuận.",
    "no_lunar_day": "Năm âm lịch {year} không có ngày {day} tháng {month}.",
    "no_such_day": "Không có ngày «{day}» trong tháng.",
    "unknown_operator": "Không có phép tính hạn «{op}»; có: {allowed}.",
    "unknown_roll": "Không có cách dời ngày «{roll}»; có: {allowed}.",
    "unknown_step": "Không có chu kỳ «{step}»; có: {allowed}.",
    "unknown_unit_of_time": "Không có đơn vị thời gian «{unit}»; có: {allowed}.",
}
