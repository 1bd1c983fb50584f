"""Words of the page of the API; what is told of each verb is in texts/*/api.py and api_fields.py."""

TEXTS = {
    "skip": "Đến nội dung",
    "what": "Cùng các động từ và cùng JSON với dòng lệnh «kehoach». Phần mềm của phường (văn bản, một cửa, nhà "
    "trường…) xem tình hình và ghi vào sổ qua đây, bằng một mã truy cập. Trang này làm từ chính tài liệu "
    "OpenAPI nên luôn khớp với máy chủ đang chạy.",
    "for_machines": "Tài liệu cho máy (OpenAPI 3.1)",
    "other_language": "English",
    "contents": "Mục lục",
    "token": "Lấy mã truy cập",
    "calling": "Cách gọi",
    "refused": "Khi bị từ chối",
    "types": "Các kiểu trả lời",
    "token_how": "Văn phòng lập mã cho từng hệ thống, ở trang «Tài khoản», mục «Mã truy cập», hoặc bằng dòng lệnh. Mã "
    "chỉ hiện một lần, có hạn dùng, thu hồi được.",
    "token_label": "Phần mềm quản lý văn bản",
    "token_send": "Mã gửi trong tiêu đề Authorization, không bao giờ trong địa chỉ. $HOST là địa chỉ của máy chủ này, "
    "$TOKEN là mã:",
    "token_may": "Quyền của mã như tài khoản cùng vai trò và đơn vị: mã của một đơn vị chỉ thấy và chỉ ghi việc của "
    "đơn vị mình. Vụ việc của trẻ em không có ở đây, với bất cứ mã nào.",
    "days": "Ngày viết 2025-05-20, tính theo giờ của kế hoạch; «từ» và «đến» đều tính cả ngày ấy. Điều chưa biết "
    "là null.",
    "by_whom": "Lời của đơn vị khác thì phải nêu đến bằng cách nào (channel), và của ai (by) nếu không phải đơn vị "
    "đang giữ việc. Trong sổ, người ghi là token:<mã số>.",
    "repeat": "Gửi lại cùng Idempotency-Key (hoặc request_id) với đúng nội dung ấy thì không ghi thêm, repeated là "
    "true; với nội dung khác thì bị từ chối (409). Không có mã đó thì mỗi lần gửi là một bản ghi.",
    "etag": "Giữ ETag của lần trả lời trước và gửi lại bằng If-None-Match: không có gì mới thì trả lời 304, rất "
    "nhẹ; hỏi mỗi phút cũng được.",
    "pages": 'Danh sách dài trả lời từng trang (limit): trang tiếp theo ở tiêu đề Link, rel="next".',
    "files": "Nội dung là JSON, có Content-Length. Nội dung có tệp gửi được cả bằng multipart/form-data, mỗi mục "
    "một phần.",
    "limits": "Trong một phút: 300 bản ghi của một mã, 30 lần mã sai từ một địa chỉ; quá thì 429 và Retry-After.",
    "cors": "API dành cho máy chủ, không cho trang web của nơi khác: không có CORS, cookie không được xét.",
    "versions": "Trong /api/v1 chỉ có thêm: mục, tham số, mã lý do mới; hãy bỏ qua mục không biết. Điều gì thay đổi "
    "hợp đồng sẽ ở /api/v2, và v1 còn chạy ít nhất một năm sau đó.",
    "of_all": "Tham số dùng ở mọi nơi",
    "field": "Mục",
    "value": "Giá trị",
    "meaning": "Ý nghĩa",
    "required": "bắt buộc",
    "who": "Ai được dùng",
    "everybody": "mọi vai trò; mã của đơn vị chỉ thấy việc của đơn vị",
    "parameters": "Tham số",
    "parameters_of": "Tham số của {what}",
    "body": "Nội dung (JSON)",
    "body_parts": "Nội dung (JSON, hoặc multipart/form-data với tệp nguyên như nó là)",
    "body_of": "Nội dung của {what}",
    "answer": "Trả lời",
    "also": "cũng có thể",
    "refused_how": "Theo RFC 9457 (application/problem+json): code cho máy, title và detail cho người (?lang= hoặc "
    "Accept-Language), errors có mọi chỗ sai cùng lúc. Trong ngoặc nhọn là chỗ điền.",
    "in_errors": "Riêng trong errors",
    "codes_of": "Mã lý do, {status}",
    "words": "Lời",
    "fields_of": "Các mục của {what}",
}
