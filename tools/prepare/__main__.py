"""Called by the Makefile: set up the checkout, then start a command."""

import argparse
import os
import sys
import time
from contextlib import nullcontext
from pathlib import Path

from tools.prepare.accelerator import gpu_lock
from tools.prepare.checkout import Checkout, NotReady, only_one, say
from tools.prepare.checks import failed_checks
from tools.prepare.engine import known_engine, prepare_engine
from tools.prepare.environment import prepare_environment
from tools.prepare.locks import make_locks
from tools.prepare.stacks import export_lines, prepare_stacks, pulumi_environment, python_environment, start
from tools.prepare.torch import has_space, prepare_torch
from tools.prepare.verdict import verdict_meanwhile


def main() -> int:
    """The exit status: 0 ready, 1 not ready, 130 stopped; a started command has its own."""
    checkout = Checkout(root=Path(__file__).resolve().parents[2])
    asked = _arguments()
    try:
        return _do(checkout, asked)
    except NotReady as reason:
        say(f"petaplan: {reason}")
        return 1
    except OSError as reason:
        place = reason.filename or "this checkout"
        say(f"petaplan: {place}: {reason.strerror}: correct this and run make again")
        return 1
    except KeyboardInterrupt:
        say("petaplan: stopped; what was finished is kept, and the next make goes on from there")
        return 130


def _do(checkout: Checkout, asked: argparse.Namespace) -> int:
    if asked.verb == "lock":
        make_locks(checkout, upgrade=asked.upgrade)
        return 0
    if asked.torch and not has_space(checkout):
        return 0
    variables = _prepare(checkout, asked)
    if asked.verb == "check":
        failed = failed_checks(checkout)
        say(f"petaplan: these found something: {', '.join(failed)}" if failed else "petaplan: all checks pass")
        return 1 if failed else 0
    if asked.verb == "env":
        sys.stdout.write(export_lines(variables))
    elif asked.verb == "run":
        start(checkout, asked.command, variables)
    else:
        say("Ready: make preview shows the hub, make help lists the rest.")
    return 0


def _prepare(checkout: Checkout, asked: argparse.Namespace) -> dict[str, str]:
    """What was missing is made; the answer is what a command then needs in its environment."""
    locks = ["dev" if asked.dev else "run"]
    beside = (("docs", asked.docs), ("dist", asked.dist), ("gpu-check", asked.gpu_check))
    locks += [lock for lock, wanted in beside if wanted]
    gpu = gpu_lock() if asked.gpu else None
    if gpu:
        locks.append(gpu)
    with only_one(checkout):
        began = time.monotonic()
        prepare_environment(checkout, locks)
        if asked.torch:
            return python_environment(prepare_torch(checkout), os.environ)
        if asked.stack is None:
            return python_environment(checkout, os.environ)
        engine = known_engine(checkout)
        if engine is None:
            with verdict_meanwhile(checkout, asked.stack, began) if asked.verdict else nullcontext():
                engine = prepare_engine(checkout)
        prepare_stacks(checkout, engine, asked.stack)
        return pulumi_environment(checkout, engine, os.environ)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.prepare", description=__doc__)
    parser.add_argument("--dev", action="store_true", help="with the test tools")
    parser.add_argument("--docs", action="store_true", help="with what builds the site of the pages")
    parser.add_argument("--dist", action="store_true", help="with what freezes the plugin")
    parser.add_argument("--gpu-check", action="store_true", help="with what checks GPU code without a GPU")
    parser.add_argument("--gpu", action="store_true", help="with what this host's GPU needs")
    parser.add_argument("--torch", action="store_true", help="in a second environment, with PyTorch")
    parser.add_argument("--stack", help="with the Pulumi CLI and this stack")
    parser.add_argument("--verdict", action="store_true", help="with a first verdict on the plan while the CLI is made")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("ready", help="make what is missing")
    verbs.add_parser("env", help="then print export lines for a shell")
    verbs.add_parser("check", help="then run the checks that read the code")
    run = verbs.add_parser("run", help="then become this command")
    run.add_argument("command", nargs=argparse.REMAINDER)
    lock = verbs.add_parser("lock", help="resolve the locks from pyproject.toml")
    lock.add_argument("--upgrade", action="store_true", help="to the newest versions that pyproject.toml allows")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
