"""Words of a simulation: what the ladder would do, and what is wrong with the file of answers."""

TEXTS = {
    "title": "{plan}: diễn thử thang nhắc việc từ {first} đến {last} (không ghi, không gửi gì)",
    "day": "Ngày",
    "recipient": "Người nhận",
    "channel": "Kênh",
    "rungs": "Bậc",
    "what": "Nội dung",
    "totals": "Theo người nhận",
    "messages": "Số bản tin",
    "items": "Số lời nhắc",
    "last": "Lần cuối",
    "sum": "Cộng",
    "nothing": "Từ {first} đến {last} không ai được nhắc.",
    "acts": "Đơn vị làm gì (theo tệp): {acts}.",
    "act": "{kind} {count}",
    "file": "tệp",
    "case": "vụ việc (không nêu)",
    # refusals
    "backwards": "Ngày đầu {first} sau ngày cuối {last}.",
    "too_long": "Diễn thử nhiều nhất {limit} ngày một lần; ở đây là {days} ngày.",
    "unreadable": "Không đọc được {file}: {fault}.",
    "too_large": "{file} lớn hơn {limit} MB.",
    "unknown": "«{where}»: không có tên này trong kế hoạch hoặc trong cách viết; ý của bạn là {near}?",
    "not_understood": "«{where}: {value}»: không hiểu; viết «never», «after 3 days», «on 2025-05-20», «10 days», "
    "«yes», «no» hoặc «2025-05-01..2025-05-10».",
}
