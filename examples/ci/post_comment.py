"""Posts the gate's comment, or renews the one that is there: on GitHub and on GitLab, with nothing but Python.

    GITHUB_TOKEN=... PULL_REQUEST=7 python post_comment.py gate.md         # in a GitHub workflow
    PETAPLAN_GITLAB_TOKEN=... python post_comment.py gate.md               # in a GitLab job
    python post_comment.py gate/*.md                                       # one comment for many hubs or stacks
    python post_comment.py --new gate.md                                   # a new comment, whatever is there
    PAGE_URL=https://... python post_comment.py gate.md                    # with a link to what --html wrote

The first line of each file is a hidden marker. A comment is renewed when it starts with that marker and is our own.
The token goes to the host of the API and to no other. No message shows it.
"""

import argparse
import http.client
import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

PER_PAGE = 100
MOST_PAGES = 300
MOST_BYTES = 16 * 2**20
PATIENCE_SECONDS = 30
MARKER = re.compile(r"<!--\s*\w[^<>]*-->")

Comment = dict[str, object]


class Unset(Exception):
    """A setting or a file is missing, or is not what it has to be."""


class Refused(Exception):
    """The host gave no answer that can be used."""


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect on one host with the same method and body: nothing goes to another host."""

    def redirect_request(
        self, req: urllib.request.Request, _fp: object, _code: int, _msg: str, _headers: object, newurl: str
    ) -> urllib.request.Request:
        if origin(newurl) != origin(req.full_url):
            raise Refused(f"it leads to another host, {origin(newurl)[1] or 'without a name'}; nothing was sent there")
        return urllib.request.Request(newurl, data=req.data, headers=dict(req.header_items()), method=req.get_method())  # noqa: S310

    http_error_308 = urllib.request.HTTPRedirectHandler.http_error_302


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: what a token belongs to."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return "", "", None


class Host:
    """A host of code: where its comments are, and who we are there."""

    def __init__(  # noqa: PLR0917 - one call each
        self, comments: str, headers: Mapping[str, str], change: str, edit: str, author: str, limit: int
    ) -> None:
        if origin(comments)[0] not in ("http", "https"):
            raise Unset("the address of the API has to begin with https://")
        self.comments, self.headers, self.change = comments, headers, change
        self.edit, self.author, self.limit = edit, author, limit
        self._opener = urllib.request.build_opener(_SameHost)

    def call(self, method: str, url: str, body: Mapping[str, str] | None = None) -> object:
        """What the host answers; None where it answers without content.

        Raises:
            Refused: when it can't be reached, or its answer is an error or no JSON.
        """
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "petaplan", **self.headers}
        request = urllib.request.Request(url, data=data, headers=headers, method=method)  # noqa: S310
        try:
            with self._opener.open(request, timeout=PATIENCE_SECONDS) as answer:
                raw = answer.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            raise Refused(f"it answered {error.code} {shown(str(error.reason))}; check the token's rights") from None
        except urllib.error.URLError as error:
            raise Refused(f"it can't be reached ({shown(str(error.reason))})") from None
        except (http.client.HTTPException, OSError) as error:
            raise Refused(f"it broke off ({type(error).__name__})") from None
        if len(raw) > MOST_BYTES:
            raise Refused(f"it answered more than {MOST_BYTES // 2**20} MiB")
        return answer_in(raw)

    def existing(self) -> Iterator[Comment]:
        """Every comment, page by page."""
        for page in range(1, MOST_PAGES + 1):
            rows = self.call("GET", f"{self.comments}?per_page={PER_PAGE}&page={page}")
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise Refused("it answered no list of comments; check the address of the API")
            yield from rows
            if len(rows) < PER_PAGE:
                return
        raise Refused(f"it has more than {MOST_PAGES * PER_PAGE:,} comments")

    def is_ours(self, comment: Comment) -> bool:
        """Whether we wrote it."""
        author = comment.get("user") or comment.get("author")
        return isinstance(author, dict) and self.author in (author.get("login"), author.get("username"))

    def post(self, text: str, *, new: bool = False) -> str:
        """What was done with the comment: posted, renewed or left as it is."""
        marker = text.partition("\n")[0].strip()
        for comment in () if new else self.existing():
            body = comment.get("body")
            if isinstance(body, str) and body.partition("\n")[0].strip() == marker and self.is_ours(comment):
                if body.replace("\r\n", "\n").strip() == text.strip():
                    return "left as it is"
                if not isinstance(comment.get("id"), int):
                    raise Refused("it answered a comment without a number")
                self.call(self.change, f"{self.edit}/{comment['id']}", {"body": text})
                return "renewed"
        self.call("POST", self.comments, {"body": text})
        return "posted"


def answer_in(raw: bytes) -> object:
    """The JSON of an answer; None where there is none.

    Raises:
        Refused: when it is something else, such as a page of HTML.
    """
    if not raw.strip():
        return None
    try:
        read: object = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused("it answered no JSON, as a proxy or a login page does; check the address of the API") from None
    return read


def shown(text: str) -> str:
    """A short text of somebody else on one line, without what a terminal or a log obeys."""
    return "".join(one if one.isprintable() else " " for one in text)[:200].replace("##", "# #").strip()


def token_of(env: Mapping[str, str], name: str) -> str:
    """A token without the line feed that files and echo leave at its end.

    Raises:
        Unset: when it is missing, or holds what no token has; the message doesn't show it.
    """
    token = setting(env, name)
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise Unset(f"{name} has to be one word of ASCII characters")
    return token


def setting(env: Mapping[str, str], name: str) -> str:
    """A setting without white space around it.

    Raises:
        Unset: when it is missing or empty.
    """
    if not (value := env.get(name, "").strip()):
        raise Unset(f"{name} is missing")
    return value


def number(env: Mapping[str, str], name: str) -> int:
    """A setting that is a whole number.

    Raises:
        Unset: when it is none.
    """
    value = setting(env, name)
    if not re.fullmatch("[0-9]{1,18}", value):
        raise Unset(f"{name} has to be a whole number")
    return int(value)


def github(env: Mapping[str, str]) -> Host:
    """The pull request that a GitHub workflow runs for."""
    api = env.get("GITHUB_API_URL", "").strip() or "https://api.github.com"
    root = f"{api}/repos/{quote(setting(env, 'GITHUB_REPOSITORY'))}/issues"
    return Host(
        f"{root}/{number(env, 'PULL_REQUEST')}/comments",
        {"Authorization": f"Bearer {token_of(env, 'GITHUB_TOKEN')}", "Accept": "application/vnd.github+json"},
        "PATCH",
        f"{root}/comments",
        env.get("COMMENT_AUTHOR", "github-actions[bot]"),
        65_536,
    )


def gitlab(env: Mapping[str, str]) -> Host:
    """The merge request that a GitLab job runs for."""
    api, project = setting(env, "CI_API_V4_URL"), quote(setting(env, "CI_PROJECT_ID"), safe="")
    notes = f"{api}/projects/{project}/merge_requests/{number(env, 'CI_MERGE_REQUEST_IID')}/notes"
    host = Host(notes, {"PRIVATE-TOKEN": token_of(env, "PETAPLAN_GITLAB_TOKEN")}, "PUT", notes, "", 1_000_000)
    user = host.call("GET", f"{api}/user")
    if not isinstance(user, dict) or not isinstance(user.get("username"), str):
        raise Refused("it did not say whose the token is; check the address of the API")
    host.author = user["username"]
    return host


def comment_in(path: Path) -> str:
    """A comment that the gate wrote.

    Raises:
        Unset: when the file can't be read, is empty, or begins with no marker of the gate.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Unset(f"{path} can't be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise Unset(f"{path} is no text in UTF-8") from None
    if not text.strip():
        raise Unset(f"{path} is empty")
    if not MARKER.fullmatch(text.partition("\n")[0].strip()):
        raise Unset(f"{path} does not begin with a hidden marker, as a comment of `petaplan gate --markdown` does")
    return text


