"""Several clicks at once, on a database that really commits."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from tests.make import CHEAP, GUARDIANSHIP, NOW, PASSWORD, TAN_LAC, a_desk, a_user
from tests.web.conftest import KEY, Browser
from tthc.api.app import create_app
from tthc.domain.accounts import Role
from tthc.serving.context import Doors
from tthc.storage.tables.dossiers import Dossier
from tthc.web.app import register_pages

CLICKS = 6


def test_clicks_at_the_same_time_make_one_dossier_and_lead_to_the_same_slip(committed_sessions):
    with committed_sessions.begin() as session:
        a_desk(session)
        a_user(session, "clerk", (Role.RECEPTION, TAN_LAC))
    app = create_app(Doors(committed_sessions, lambda: NOW, KEY, hash_cost=CHEAP))
    register_pages(app)
    browser = Browser(app.test_client())
    browser.get("/sign-in")
    browser.send("/sign-in", {"username": "clerk", "password": PASSWORD})
    page = browser.page("/desk/new")
    session_token = browser.client.get_cookie("tthc_session").value
    fields = {"_token": browser.token, "_key": page.value("_key"), "channel": "1"}
    fields |= {"procedure_code": GUARDIANSHIP, "applicant.name": "Bùi Thị Hoà"}

    def click(_number):
        client = app.test_client()
        client.set_cookie("tthc_session", session_token)
        answer = client.post("/desk/new", data=fields)
        return answer.status_code, answer.headers.get("Location")

    with ThreadPoolExecutor(CLICKS) as pool:
        answers = set(pool.map(click, range(CLICKS)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 303
    with committed_sessions() as session:
        assert session.scalar(select(func.count()).select_from(Dossier)) == 1
