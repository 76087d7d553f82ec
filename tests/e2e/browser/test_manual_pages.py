"""/docs and /redoc, as a person sees and uses them."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.browser.conftest import KEY, Visit
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.browser


def paths_of(stack: RealStack) -> set[str]:
    return set(stack.http.get(f"http://127.0.0.1:{stack.port}/openapi.json").json()["paths"])


def authorize(visit: Visit, key: str) -> None:
    visit.page.get_by_role("button", name="Authorize").first.click()
    visit.picture("authorize")
    form = visit.page.locator(".auth-container", has_text="bearer")
    form.get_by_label(re.compile("value", re.IGNORECASE)).fill(key)
    form.get_by_role("button", name="Apply credentials").click()
    visit.page.locator(".modal-ux").get_by_role("button", name="Close", exact=True).first.click()


def operation(visit: Visit, method: str, path: str) -> Locator:
    """The operation, opened."""
    found = visit.page.locator(f".opblock-{method}", has=visit.page.locator(f'[data-path="{path}"]'))
    found.locator(".opblock-summary-control").click()
    return found


def execute(block: Locator) -> tuple[str, str]:
    """Status and body of the answer to `Try it out`."""
    if block.get_by_role("button", name="Execute").count() == 0:
        block.get_by_role("button", name="Try it out").click()
    block.get_by_role("button", name="Execute").click()
    answer = block.locator(".live-responses-table .response").first
    expect(answer).to_be_visible()
    return answer.locator(".response-col_status").inner_text().split()[0], answer.locator("code").first.inner_text()


def test_swagger_ui_shows_every_endpoint(visit: Visit, stack: RealStack) -> None:
    visit.open("/docs")

    expect(visit.page.locator("h1, h2.title").first).to_contain_text("Swift Trainer API")
    paths = visit.page.locator(".opblock-summary-path")
    wanted = paths_of(stack)
    eventually(
        lambda: set(paths.evaluate_all("all => all.map(each => each.dataset.path)")), lambda shown: shown == wanted
    )
    visit.picture("docs")
    expect(visit.page).to_have_title("Swift Trainer API")


def test_try_it_out_asks_with_the_key_that_was_given(visit: Visit, stack: RealStack) -> None:
    visit.open("/docs")
    authorize(visit, KEY)

    status, body = execute(operation(visit, "get", "/api/v1/training/health"))

    visit.picture("health")
    assert status == "200"
    assert '"status": "healthy"' in body
    (asked,) = [request for request in visit.requests if request.url.endswith("/training/health")]
    assert asked.headers["authorization"] == f"Bearer {KEY}"


def test_without_a_key_try_it_out_shows_the_problem(visit: Visit) -> None:
    visit.open("/docs")

    status, body = execute(operation(visit, "get", "/api/v1/training/gpus"))

    visit.picture("unauthenticated")
    assert status == "401"
    assert '"code": "unauthenticated"' in body
    # That the answer was a 401 is the one thing the browser may remark on.
    assert [text for text in visit.complaints if "401" not in text] == []
    visit.complaints.clear()


def test_a_job_can_be_submitted_from_the_manual_and_its_examples_are_there(visit: Visit, stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder, steps=2, seconds_per_step=0.01)
    visit.open("/docs")
    authorize(visit, KEY)
    block = operation(visit, "post", "/api/v1/training/jobs")
    block.get_by_role("button", name="Try it out").click()
    offered = block.locator(".opblock-section-request-body select.examples-select-element option")
    expect(offered.filter(has_text="LLM")).not_to_have_count(0)
    visit.picture("submit")

    body = (
        f'{{"model_path": "{inputs["model_path"]}", "data_path": "{inputs["data_path"]}", "output_dir": "output/docs"}}'
    )
    block.locator("textarea.body-param__text").fill(body)
    status, answer = execute(block)

    visit.picture("submitted")
    assert status == "201"
    assert '"job_id": "docs"' in answer
    stack.wait_for("docs", "completed")


def test_redoc_shows_every_endpoint(visit: Visit, stack: RealStack) -> None:
    visit.open("/redoc")

    expect(visit.page.locator("h1").first).to_contain_text("Swift Trainer API")
    visit.picture("redoc")
    page = visit.page.locator("redoc, .redoc-wrap").first
    wanted = {*paths_of(stack), "Submit a training job"}

    def missing() -> set[str]:
        text = page.inner_text()
        return {words for words in wanted if words not in text}

    eventually(missing, lambda lacking: lacking == set(), what="the whole manual")
