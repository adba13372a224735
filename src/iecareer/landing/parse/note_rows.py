"""Lines below a table that are no records: who made, checked or printed it, and remarks about it."""

from __future__ import annotations

from iecareer.contracts import RecordType

NOTES = (
    "^[(*※ ]*(附?注|说明|备注|填表|制表|制单|审核|复核|打印|导出|数据来源|本表|以上数据|第 ?[0-9]+ ?页|共 ?[0-9]+ ?页"
    "|[Nn]ote|NOTE)"
)
SIGNATURES = (
    "^[(*※ ]*(填表|填报|制表|制单|编制|审核|复核|经办|负责|打印|导出)"
    "(人|人员|员|单位|机构|部门|日期|时间)?[[:space:]]*:"
)


def is_note(kind: RecordType) -> str:
    """SQL, on the columns of a judged row, that is true for a line below the table.

    Of a remark no required column can be read: a merged one fills every column with its text. Signatures may fill some
    columns with names, so of them one required column that cannot be read is enough.
    """
    required = [column for column in kind.columns if column.required]
    unread = [f"({column.stored_name} is null or t_{column.name} = _first)" for column in required]
    lacking = [f"{column.stored_name} is null" for column in required]
    return (
        f"(regexp_matches(_first, '{NOTES}') and coalesce({' and '.join(unread) or 'false'}, false))"
        f" or (regexp_matches(_first, '{SIGNATURES}') and ({' or '.join(lacking) or 'false'}))"
    )
