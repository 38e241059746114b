"""A mapping says everything or is refused with the part that is wrong."""

from __future__ import annotations

import pytest

from tests import make
from tests.imports.world import REGISTER
from tthc.domain.lifecycle import Status
from tthc.domain.mapping import ProcedureMode, UnitMode
from tthc.domain.mapping_reading import MappingInvalidError, read_mapping


@pytest.mark.parametrize("name", ["igate", "receipt"])
def test_the_mappings_shipped_can_be_read(name):
    text = (make.ROOT / f"config/mappings/{name}.toml").read_text(encoding="utf-8")
    assert read_mapping(text).name == name


def test_what_is_left_out_has_a_usual_value():
    mapping = read_mapping(REGISTER)
    assert (mapping.delimiter, mapping.zone.key) == (",", "Asia/Ho_Chi_Minh")
    assert mapping.status.names["done"] is Status.FINISHED
    assert mapping.used[0] == "no"
    assert (mapping.unit.mode, mapping.procedure.mode) == (UnitMode.CODE, ProcedureMode.CODE)


def changed(old: str, new: str) -> str:
    assert old in REGISTER
    return REGISTER.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("name = ", "toml"),
        (changed('name = "desk"', 'name = "Desk 1"'), "name"),
        (changed('title = "A desk\'s register"', "title = 5"), "title"),
        (changed('key = "no"', ""), "key"),
        (changed('kind = "register"', 'kind = "book"'), "kind"),
        (changed('kind = "register"', 'kind = "register"\ndelimiter = "and"'), "delimiter"),
        (changed('kind = "register"', 'kind = "register"\nencoding = "latin-1"'), "encoding"),
        (changed('kind = "register"', 'kind = "register"\ncolour = "red"'), "colour"),
        (changed("[time]", '[time]\nzone = "Asia/Atlantis"'), "time.zone"),
        (changed("[time]", '[time]\nepoch = "1970"'), "time.epoch"),
        (changed('received_at = "in"', ""), "columns.received_at"),
        (changed('received_at = "in"', 'received_at = "in"\ncolour = "red"'), "columns.colour"),
        (changed('"direct" = 1\n"online" = 2', ""), "channel"),
        (changed('"direct" = 1', '"direct" = 9'), "channel.direct"),
        (changed('"direct" = 1', '"direct" = 1\n"DIRECT" = 2'), "channel.DIRECT"),
        (changed('"new" = 1', '"new" = 11'), "status.new"),
        (changed('status = "state"', ""), "status"),
        (changed('mode = "code"', 'mode = "map"'), "unit.mode"),
        (changed('mode = "code"', 'mode = "dossier_code"'), "columns.code"),
        (changed('mode = "code"', 'mode = "create"'), "unit.prefix"),
        (changed('mode = "code"', 'mode = "code"\nempty = "maybe"'), "unit.empty"),
        (changed('procedure = "procedure"', ""), "columns.procedure"),
        (REGISTER + 'drop = "Thủ tục"', "procedure.drop"),
        (
            REGISTER.replace('[procedure]\nmode = "code"', '[procedure]\nmode = "constant"'),
            "procedure.value",
        ),
        (REGISTER + '[ignored]\ncolumns = ["in"]', "ignored.columns"),
        (REGISTER + "[finished]\nwhen_status = [4]", "finished.when_status"),
        (REGISTER + "[finished]\nwhen_status = 9", "finished.when_status"),
        (REGISTER + "[finished]\nclosed_when_status = [9]", "finished.closed_when_status"),
        ("channel = 5\n" + REGISTER.replace("[channel]\n", "[other]\n"), "other"),
        ('unit = "x"\n' + REGISTER.replace('[unit]\nmode = "code"', ""), "unit"),
    ],
)
def test_each_fault_is_named(text, field):
    with pytest.raises(MappingInvalidError) as refused:
        read_mapping(text)
    assert refused.value.details["field"] == field


def test_without_a_status_column_the_dates_tell_and_must_agree():
    bare = REGISTER.replace('status = "state"\n', "")
    bare = bare[: bare.index("[status]")] + bare[bare.index("[unit]") :]
    assert read_mapping(bare).status.without_end is Status.PROCESSING
    with pytest.raises(MappingInvalidError):
        read_mapping(bare + "[status_by_dates]\nwith_end = 4")
