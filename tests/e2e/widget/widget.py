"""A page with the widget, as a person uses it; what the browser complains of is kept, and every answer of the server."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, Response, Route, expect

CONTACT = "mailto:care@wrenfield.example"
RETURN_TIME = "how long do I have to return something"
RETURN_TITLE = "How long do I have to return something?"
RETURN_ID = "returns#how-long-do-i-have-to-return-something"
UNKNOWN = "can I bring my dog to the moon"


class Widget:
    """The widget on a page that has been opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.answers: list[Response] = []
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", lambda response: self.answers.append(response))  # noqa: PLW0108  # Playwright takes no built-in method
        host = page.locator("sopbot-widget")
        self.launcher = host.locator(".launcher")
        self.panel = host.get_by_role("dialog")
        self.field = host.get_by_role("searchbox")
        self.content = host.locator(".content")
        self.rows = host.locator(".row")
        self.heading = host.locator(".content h3").first
        self.status = host.locator("p[role=status]")

    def open(self) -> None:
        """Press the help button, and wait for the topics."""
        self.launcher.click()
        expect(self.rows.first).to_be_visible()

    def type(self, text: str) -> None:
        """Type a text letter by letter in place of what is there."""
        self.field.fill("")
        self.field.press_sequentially(text)

    def ask(self, text: str) -> None:
        """Type a question and press Enter."""
        self.type(text)
        self.field.press("Enter")

    def row(self, text: str) -> Locator:
        """The row of a list that has this text."""
        return self.rows.filter(has_text=text)

    def button(self, name: str) -> Locator:
        """A button inside the panel, by its exact name."""
        return self.panel.get_by_role("button", name=name, exact=True)

    def has_focus(self, element: Locator) -> bool:
        """Whether the keyboard is on this element, inside the shadow root too."""
        return bool(element.evaluate("element => element.getRootNode().activeElement === element"))

    def expect_answer(self, title: str) -> None:
        """The answer with this title comes up, and the keyboard is on its heading."""
        expect(self.content.locator("article h3").first).to_have_text(title)
        assert self.has_focus(self.content.locator("article h3").first)

    def hold(self, address: str) -> list[Route]:
        """Keep back requests to an address from now on; gives those that were made."""
        held: list[Route] = []
        self.page.route(address, lambda route: held.append(route))  # noqa: PLW0108  # Playwright takes no built-in method
        return held

    def calls(self) -> list[str]:
        """Paths of the interface that were called, in order."""
        return [path for response in self.answers if (path := response.url.split("/", 3)[3]).startswith("v1/")]
