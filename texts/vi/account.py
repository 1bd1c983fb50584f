"""Words of accounts and signed links: refusals, and what the command line says."""

TEXTS = {
    "bad_key": "Tệp khóa «{file}» không đúng; khôi phục nó từ bản sao lưu.",
    "link_days": "Đường dẫn dùng được từ 1 đến {most} ngày.",
    "link_of_group": "{unit} là một nhóm: lập đường dẫn cho từng đơn vị trong nhóm.",
    "unknown_link": "Không có đường dẫn «{id}» còn hiệu lực.",
    "bad_login": "Tên đăng nhập «{login}» chỉ gồm chữ thường không dấu, chữ số và . _ - @.",
    "login_taken": "Tên đăng nhập «{login}» đã có người dùng.",
    "unknown_role": "Không có vai trò «{role}»; chọn trong: {allowed}.",
    "needs_unit": "Vai trò này phải nêu đơn vị.",
    "roles_apart": "Vai trò của đơn vị ({of_unit}) không đi cùng vai trò khác ({others}).",
    "unknown": "Không có tài khoản «{login}» còn hiệu lực.",
    "invitation_over": "Thư mời này đã dùng hoặc đã hết hạn.",
    "password_differs": "Hai lần gõ mật khẩu không giống nhau.",
    "password_short": "Mật khẩu cần ít nhất {shortest} ký tự.",
    "password_long": "Mật khẩu dài nhất {longest} ký tự.",
    "password_known": "Mật khẩu này quá dễ đoán; hãy dùng một câu ngắn dễ nhớ.",
    "wrong_code": "Mã 6 số không đúng; hãy gõ mã đang hiện trên điện thoại.",
    "wrong": "Tên đăng nhập, mật khẩu hoặc mã không đúng.",
}
