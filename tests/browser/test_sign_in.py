"""The whole way of a sign-in in a browser: the form, a provider, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.form import Visit, served
from tests.browser.provider import CLIENT, FORGED, LIES, USERS, Provider, providing

pytestmark = pytest.mark.browser
FIRST, SECOND = USERS
SCREEN = {"width": 1400, "height": 900}
COOKIE = "_streamlit_user"
SECRETS = """
[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "a long text that is random where it matters"
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
"""


@dataclass(frozen=True)
class Form:
    """A running form that people sign in to, and its provider."""

    address: str
    provider: Provider


class Person(Visit):
    """A browser of one's own at the form."""

    def __init__(self, browser: Any, form: Form) -> None:
        self.context = browser.new_context(viewport=SCREEN)
        super().__init__(self.context, form.address)
        self.sign_in_button = self.tab.get_by_role("button", name="Sign in", exact=True)

    def to_provider(self) -> None:
        """Press Sign in."""
        self.until(self.sign_in_button.click, self.tab.get_by_role("link", name="Cancel"))

    def pick(self, name: str) -> None:
        """Choose on the provider's page, and wait for the form."""
        self.tab.get_by_role("link", name=name, exact=True).click()
        self.settled()

    def sign_in(self, user: str) -> None:
        """Sign in as a user."""
        self.to_provider()
        self.pick(user)
        self.tab.get_by_text(f"Signed in as The {user}").wait_for()

    def sign_out(self) -> None:
        """Sign out."""
        button = self.tab.get_by_role("button", name="Sign out", exact=True)
        self.until(button.click, self.sign_in_button)
        self.settled()

    def is_told(self, text: str) -> None:
        """Wait for a sentence."""
        self.tab.get_by_text(text).first.wait_for()

    @property
    def cookies(self) -> dict[str, str]:
        return {one["name"]: one["value"] for one in self.context.cookies()}

    def is_nobody(self) -> bool:
        """Whether the page stands without a fault, and offers to sign in."""
        self.sign_in_button.wait_for()
        faults = self.tab.get_by_test_id("stException").count()
        said = self.tab.locator("body").inner_text()
        return not (faults or "Traceback" in said or "Signed in as" in said)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Form]:
    secrets: Path = tmp_path_factory.mktemp("secrets") / "secrets.toml"
    with providing() as provider:
        known = {"client": CLIENT, "secret": provider.secret, "issuer": provider.issuer}
        secrets.write_text(SECRETS.format(**known), encoding="utf-8")
        with served(f"--secrets.files={secrets}", log_name="sign_in") as address:
            provider.redirect = f"{address}/oauth2callback"
            yield Form(address, provider)


@pytest.fixture
def person(browser: Any, form: Form) -> Iterator[Callable[[], Person]]:
    """Begins a browser that nobody signed in with; what the provider was told to do ends here."""
    with ExitStack() as until_the_end:

        def begin() -> Person:
            found = Person(browser, form)
            until_the_end.enter_context(closing(found.context))
            return found

        yield begin
        form.provider.lie = ""
        form.provider.refused.clear()


