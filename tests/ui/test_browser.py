"""The workbench as people use it: a real server on loopback, a real Chromium."""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
WAIT = 60_000
START = "from engine.cli import main; import sys; sys.exit(main(sys.argv[1:]))"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a workbench started as a user starts it, from a folder without any configuration."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-c", START, "ui", "--headless", "--port", str(port)],
        cwd=folder, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _until_healthy(address, process)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
        log.close()


def _until_healthy(address, process):
    for _ in range(600):
        assert process.poll() is None, "the workbench ended before it answered"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health") as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail("the workbench did not answer")


@pytest.fixture(scope="module")
def chromium():
    """A real Chromium; its absence is a failure, since `make test` installs it."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.fail("no chromium, chromium-browser or google-chrome. Run `make test`, or install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def _open(browser, address, sent):
    page = browser.new_context(accept_downloads=True, viewport={"width": 1440, "height": 1000}).new_page()
    page.set_default_timeout(WAIT)
    page.on("request", lambda request: sent.append(request.url))
    page.on("websocket", lambda socket: sent.append(socket.url))
    page.goto(address)
    expect(page.get_by_text("不得处理涉密信息").first).to_be_visible(timeout=WAIT)
    return page


def _upload(page, path):
    page.locator('[data-testid="stFileUploader"] input[type=file]').set_input_files(path)
    expect(page.get_by_role("tab", name="建议方案")).to_be_visible(timeout=WAIT)


def _download(page, name):
    with page.expect_download(timeout=WAIT) as caught:
        page.get_by_role("button", name=name).click()
    return caught.value.suggested_filename, Path(caught.value.path()).read_bytes()


def test_journey_from_a_file_to_documents(server, chromium):
    sent: list[str] = []
    page = _open(chromium, server, sent)
    _upload(page, ROOT / "examples" / "township.csv")

    page.get_by_role("tab", name="问题与依据").click()
    quoted = page.locator(".finding mark", has_text="App注册率").first
    expect(quoted).to_be_visible()
    assert quoted.evaluate("mark => getComputedStyle(mark).backgroundColor") == "rgb(253, 230, 138)"

    page.get_by_role("tab", name="建议方案").click()
    new = page.locator(".qh b.new")
    expect(new.first).to_be_visible()
    expect(page.get_by_text("核验方式：").first).to_be_visible()
    count = new.count()
    assert count >= 3

    lever = page.locator('[data-testid="stCheckbox"]', has_text="改标准、不动分值").locator("label")
    lever.click()
    expect(page.get_by_text("为什么做不到")).to_be_visible(timeout=WAIT)
    expect(new).to_have_count(0)
    lever.click()
    expect(new).to_have_count(count, timeout=WAIT)

    page.get_by_role("tab", name="下载").click()
    name, data = _download(page, "工作簿（XLSX")
    assert name == "township-权衡.xlsx"
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None and "xl/workbook.xml" in book.namelist()
        assert any("核验方式" in book.read(n).decode("utf-8", "ignore") for n in book.namelist())
    name, data = _download(page, "报告（HTML")
    assert name == "township-权衡.html"
    report = chromium.new_page()
    report.set_content(data.decode("utf-8"))
    expect(report.get_by_text("临江县2026年度乡镇（街道）综合考核评分表").first).to_be_visible()
    report.close()

    outside = {url for url in sent if urlsplit(url).hostname not in ("127.0.0.1", None)}
    assert not outside, "no request leaves loopback"
    page.context.close()


def test_two_sessions_do_not_see_each_other(server, chromium, tmp_path):
    table = "指标名称,分值,评分标准\n甲乡独有登录时长,60,按App登录时长计分\n群众满意度,40,第三方抽样调查\n"
    own = tmp_path / "甲乡草案.csv"
    own.write_text(table, encoding="utf-8")
    first, second = (_open(chromium, server, []) for _ in range(2))
    _upload(first, own)
    expect(first.get_by_text("甲乡独有登录时长").first).to_be_attached()
    first.locator('[data-testid="stCheckbox"]', has_text="新增指标").locator("label").click()

    assert second.get_by_role("tab").count() == 0
    assert "甲乡" not in second.content()
    _upload(second, ROOT / "examples" / "township.csv")
    expect(second.get_by_text("临江县2026年度乡镇（街道）综合考核评分表").first).to_be_visible()
    assert "甲乡" not in second.content()
    new = second.locator('[data-testid="stCheckbox"]', has_text="新增指标").locator("input")
    assert new.is_checked(), "a lever moved in one session stays in it"
    expect(first.get_by_text("甲乡独有登录时长").first).to_be_attached()
    assert "临江县" not in first.content()
    for page in (first, second):
        page.context.close()


def test_a_reload_loses_nothing_and_clearing_forgets_everything(server, chromium):
    page = _open(chromium, server, [])
    _upload(page, ROOT / "examples" / "township.csv")
    page.get_by_role("tab", name="存档与比较").click()
    page.get_by_role("textbox", name="给当前设置起个名").fill("讨论稿")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("columnheader", name="讨论稿").first).to_be_visible(timeout=WAIT)
    lever = page.locator('[data-testid="stCheckbox"]', has_text="改标准、不动分值")
    lever.locator("label").click()
    expect(page.get_by_text("为什么做不到")).to_be_attached(timeout=WAIT)

    page.reload()
    expect(page.get_by_text("临江县2026年度乡镇（街道）综合考核评分表").first).to_be_visible(timeout=WAIT)
    assert not lever.locator("input").is_checked()
    expect(page.get_by_text("为什么做不到")).to_be_attached()
    page.get_by_role("tab", name="存档与比较").click()
    expect(page.get_by_role("columnheader", name="讨论稿").first).to_be_visible()

    page.get_by_role("button", name="清空本次内容").click()
    expect(page.get_by_text("请在左侧载入方案文件，或选一个示例。")).to_be_visible(timeout=WAIT)
    page.reload()
    expect(page.get_by_text("请在左侧载入方案文件，或选一个示例。")).to_be_visible(timeout=WAIT)
    assert "临江县" not in page.content()
    page.context.close()


@pytest.mark.parametrize("host, answer", [("127.0.0.1", 101), ("evil.example", 403)])
def test_only_local_names_open_a_session(server, host, answer):
    port = urlsplit(server).port
    lines = [
        "GET /_stcore/stream HTTP/1.1", f"Host: {host}:{port}", "Connection: Upgrade", "Upgrade: websocket",
        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "", "",
    ]  # fmt: skip
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall("\r\n".join(lines).encode())
        assert line.recv(200).split()[1] == str(answer).encode()


def test_the_server_listens_on_loopback_only(server):
    port = urlsplit(server).port
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)}
    for address in addresses - {"127.0.0.1", "127.0.1.1"}:
        with socket.socket() as probe:
            probe.settimeout(2)
            assert probe.connect_ex((address, port)) != 0
