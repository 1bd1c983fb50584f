"""Words of erasing: what was written by mistake, and what then stands in its place."""

TEXTS = {
    "erase": "Xóa lời ghi…",
    "erase_file": "Xóa tệp…",
    "what": "Lời ghi mất hẳn, không lấy lại được. Trong sổ còn: ai ghi, ngày nào, ai xóa và vì sao.",
    "what_file": "Tệp và tên tệp mất hẳn, không lấy lại được. Trong sổ còn mã băm của tệp, ai xóa và vì sao.",
    "which_file": "Tệp nào",
    "all_files": "Tất cả các tệp của lần báo này",
    "reason": "Vì sao xóa",
    "reason_note": "nói chung, không nhắc lại điều bị xóa; câu này giữ mãi",
    "reason_1": "Ghi nhầm thông tin cá nhân",
    "reason_2": "Người có thông tin yêu cầu",
    "reason_3": "Gửi nhầm tệp",
    "do": "Xóa hẳn",
    "do_file": "Xóa hẳn tệp",
    "erased": "lời ghi đã được xóa ngày {day}",
    "file_erased": "tệp đã được xóa ngày {day}",
    "done": "Đã xóa. Việc xóa được ghi vào sổ.",
    "cli_text": "Đã xóa lời ghi của bút toán số {of}; ghi nhận tại số {seq}.",
    "cli_file": "Đã xóa tệp của bút toán số {of}; ghi nhận tại số {seq}.",
    "cli_text_before": "Lời ghi của bút toán số {of} đã được xóa ngày {day} (số {seq}).",
    "cli_file_before": "Tệp của bút toán số {of} đã được xóa ngày {day} (số {seq}).",
    # refusals
    "bad_what": "«{value}» không phải việc (nhiệm-vụ/đơn-vị/kỳ) hay số bút toán (12).",
    "which": "«{occurrence}» có nhiều chỗ xóa được: bút toán số {seqs}. Hãy nêu một số.",
    "nothing": "«{occurrence}» không có gì để xóa.",
    "no_file": "Bút toán số {seq} không kèm tệp nào.",
    "no_such_file": "Bút toán số {seq} không có (hoặc có nhiều) tệp mà mã băm bắt đầu bằng «{only}».",
    "only_office": "Chỉ Văn phòng xóa lời ghi.",
    "not_office": "{by} không xóa lời ghi được; chỉ Văn phòng ({allowed}).",
    "reason_long": "Lý do dài quá {most} ký tự; chỉ cần nói chung.",
    "reason_tells": "Lý do nhắc lại điều bị xóa hoặc có thể cho biết người đó là ai; lý do giữ mãi nên hãy nói chung, "
    "chẳng hạn «Ghi nhầm thông tin cá nhân».",
    "erased_before": "Đúng tệp này đã được xóa khỏi sổ, không ghi lại được.",
    "file_stays": "Đã ghi việc xóa nhưng chưa xóa được tệp {sha256} ({fault}). Hãy xóa lại lần nữa.",
    "pages_stay": "Đã xóa lời ghi số {seq} và ghi vào sổ, nhưng tệp cơ sở dữ liệu đang bận hoặc đĩa đầy nên bản cũ "
    "có thể còn trong các trang trống. Hãy xóa lại lần nữa.",
}
