"""Posts the gate's comment, or renews the one that is there: on GitHub and on GitLab, with nothing but Python.

    GITHUB_TOKEN=... PULL_REQUEST=7 python post_comment.py gate.md         # in a GitHub workflow
    PETAPLAN_GITLAB_TOKEN=... python post_comment.py gate.md               # in a GitLab job

The first line of the comment is a hidden marker. A comment is renewed when it starts with that marker and is our own.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

PER_PAGE = 100
PATIENCE_SECONDS = 30


class Host:
    """A host of code: where its comments are, and who we are there."""

    def __init__(self, comments: str, headers: Mapping[str, str], *, change: str, edit: str, author: str) -> None:
        self.comments = comments
        self.headers = headers
        self.change = change
        self.edit = edit
        self.author = author

    def call(self, method: str, url: str, body: Mapping[str, str] | None = None) -> Any:
        """What the host answers."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "petaplan", **self.headers}
        request = urllib.request.Request(url, data=data, headers=headers, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            return json.load(answer)

    def existing(self) -> Iterator[dict[str, Any]]:
        """Every comment, page by page."""
        page = 1
        while rows := self.call("GET", f"{self.comments}?per_page={PER_PAGE}&page={page}"):
            yield from rows
            if len(rows) < PER_PAGE:
                return
            page += 1

    def is_ours(self, comment: Mapping[str, Any]) -> bool:
        """Whether we wrote it."""
        author = comment.get("user") or comment.get("author") or {}
        return self.author in (author.get("login"), author.get("username"))

    def post(self, text: str) -> str:
        """What was done with the comment: posted, renewed or left as it is."""
        marker = text.partition("\n")[0]
        for comment in self.existing():
            if comment["body"].startswith(marker) and self.is_ours(comment):
                if comment["body"].strip() == text.strip():
                    return "left as it is"
                self.call(self.change, self.edit.format(id=comment["id"]), {"body": text})
                return "renewed"
        self.call("POST", self.comments, {"body": text})
        return "posted"


def github(env: Mapping[str, str]) -> Host:
    """The pull request that a GitHub workflow runs for."""
    root = f"{env.get('GITHUB_API_URL', 'https://api.github.com')}/repos/{env['GITHUB_REPOSITORY']}/issues"
    return Host(
        f"{root}/{int(env['PULL_REQUEST'])}/comments",
        {"Authorization": f"Bearer {env['GITHUB_TOKEN']}", "Accept": "application/vnd.github+json"},
        change="PATCH",
        edit=f"{root}/comments/{{id}}",
        author=env.get("COMMENT_AUTHOR", "github-actions[bot]"),
    )


def gitlab(env: Mapping[str, str]) -> Host:
    """The merge request that a GitLab job runs for."""
    project = quote(env["CI_PROJECT_ID"], safe="")
    notes = f"{env['CI_API_V4_URL']}/projects/{project}/merge_requests/{int(env['CI_MERGE_REQUEST_IID'])}/notes"
    host = Host(notes, {"PRIVATE-TOKEN": env["PETAPLAN_GITLAB_TOKEN"]}, change="PUT", edit=f"{notes}/{{id}}", author="")
    host.author = host.call("GET", f"{env['CI_API_V4_URL']}/user")["username"]
    return host


def main() -> int:
    """Exit 0 when the comment stands, 1 when the host refused, 2 when something isn't set."""
    try:
        text = Path(sys.argv[1]).read_text(encoding="utf-8")
        host = gitlab(os.environ) if "PETAPLAN_GITLAB_TOKEN" in os.environ else github(os.environ)
        sys.stdout.write(f"The comment was {host.post(text)}.\n")
    except (IndexError, KeyError, ValueError, OSError) as error:
        if isinstance(error, urllib.error.HTTPError):
            sys.stderr.write(f"The host refused the comment: {error.code} {error.reason}; check the token's rights.\n")
            return 1
        if isinstance(error, urllib.error.URLError):
            sys.stderr.write(f"The host can't be reached: {error.reason}.\n")
            return 1
        sys.stderr.write(f"No comment: {error} is missing or can't be read; see the head of {Path(__file__).name}.\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
