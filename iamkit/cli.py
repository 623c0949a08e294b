"""The command line: ``iamkit decide``, ``iamkit ask`` and ``iamkit draw``.

Exit status: 0 allowed or yes, 1 denied or no, 2 a fault in what was given, 3 unknown.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from iamkit import __version__
from iamkit.errors import IamkitError, WorldError
from iamkit.world import World

YES, NO, FAULT, UNKNOWN = 0, 1, 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    >>> main(["decide", "payroll", "--principal", "nobody", "--action", "s3:GetObject", "--resource", "*"])
    2
    """
    options = _parser().parse_args(argv)
    try:
        return int(options.run(options))
    except IamkitError as fault:
        print(f"iamkit: {fault}", file=sys.stderr)
        return FAULT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="iamkit",
        description="Decide requests, prove questions, draw worlds.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"iamkit {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    decide = commands.add_parser("decide", help="decide one request, and say why")
    _world(decide)
    decide.add_argument(
        "--principal", required=True, metavar="ARN", help="who asks: an ARN, a service name, or 'anonymous'"
    )
    _asked(decide)
    _context(decide, "--context", "a condition key of the request, such as aws:SourceIp=203.0.113.7; may be repeated")
    decide.set_defaults(run=_decide)

    ask = commands.add_parser("ask", help="prove a question over every request")
    _world(ask)
    ask.add_argument("--principal", metavar="ARN", help="can this principal? Left out: who can?")
    _asked(ask)
    _context(ask, "--where", "what the context must be, such as aws:MultiFactorAuthPresent=true; may be repeated")
    ask.set_defaults(run=_ask)

    draw = commands.add_parser("draw", help="draw the world as an SVG picture")
    _world(draw)
    draw.add_argument("--focus", metavar="ARN", help="draw only what is near this principal or resource")
    draw.add_argument("--output", metavar="FILE", help="where to write the picture; left out: standard output")
    draw.set_defaults(run=_draw)
    return parser


_EPILOG = """\
Exit status: 0 allowed or yes, 1 denied or no, 2 a fault in what was given, 3 unknown.
The course: python3 -m iamkit opens it in JupyterLab, python3 -m iamkit test runs every check.
For authors: execute runs the notebooks anew, setup installs extras."""


def _world(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("world", metavar="WORLD", help="a world file, an account dump, or the name of a sample world")
    parser.add_argument("--resources", metavar="FILE", help="with an account dump: resource-based policies by ARN")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def _asked(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--action", required=True, metavar="SERVICE:NAME", help="such as s3:GetObject")
    parser.add_argument("--resource", required=True, metavar="ARN", help="an ARN, or * for an action without resource")


def _context(parser: argparse.ArgumentParser, option: str, words: str) -> None:
    parser.add_argument(
        option, action="append", default=[], metavar="KEY=VALUE", help=words, dest="context", type=_pair
    )


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or ":" not in key:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE, such as aws:SourceIp=203.0.113.7")
    return key, value


def _keys(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Repeated keys become a list of values."""
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def open_world(name: str, resources: str | None = None) -> World:
    """A world file, the output of ``aws iam get-account-authorization-details``, or a sample by name.

    Raises:
        WorldError: if there is no such file or sample, or its content is at fault.
    """
    path = Path(name)
    if not path.exists() and path.suffix != ".json":
        from iamkit.files.worldfile import sample

        return sample(name)
    if not path.exists():
        raise WorldError(
            "There is no such file.", where=name, remedy="Give a world file, an account dump or a sample's name."
        )
    if '"UserDetailList"' in path.read_text(encoding="utf-8"):
        return World.from_gaad(path, resource_policies=resources)
    return World.load(path)


def _decide(options: argparse.Namespace) -> int:
    world = open_world(options.world, options.resources)
    decision = world.decide(options.principal, options.action, options.resource, _keys(options.context))
    _print(decision, options.json)
    return YES if decision.allowed else NO


def _ask(options: argparse.Namespace) -> int:
    world = open_world(options.world, options.resources)
    where = _keys(options.context)
    if options.principal is None:
        answers = world.who_can(options.action, options.resource, where)
        _print(answers, options.json)
        return YES if answers else UNKNOWN if answers.unknown else NO
    answer = world.can(options.principal, options.action, options.resource, where)
    _print(answer, options.json)
    return {"yes": YES, "no": NO}.get(answer.to_dict()["answer"], UNKNOWN)


def _draw(options: argparse.Namespace) -> int:
    from iamkit.draw.graph import world_graph

    picture = world_graph(open_world(options.world, options.resources), focus=options.focus)
    if options.json:
        print(json.dumps({"alt": picture.alt, "text": picture.text, "svg": picture.svg}, indent=2))
    elif options.output:
        Path(options.output).write_text(picture.svg, encoding="utf-8")
        print(picture.alt)
    else:
        print(picture.svg)
    return YES


def _print(answer: Any, as_json: bool) -> None:
    print(json.dumps(answer.to_dict(), indent=2) if as_json else answer.explain())
