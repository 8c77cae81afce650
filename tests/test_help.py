"""`--help` in the language asked for: every verb and option has its text in both, and nothing is left over."""

import argparse
import re

import pytest

from engine.cli import LANGUAGES, _parser, help_language, main
from engine.errors import RuleError
from engine.knowledge.documents import rulesets_path
from engine.knowledge.help import FILE, load_help, shipped_help
from engine.verbs import VERBS

CHINESE = re.compile("[\u4e00-\u9fff]")


def verbs(lang):
    parser = _parser(lang, "zh")
    choices = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction)).choices
    return {"": parser, **choices}


def test_every_verb_has_a_help_text():
    assert set(shipped_help().verb) == set(VERBS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_option_has_a_text_in_the_language(lang):
    for verb, parser in verbs(lang).items():
        assert parser.description, verb
        for action in parser._actions:
            assert action.help, f"{verb} {action.dest}"
            assert bool(CHINESE.search(action.help)) == (lang != "en"), f"{verb} {action.dest}: {action.help}"
        assert parser.format_help()


def test_no_text_is_left_over():
    used = set()
    for verb, parser in verbs("en").items():
        for action in parser._actions:
            name = (action.option_strings[-1] if action.option_strings else action.dest).lstrip("-")
            used |= {name, f"{verb}.{name}"}
    assert set(shipped_help().option) <= used


def test_every_text_is_there_in_both_languages():
    texts = shipped_help()
    for table in (texts.program, texts.verb, texts.option):
        for name, text in table.items():
            assert CHINESE.search(text.zh), name
            assert text.en.strip() and not CHINESE.search(text.en.replace("权衡", "")), name


@pytest.mark.parametrize(
    ("argv", "environment", "lang"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_TW.UTF-8"}, "zh-Hant"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}, "zh"),
        ([], {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        (["audit", "--lang", "en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["--lang=zh-Hant", "audit"], {}, "zh-Hant"),
        (["audit", "--lang", "fr"], {"LANG": "zh_CN.UTF-8"}, "zh"),
    ],
)
def test_the_language_is_that_asked_for_else_the_systems(argv, environment, lang):
    assert help_language(argv, environment) == lang


@pytest.mark.parametrize(
    ("argv", "environment", "said"),
    [
        (["--help"], {}, "check and rebalance evaluation schemes"),
        (["--help"], {"LANG": "zh_CN.UTF-8"}, "用法：quanheng"),
        (["audit", "--help", "--lang", "zh"], {}, "存量清单：已记录的问题不计入"),
        (["--lang", "zh-Hant", "audit", "--help"], {}, "已記錄的問題不計入"),
        (["ui", "--help", "--lang", "zh"], {}, "不打开浏览器"),
    ],
)
def test_help_is_shown(argv, environment, said, capfd):
    assert main(argv, environment) == 0
    assert said in capfd.readouterr().out


def test_a_wrong_argument_is_said_in_the_language(capfd):
    assert main(["audit", "--lang", "zh"]) == 2
    assert "参数有误" in capfd.readouterr().err
    assert main(["audit"], {}) == 2
    assert (
        "error: the following arguments are required: INPUT; see quanheng audit --help"
        in capfd.readouterr().err
    )


def test_the_language_may_stand_before_the_command(capfd):
    assert main(["--lang", "en", "rules", "F001"]) == 0
    assert "Time online" in capfd.readouterr().out


def test_a_missing_language_is_refused(tmp_path):
    text = (rulesets_path() / FILE).read_text("utf-8")
    (tmp_path / FILE).write_text(
        text.replace("{zh: 端口（默认 8501）, en: port (8501)}", "{zh: 端口}"), "utf-8"
    )
    with pytest.raises(RuleError, match=r"help\.yaml: key 'option\.port\.en' is missing"):
        load_help(tmp_path)
