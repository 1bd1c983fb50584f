"""What `kehoach verify` finds that is not as the ledger says."""

TEXTS = {
    "guard_missing": "Thiếu chốt giữ của cơ sở dữ liệu: {guard}.",
    "state_differs": "«{occurrence}»: trạng thái lưu khác sổ ghi ({differs}).",
    "terms_differ": "«{occurrence}»: nội dung, thời hạn lưu khác bản kế hoạch đã ghi ({differs}).",
    "plan_differs": "«{plan}»: dòng của kế hoạch khác bản đang có hiệu lực (lần {revision}).",
    "rungs_differ": "«{occurrence}»: các bậc nhắc việc còn lại khác với quy tắc.",
    "named_differ": "«{occurrence}»: ai được xem vụ việc khác với sổ ghi.",
    "file_missing": "Mất tệp minh chứng «{name}» ({sha256}).",
    "file_differs": "Tệp minh chứng «{name}» đã bị sửa ({sha256}).",
    "erased_differs": "Tệp minh chứng {sha256}: dấu đã xóa khác với sổ ghi.",
    "file_not_erased": "Tệp minh chứng {sha256} đã được xóa (bút toán số {seq}) nhưng vẫn còn trên đĩa; hãy xóa lại.",
}