def one_comment(texts: Sequence[str], name: str) -> str:
    """Several comments as one: the verdicts as a list, then each comment."""
    if len(texts) == 1:
        return texts[0]
    heads = [next((line for line in text.splitlines() if line.startswith("## ")), "## –") for text in texts]
    listed = "\n".join(f"- {head.removeprefix('## ')}" for head in heads)
    return f"<!-- petaplan-gates {name} -->\n{listed}\n\n" + "\n".join(texts)


def page_line(env: Mapping[str, str]) -> str:
    """The line that leads to the change as a page; empty where no address is set.

    Raises:
        Unset: when PAGE_URL is set and is no address.
    """
    url = env.get("PAGE_URL", "").strip()
    if url and not re.fullmatch(r"https?://[A-Za-z0-9._~:/?#@!$&*+,;=%-]{1,2000}", url):
        raise Unset("PAGE_URL has to be one address that begins with https://")
    return f"\nThe change, before and after: <{url}>\n" if url else ""


def with_page(text: str, line: str, limit: int) -> str:
    """The comment with that line behind its heading, where the host takes both."""
    if not line or len(text) + len(line) > limit:
        return text
    at = text.find("\n", text.find("\n## ") + 1) + 1 if "\n## " in text else text.find("\n") + 1
    return text[:at] + line + text[at:]


def refuse_length(length: int, limit: int, files: int) -> None:
    """The host takes a comment of this length.

    Raises:
        Unset: when it doesn't, with the option that makes it fit.
    """
    if length > limit:
        room = limit // files - 1_000
        raise Unset(f"the comment has {length:,} characters of {limit:,}: set --markdown-limit {room}")


def wanted(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of one run."""
    parser = argparse.ArgumentParser(description="Post the gate's comment, or renew it; see the head of this file.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="what `petaplan gate --markdown` wrote")
    parser.add_argument("--new", action="store_true", help="post a new comment, and leave older ones as they are")
    parser.add_argument(
        "--name", default="all", help="name of the comment where several files share one (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    if not re.fullmatch(r"[\w.-]{1,100}", options.name):
        parser.error("--name has to be one word of letters, digits, dots and dashes")
    return options


def main() -> int:
    """Exit 0 when the comment stands, 1 when the host refused, 2 when something isn't set."""
    options = wanted()
    try:
        text = one_comment([comment_in(path) for path in options.files], options.name)
        line = page_line(os.environ)
        host = gitlab(os.environ) if "PETAPLAN_GITLAB_TOKEN" in os.environ else github(os.environ)
        refuse_length(len(text), host.limit, len(options.files))
        text = with_page(text, line, host.limit)
        sys.stdout.write(f"The comment was {host.post(text, new=options.new)}.\n")
    except Unset as error:
        sys.stderr.write(f"No comment: {shown(str(error))}; see the head of {Path(__file__).name}.\n")
        return 2
    except Refused as error:
        sys.stderr.write(f"No comment: the host was asked, and {error}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
