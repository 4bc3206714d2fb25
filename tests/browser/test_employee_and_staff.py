"""An authority's employee fills in, staff decide, and the reader sees it in the same second."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, sign_in

pytestmark = pytest.mark.browser

Accounts = dict[str, dict[str, str]]


def go_on_with_the_report(page: Page) -> None:
    page.goto("/mijn")
    page.get_by_role("link", name=re.compile("Verder met de rapportage")).click()
    page.get_by_role("link", name=re.compile("^C ")).first.click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Inkoopvolume")


def test_what_is_typed_saves_itself_and_is_there_after_reloading(open_page: OpenPage, people: Accounts) -> None:
    page = open_page("/")
    sign_in(page, people["invuller"])
    go_on_with_the_report(page)
    page.locator("#c3").fill("17")
    expect(page.locator("#bewaarstatus")).to_contain_text(re.compile(r"Bewaard om \d\d:\d\d"))
    page.reload()
    expect(page.locator("#c3")).to_have_value("17")


def test_without_javascript_a_wrong_number_is_named_and_stays_on_screen(open_page: OpenPage, people: Accounts) -> None:
    page = open_page("/", java_script_enabled=False)
    sign_in(page, people["coordinator"])
    go_on_with_the_report(page)
    page.locator("#c3").fill("veel")
    page.get_by_role("button", name="Bewaar", exact=True).last.click()
    expect(page).to_have_title(re.compile("^Fout:"))
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("#c3")).to_have_value("veel")
    page.locator("#c3").fill("18")
    page.get_by_role("button", name="Bewaar", exact=True).last.click()
    expect(page).not_to_have_title(re.compile("^Fout:"))


def test_when_the_line_drops_the_page_says_so_and_saves_later(open_page: OpenPage, people: Accounts) -> None:
    page = open_page("/")
    sign_in(page, people["invuller"])
    go_on_with_the_report(page)
    page.context.set_offline(True)
    page.locator("#c3").fill("21")
    expect(page.locator("#bewaarstatus")).to_contain_text("Bewaren lukt niet", timeout=20_000)
    page.context.set_offline(False)
    expect(page.locator("#bewaarstatus")).to_contain_text("Bewaard om", timeout=30_000)


def test_staff_publish_a_report_and_the_reader_sees_it_at_once(open_page: OpenPage, people: Accounts) -> None:
    reader = open_page("/afspraken/voorbeeldafspraak")
    staff = open_page("/")
    sign_in(staff, people["beoordelaar"])
    staff.goto("/redactie/rapportages")
    link = staff.locator("main table a, main [role=table] a").first
    name = link.inner_text()
    link.click()
    staff.get_by_role("button", name="Neem in behandeling").click()
    staff.get_by_role("button", name="Goedkeuren en publiceren").click()
    expect(staff.locator("h1")).to_contain_text("Dit gaat iedereen lezen")
    staff.get_by_role("button", name="Goedkeuren en publiceren").click()
    expect(staff.locator("main")).to_contain_text(re.compile("openbaar|gepubliceerd", re.I))
    reader.goto("/zoeken?q=" + name.replace(" ", "+"))
    reader.get_by_role("link", name=re.compile(re.escape(name))).first.click()
    reader.get_by_role("link", name=re.compile("Rapportage over")).first.click()
    expect(reader.locator("main")).to_contain_text("Eigen opgave", ignore_case=True)


def test_staff_send_a_report_back_with_a_question_at_an_answer(open_page: OpenPage, people: Accounts) -> None:
    page = open_page("/")
    sign_in(page, people["beoordelaar"])
    page.goto("/redactie/rapportages")
    page.locator("main table a, main [role=table] a").last.click()
    page.get_by_role("button", name="Neem in behandeling").click()
    page.locator("#vraag-c1").get_by_text("Stel een vraag").click()
    page.locator("#opmerking-C1").fill("Klopt dit antwoord?")
    page.locator("#vraag-c1").get_by_role("button", name="Nog een vraag bij C1").click()
    page.locator("#opmerking-C1-2").fill("Is dit met btw?")
    for name in ("#soort-C1", "#soort-C1-2"):
        page.locator(name).select_option("unclear")
    expect(page.locator("#opmerking-C1")).to_have_value("Klopt dit antwoord?")
    page.get_by_role("button", name="Stuur de vragen").click()
    expect(page.locator("main")).to_contain_text("2 vragen zijn gestuurd")


def test_an_editor_writes_a_guide_with_preview_and_publishes_it(open_page: OpenPage, people: Accounts) -> None:
    page = open_page("/")
    sign_in(page, people["redacteur"])
    page.goto("/redactie/gidsen/nieuw")
    page.locator("[name=titel]").fill("Voorbeeldgids over bureaustoelen")
    page.locator("[name=adres]").fill("voorbeeldgids-bureaustoelen")
    page.locator("[name=samenvatting]").fill("Een gids die alleen voor een proef bestaat.")
    page.locator("[name=tekst]").fill("## Kiezen\n\nKies **opgeknapte** stoelen. <script>alert(1)</script>")
    expect(page.locator("strong", has_text="opgeknapte")).to_be_visible()
    page.get_by_role("button", name="Bewaren en publiceren").click()
    page.wait_for_url(re.compile("/publiceren"))
    page.get_by_role("button", name=re.compile("[Pp]ublice")).first.click()
    page.wait_for_url(lambda url: "/publiceren" not in url)
    page.goto("/zoeken?q=bureaustoelen+opgeknapt")
    expect(page.get_by_role("link", name="Voorbeeldgids over bureaustoelen").first).to_be_visible()


def test_an_error_that_was_mended_goes_and_comes_back_when_it_returns(open_page: OpenPage, people: Accounts) -> None:
    page = open_page("/")
    sign_in(page, people["invuller"])
    go_on_with_the_report(page)
    page.locator("#c3").fill("veel")
    expect(page.locator("#bewaarstatus")).to_contain_text("klopt nog niet")
    page.reload()
    expect(page.locator("#c3-fout")).to_be_visible()
    page.locator("#c3").fill("19")
    expect(page.locator("#c3-fout")).to_have_count(0)
    page.locator("#c3").fill("weinig")
    expect(page.locator("main")).to_contain_text("Vul een heel getal in")
    page.locator("#c3").fill("17")
    expect(page.locator("#bewaarstatus")).not_to_contain_text("klopt nog niet")
    expect(page.locator("main")).not_to_contain_text("Vul een heel getal in")
