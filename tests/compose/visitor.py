"""A user of the sample app, in a browser."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

PASSWORD = "Correct-Horse-1"


@dataclass
class Visitor:
    """What a user does at the app at `app_url` and on the login pages that it leads to."""

    page: Page
    app_url: str

    @property
    def message(self) -> Locator:
        """What the app says."""
        return self.page.locator("#message")

    def open(self) -> None:
        """Go to the app."""
        self.page.goto(self.app_url)

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def sign_up(self, email: str) -> None:
        """From the app over the login page to a new account, up to where the code is asked for."""
        self.press("Sign in")
        self.page.get_by_role("link", name="Sign up", exact=True).click()
        self.page.locator("input[type=email]").first.fill(email)
        for field in self.page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        self.press("Sign up")

    def confirm(self, code: str) -> None:
        """Enter the code that was mailed, and be back at the app."""
        self.page.fill("[autocomplete=one-time-code]", code)
        self.page.locator("form button[type=submit]").first.click()
        self.page.wait_for_url(f"{self.app_url}/**")

    def sign_in(self, email: str) -> None:
        """From the app over the login page and back."""
        self.press("Sign in")
        self.page.fill("#signInFormUsername", email)
        self.page.fill("#signInFormPassword", PASSWORD)
        self.page.click("[name=signInSubmitButton]")
        self.page.wait_for_url(f"{self.app_url}/**")
