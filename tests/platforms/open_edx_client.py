"""Speaking with the Open edX process, and a browser that is enough for launches."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.cookies import get_cookie_header


class OpenEdx:
    """The platform, spoken to over HTTP only."""

    def __init__(self, url: str) -> None:
        self.url = url

    def _ask(self, view: str, /, **members: Any) -> Any:
        answer = requests.post(f"{self.url}/control/{view}", json=members, timeout=300)
        assert answer.status_code == 200, answer.text[:500]
        return answer.json()

    def register(self, tool_url: str) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("registration", tool=tool_url)
        return found

    def start(self, activity: int, /, **members: Any) -> str:
        known = {"role": "student", "user": "external-ana", "name": "Ana Teacher", **members}
        return str(self._ask("launch", activity=activity, **known)["address"])

    def scores(self, activity: int) -> tuple[list[dict[str, Any]], list[list[Any]]]:
        """The scores that the consumer holds, and what it published to the gradebook."""
        found = requests.get(f"{self.url}/control/scores", {"activity": activity}, timeout=300).json()
        return found["scores"], found["published"]

    def items(self, activity: int) -> list[dict[str, Any]]:
        """What deep linking put into the activity."""
        found: list[dict[str, Any]] = requests.get(f"{self.url}/control/items", {"activity": activity}, timeout=300).json()["items"]
        return found

    def asked_for(self, part: str) -> int:
        return sum(part in path for path in requests.get(f"{self.url}/control/paths", timeout=300).json())


class Browser(requests.Session):
    """Keeps and sends cookies as browsers do, which trust localhost over plain http too."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(secure_protocols=("http", "https")))

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        # requests merges cookies into a jar with a policy of its own, which would hold the Secure ones back.
        request.headers.pop("Cookie", None)
        if header := get_cookie_header(self.cookies, request):
            request.headers["Cookie"] = header
        return super().send(request, **options)
