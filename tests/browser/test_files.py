"""Pictures are sent, and are there at once for everybody, in the room that was kept for them."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from accounts.models import User
from rooms.models import Attachment, Message, Room
from tests.browser.conftest import Browse
from tests.browser.person import until_live
from tests.rooms.files import picture

pytestmark = pytest.mark.once


def garden() -> FilePayload:
    return {"name": "garden.png", "mimeType": "image/png", "buffer": picture((900, 600))}


def box(page: Page, selector: str) -> tuple[int, int]:
    found = page.locator(selector).bounding_box()
    assert found is not None
    return round(found["width"]), int(found["height"])


def test_a_picture_is_sent_and_seen_live_without_anything_jumping(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    hers, his = browse(alice).enter(lobby), browse(bob).visit("about:blank")
    his.route("**/preview/", lambda route: None)  # the picture itself never comes
    his.goto("/rooms/lobby/")
    until_live(his)
    hers.get_by_role("button", name="Attach files").click()
    hers.get_by_label("Files (").set_input_files([garden()])
    hers.get_by_label("A text with them").fill("my garden")
    hers.locator("#attach").get_by_role("button", name="Send").click()
    for page in (hers, his):
        expect(page.locator("#m1")).to_contain_text("my garden")
        assert box(page, "#m1 img") == (400, 267)
    expect(hers.locator("#attach")).to_be_hidden()
    hers.wait_for_function("document.querySelector('#m1 img').naturalWidth > 0")
    assert box(hers, "#m1 img") == (400, 267)
    hers.get_by_role("button", name="Attach files").click()
    expect(hers.get_by_label("A text with them")).to_have_value("")
    broken = garden()
    broken["name"], broken["buffer"] = "x.png", b"\x89PNG\r\n\x1a\n"
    hers.get_by_label("Files (").set_input_files([broken])
    hers.locator("#attach").get_by_role("button", name="Send").click()
    expect(hers.get_by_role("alert")).to_contain_text("“x.png” is damaged")
    hers.get_by_label("Files (").set_input_files([garden()])
    hers.locator("#attach").get_by_role("button", name="Send").click()
    expect(his.locator("#m2 img")).to_have_count(1)
    assert Message.objects.count() == 2


def test_a_picture_is_sent_without_script(browse: Browse, bob: User, lobby: Room) -> None:
    page = browse(bob, java_script_enabled=False).visit("/rooms/lobby/files/")
    page.get_by_label("Files (").set_input_files([garden()])
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page).to_have_url("/rooms/lobby/")
    expect(page.locator("#m1 img")).to_have_attribute("width", "400")
    with page.context.expect_page() as opened:
        page.locator("#m1 .picture").click()
    file = Attachment.objects.get()
    expect(opened.value).to_have_url(f"/rooms/lobby/files/{file.key}/")
