"""Which encoding a text file has: BOM, strict UTF-8, then GB18030 or Big5 by share of common characters."""

from __future__ import annotations

from engine.intake.faults import fault

_BOMS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# The commonest characters of evaluation tables, simplified and traditional: the wrong codec gives rare ones.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形"
    "相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五"
    "果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回"
    "则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花"
    "带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织"
    "装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划"
    "选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严乡镇村街考核评扣完每项未"
    "绩督落宣传访诉访网岗责班廉纪微址满意加分减得勤镜环境卫矛盾纠纷疫情防灾救助贫困振兴産種經進着電裡現實體業應開這與關線內數們個國"
    "為來時會發動過說對學後點從還樣質氣題員總長頭資邊級圖統組見計運農幾區強決處隊給門規熱領東導壓爭濟術極聯認權證單風帶場車務萬達"
    "積議聲報鬥類離華確張馬節話況傳許廣記須際驗連斷難礦備辦習響約勞團歷標寫親養調滿縣參紅細聽該鐵價嚴鄉鎮評項績訪訴網責減環衛紛災貧"
)
_PUNCTUATION = frozenset("，。；：、（）《》“”！？％０１２３４５６７８９")


def decode(data: bytes, where: str) -> tuple[str, str]:
    """Return the text of a file and the encoding it was read in.

    Args:
        data: the whole file.
        where: the file's name, for messages.
    Returns:
        (text without BOM, codec name).
    Raises:
        SchemeError: binary data, or text in no encoding that is read.

    >>> decode("指标,分值".encode("gb18030"), "a.csv")
    ('指标,分值', 'gb18030')
    """
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return _strict(data, codec, where)
    if _is_binary(data):
        raise _not_text(where)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _chinese(data, where)


def common_share(text: str) -> float:
    """Return the share (0 … 1) of common characters among those beyond ASCII; 0 where there are none."""
    beyond = [c for c in text if ord(c) > 127]
    return sum(c in _COMMON or c in _PUNCTUATION for c in beyond) / len(beyond) if beyond else 0.0


def _strict(data: bytes, codec: str, where: str) -> tuple[str, str]:
    try:
        return data.decode(codec).removeprefix("\ufeff"), codec
    except UnicodeDecodeError:
        raise _not_text(where) from None


def _chinese(data: bytes, where: str) -> tuple[str, str]:
    found: list[tuple[float, str, str]] = []
    for codec in ("gb18030", "big5", "cp950"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        found.append((common_share(text), codec, text))
    if not found:
        raise _not_text(where)
    _, codec, text = max(found, key=lambda entry: entry[0])
    return text, "big5" if codec == "cp950" else codec


def _is_binary(data: bytes) -> bool:
    """A NUL or many other control bytes never stand in a table of text."""
    head = data[:65_536]
    control = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head)
    return b"\x00" in data or control > len(head) * 0.02


def _not_text(where: str) -> Exception:
    return fault(
        where,
        "this is not a text file in UTF-8, GB18030 or Big5. Save the table as .xlsx, or as CSV in UTF-8.",
        "这不是 UTF-8、GB18030 或 Big5 编码的文本文件。请把表格另存为 .xlsx 或 UTF-8 编码的 CSV。",
    )
