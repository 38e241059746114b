"""The public catalogue: found without accents, shown as it is on a day."""

from dataclasses import replace
from datetime import date

import pytest

from tests.make import BIRTH, GUARDIANSHIP, NOW
from tests.web.html import Document, check_readable
from tthc.domain.catalogue import OfferedLimit
from tthc.domain.dossier import Channel
from tthc.domain.limits import Counting, LimitUnit, TimeLimit
from tthc.domain.reference import ServiceLevel
from tthc.services.loading import LevelDecision, load_service_levels
from tthc.web.catalogue import limit_name
from tthc.web.texts import TEXTS


@pytest.fixture
def reader(stranger, catalogue):
    return stranger


def found(page):
    links = (link.get("href") for link in page.all("a"))
    return [link.rpartition("/")[2] for link in links if link and link.startswith("/thu-tuc/")]


def test_everything_in_force_is_listed_by_field(reader):
    page = reader.page("/thu-tuc")
    check_readable(page)
    assert len(found(page)) == len(set(found(page))) > 100
    assert "Hộ tịch" in {heading.text for heading in page.all("h2")}


@pytest.mark.parametrize("typed", ["khai sinh", "KHAI SINH", "khai\u00a0sinh", BIRTH, "ks"])
def test_a_procedure_is_found_however_it_is_typed(reader, typed):
    page = Document(reader.get("/thu-tuc", query_string={"q": typed}).text)
    check_readable(page)
    assert BIRTH in found(page)


@pytest.mark.parametrize("typed", ["zzzz", "%z", "_", "\\", "<script>", "x" * 4000])
def test_what_fits_nothing_is_told(reader, typed):
    answer = reader.get("/thu-tuc", query_string={"q": typed})
    assert answer.status_code == 200
    check_readable(Document(answer.text))
    assert "Không có thủ tục nào" in answer.text


def test_a_procedure_tells_its_limits_its_decision_and_since_when(reader):
    page = reader.page(f"/thu-tuc/{GUARDIANSHIP}")
    check_readable(page)
    told = page.one("main").text
    for fact in ("Đăng ký giám hộ", "3 ngày làm việc", "Trực tiếp", "từ ngày 01/07/2025"):
        assert fact in told
    assert "Chưa có quyết định của tỉnh" in told


def test_a_procedure_is_shown_as_it_is_on_the_day(reader, session):
    full = ServiceLevel.FULL_ONLINE
    decision = LevelDecision(GUARDIANSHIP, full, date(2026, 6, 1), "1/QĐ-UBND", "test")
    load_service_levels(session, [decision], now=NOW)
    session.commit()
    for day, told in (("2026-05-31", "Chưa có quyết định"), ("2026-06-01", "Toàn trình")):
        page = reader.page(f"/thu-tuc/{GUARDIANSHIP}?on={day}")
        assert told in page.one("dl").text


def test_before_it_was_in_force_it_says_so_and_names_its_versions(reader):
    page = reader.page(f"/thu-tuc/{GUARDIANSHIP}?on=2025-06-30")
    check_readable(page)
    assert "không có hiệu lực ngày 30/06/2025" in page.one("div", role="status").text
    assert f"{GUARDIANSHIP}?on=2025-07-01" in found(page)


@pytest.mark.parametrize("day", ["x", "2026-02-30", "20260601", "9999-01-01"])
def test_what_is_no_day_shows_today_and_says_so(reader, day):
    page = reader.page(f"/thu-tuc/{GUARDIANSHIP}?on={day}")
    check_readable(page)
    assert "Ngày không hợp lệ" in page.one("div", role="alert").text
    assert page.value("on") == "2026-03-02"


@pytest.mark.parametrize("code", ["9.999999", "x", "%2e%2e"])
def test_what_is_no_procedure_is_not_there(reader, code):
    answer = reader.get(f"/thu-tuc/{code}")
    assert answer.status_code == 404
    check_readable(Document(answer.text))


def test_a_page_asks_little_of_the_database(reader, statements):
    for place, most in (("/thu-tuc", 1), ("/thu-tuc?q=khai", 1), (f"/thu-tuc/{BIRTH}", 2)):
        reader.get(place)
        with statements() as asked:
            reader.get(place)
        assert len(asked) <= most, asked


def test_every_limit_can_be_told():
    offer = OfferedLimit(
        1, "default", "", Channel.DIRECT, TimeLimit(2, LimitUnit.WORKING_DAY), True, ""
    )
    limits = [TimeLimit(2, unit) for unit in LimitUnit]
    limits += [
        TimeLimit(n, LimitUnit.WORKING_DAY, counting)
        for n, counting in ((0, Counting.HALF_DAY), (2, Counting.HALF_DAY), (0, Counting.IN_DAY))
    ]
    names = [limit_name(replace(offer, limit=limit)) for limit in limits]
    assert len(set(names)) == len(names)
    for texts in TEXTS.values():
        assert all(texts(f"limit.{name}", amount=2) for name in names)