def test_what_one_saves_is_theirs_alone_until_they_share_it(form: Form, person) -> None:
    first = person()
    first.open("/?liquid=LFP&region=DEU")
    first.sign_in(FIRST)
    link = first.save("Plant in Germany")
    first.go_to("Saved", "Saved scenarios")
    name = first.tab.get_by_label("New name", exact=True)
    assert name.input_value() == "Plant in Germany"
    first.sign_out()
    assert COOKIE not in first.cookies
    first.open("/saved")
    first.is_told("Sign in, in the side bar, to see what you saved.")
    assert name.count() == 0

    second = person()
    second.open(f"/{link}")
    second.is_told("if it is yours, sign in first")
    second.sign_in(SECOND)
    second.is_told("The link opens nothing: there is no saved scenario")
    second.go_to("Saved", "Saved scenarios")
    second.is_told("Nothing is saved yet.")

    first.open(f"/{link}")
    first.is_told("if it is yours, sign in first")
    first.sign_in(FIRST)
    first.is_told("Opened: Plant in Germany, version 1")
    assert "region=DEU" in first.tab.url
    first.go_to("Saved", "Saved scenarios")
    assert name.input_value() == "Plant in Germany"
    first.tab.get_by_role("button", name="Share with all who have the link").click()
    first.is_told("Shared: Plant in Germany.")

    second.open(f"/{link}")
    second.is_told("by The first")
    assert "region=DEU" in second.tab.url
    fold = second.tab.get_by_test_id("stExpander").filter(has_text="Save and link")
    new = fold.get_by_role("button", name="Save as new")
    second.until(fold.get_by_text("Save and link").click, new)
    assert fold.get_by_role("button", name="Save as a further version").count() == 0
    second.go_to("Saved", "Saved scenarios")
    second.is_told("Nothing is saved yet.")
    assert form.provider.refused == []


def test_one_comes_back_to_the_inputs_signed_in_or_not(form: Form, person) -> None:
    one = person()
    one.open("/minerals?region=DEU&liquid=LFP")
    one.choose("Cell plant in", "AUS Australia")
    one.tab.wait_for_function("() => location.search.includes('region=AUS')")
    left = one.tab.url
    one.to_provider()
    one.pick("Cancel")
    one.is_told("You were not signed in.")
    one.tab.wait_for_url(left)
    assert one.is_nobody()
    one.sign_in(FIRST)
    assert one.tab.url == left
    one.is_told("Minerals by chemistry")
    assert "battcalc_back" not in one.cookies
    assert form.provider.refused == []


@pytest.mark.parametrize("lie", ["secret", *LIES, *FORGED])
def test_a_provider_that_lies_signs_nobody_in(form: Form, person, lie: str) -> None:
    form.provider.lie = lie
    one = person()
    one.open("/saved")
    one.to_provider()
    one.pick(FIRST)
    one.is_told("You were not signed in.")
    assert one.is_nobody() and COOKIE not in one.cookies
    expected = ["/token: invalid_client"] if lie == "secret" else []
    assert form.provider.refused == expected


def test_a_provider_that_does_not_answer_is_told_and_one_can_go_back(form: Form, person) -> None:
    form.provider.lie = "absent"
    one = person()
    one.open("/saved")
    one.until(one.sign_in_button.click, one.tab.get_by_text("Authentication error"))
    assert one.tab.locator("body").inner_text() == "Authentication error"
    one.tab.go_back()
    one.settled()
    assert one.is_nobody() and one.tab.url.endswith("/saved")


def test_a_way_back_serves_only_the_browser_it_was_made_for(form: Form, person) -> None:
    one, other = person(), person()
    one.open("/saved")
    one.to_provider()
    way = one.tab.get_by_role("link", name=SECOND, exact=True).get_attribute("href")
    for strange in (way, f"{form.provider.redirect}?code=1&state=1"):
        other.tab.goto(strange)
        assert other.is_nobody() and COOKIE not in other.cookies
    one.pick(SECOND)
    one.is_told("Signed in as The second")
    one.sign_out()
    one.tab.goto(way)  # a second time
    one.settled()
    assert one.is_nobody() and COOKIE not in one.cookies
    assert form.provider.refused == []


def test_a_cookie_that_was_altered_signs_nobody_in(person) -> None:
    one = person()
    one.open("/saved")
    one.sign_in(FIRST)
    cookie = next(found for found in one.context.cookies() if found["name"] == COOKIE)
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    middle = len(cookie["value"]) // 2
    other = "A" if cookie["value"][middle] != "A" else "B"
    altered = cookie["value"][:middle] + other + cookie["value"][middle + 1 :]
    one.context.add_cookies([{**cookie, "value": altered}])
    one.open("/saved")
    assert one.is_nobody()
