"""Every word and sentence of a notice, and of reading one back, in Chinese and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from planner.terms import Language

__all__ = ["WORDS", "chinese_number", "say_notice"]


def say_notice(key: str, lang: Language, **values: object) -> str:
    """Return a sentence in a language with its figures filled in."""
    zh, en = WORDS[key]
    return (zh if lang == "zh" else en).format(**values)


def chinese_number(number: int) -> str:
    """Return a number from 1 to 999 as headings count: 一, 十二, 一百零三."""
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        said += "十" if tens == 1 and not hundreds else f"{digits[tens]}十"
    elif hundreds and ones:
        said += "零"
    return said + (digits[ones] if ones else "")


WORDS: Final[dict[str, tuple[str, str]]] = {
    # the notice
    "title": ("{county}{year}年学校招生范围公告", "{county}: enrolment zones, {year}"),
    "title_stage": (
        "{county}{year}年{stage}招生范围公告",
        "{county}: {stage} enrolment zones, {year}",
    ),
    "opening": (
        "现将{year}年秋季入学各学校的招生范围公布如下。",
        "These are the enrolment zones of the schools for entry in autumn {year}.",
    ),
    "how_to_read": ("说明：", "How to read this notice:"),
    "note_order": (
        "各校范围按东、南、西、北列出四至；每一方位依顺时针方向，逐段写明边界所沿的道路、"
        "河流、湖岸、铁路或行政区界。",
        "Each zone is given by its east, south, west and north; on each side the streets, rivers, "
        "shores, railways or borders that it follows are named one after the other, clockwise.",
    ),
    "note_centre": (
        "以道路为界的，除另有注明外，以道路中心线为界，靠本校范围的一侧属于本校。"
        "注明“含路两侧”的，道路两侧均属本校；注明“不含该路”的，道路两侧均不属本校；"
        "注明“以图为准”的，该段以招生范围图为准。",
        "Where a street is the border, its centre line is, and the near side belongs to the zone, "
        "unless the notice says otherwise. “Both sides” means that both sides of the street belong "
        "to it, “not included” that neither does; “as on the map”, that the map decides there.",
    ),
    "note_unnamed": (
        "“无名界线”指该处没有可作标志的道路或河流，具体位置以招生范围图为准。",
        "“Unnamed line” means that no street or river marks the border there; the map decides.",
    ),
    "note_list": (
        "四至文字与所列社区（村）不一致的，以所列社区（村）为准。",
        "Where the words of the border and the list of communities differ, the list decides.",
    ),
    "note_number": ("{number}．{note}", "{number}. {note}"),
    "stage_heading": ("{number}、{stage}", "{number}. {stage}"),
    "zone_heading": ("（{number}）{sections}", "({number}) {sections}"),
    "shared_heading": ("（{number}）{sections}（多校划片）", "({number}) {sections} (shared zone)"),
    "shared": (
        "以上学校共用下列招生范围，学位按公布的办法随机派位确定。",
        "These schools share the zone below; places are drawn by lot as announced.",
    ),
    "border": ("四至：{sides}。", "Border: {sides}."),
    "border_piece": ("四至（第{number}片）：{sides}。", "Border (part {number}): {sides}."),
    "pieces": ("本范围分为{count}片。", "This zone lies in {count} parts."),
    "hole": (
        "其内除外：由{words}围成的部分不属本范围。",
        "Left out: what lies within {words} is no part of this zone.",
    ),
    "list": ("所含社区（村）：{items}。", "Communities and villages: {items}."),
    "side_east": ("东至{words}", "East: {words}"),
    "side_south": ("南至{words}", "South: {words}"),
    "side_west": ("西至{words}", "West: {words}"),
    "side_north": ("北至{words}", "North: {words}"),
    "between_sides": ("，", "; "),
    "between_items": ("、", ", "),
    "countywide": (
        "下列学校面向全县（区）招生，不划分招生范围：{sections}。",
        "These schools take pupils of the whole county; they have no enrolment zones: {sections}.",
    ),
    # what a border runs along
    "both": ("{name}（含路两侧）", "{name} (both sides)"),
    "beyond": ("{name}（不含该路）", "{name} (not included)"),
    "on_map": ("{name}（以图为准）", "{name} (as on the map)"),
    "shore": ("{name}（湖岸）", "{name} (shore)"),
    "with": ("与{name}交界", "border with {name}"),
    "edge": ("{name}界", "border of {name}"),
    "county": ("县（区）界", "county border"),
    "no_name": ("{kind}（约{metres}米）", "{kind} (about {metres} m)"),
    "unnamed": ("无名界线（约{metres}米）", "unnamed line (about {metres} m)"),
    "unnamed_between": (
        "无名界线（约{metres}米，{before}至{after}之间）",
        "unnamed line (about {metres} m, between {before} and {after})",
    ),
    "kind_street": ("无名道路", "unnamed street"),
    "kind_trunk_road": ("无名公路", "unnamed trunk road"),
    "kind_motorway": ("无名高速公路", "unnamed motorway"),
    "kind_river": ("无名河流", "unnamed river"),
    "kind_lake": ("无名湖岸", "unnamed shore"),
    "kind_railway": ("铁路", "railway"),
    # stretches.csv
    "column_stage": ("学段", "Stage"),
    "column_zone": ("学校", "School"),
    "column_sections": ("学段部编号", "Section"),
    "column_piece": ("片", "Part"),
    "column_ring": ("边界", "Border"),
    "column_side": ("方位", "Side"),
    "column_order": ("顺序", "Order"),
    "column_kind": ("类型", "Kind"),
    "column_name": ("名称", "Name"),
    "column_metres": ("长度（米）", "Length (metres)"),
    "column_distance": ("平均偏离（米）", "Mean distance (metres)"),
    "column_houses": ("道路归属", "Houses"),
    "column_doubtful": ("存疑", "Doubtful"),
    "column_flags": ("提示", "Flags"),
    "outer": ("外边界", "outer"),
    "inner": ("内边界", "inner"),
    "east": ("东", "east"),
    "south": ("南", "south"),
    "west": ("西", "west"),
    "north": ("北", "north"),
    "word_street": ("道路", "street"),
    "word_trunk_road": ("干线公路", "trunk road"),
    "word_motorway": ("高速公路", "motorway"),
    "word_river": ("河流", "river"),
    "word_lake": ("湖岸", "shore"),
    "word_railway": ("铁路", "railway"),
    "word_county": ("县（区）界", "county border"),
    "word_township": ("乡镇（街道）界", "township border"),
    "word_community": ("社区（村）界", "community border"),
    "word_none": ("无名", "none"),
    "houses_centre": ("中心线", "centre line"),
    "houses_both": ("含路两侧", "both sides"),
    "houses_none": ("不含该路", "not included"),
    "houses_unknown": ("", ""),
    "yes": ("是", "yes"),
    "flag_doubtful": ("附近没有道路、河流或行政区界", "nothing runs along it"),
    "flag_no_name": ("所沿线路没有名称", "what it runs along has no name"),
    "flag_far": ("边界偏离该线较远", "the border lies rather far from it"),
    "flag_houses": ("看不出道路两侧归属", "no telling to whom the houses belong"),
    "flag_outside": ("学校不在本范围内：{sections}", "the school stands outside: {sections}"),
    "flag_pieces": ("范围分为{count}片", "the zone lies in {count} parts"),
    "flag_encloses": ("围住了别校的单元", "it encloses areas of others"),
    "flag_gap": ("其内有不属任何单元的地块", "it encloses ground that is in no area"),
    "between_flags": ("；", "; "),
    # the terminal
    "terminal_title": (
        "{county}·{scenario}：{year}年招生范围公告",
        "{county} · {scenario}: notice of the enrolment zones of {year}",
    ),
    "zones": ("范围", "Zones"),
    "border_km": ("边界（千米）", "Border (km)"),
    "named_share": ("有名可循", "Named"),
    "town_share": ("城镇范围", "In town"),
    "town_said": ("{share}（{count}）", "{share} ({count})"),
    "doubtful_count": ("存疑段", "Doubtful"),
    "doubtful_km": ("存疑（千米）", "Doubtful (km)"),
    "none_to_say": ("–", "–"),
    "shares_explained": (
        "有名可循：沿有名称的道路、河流、湖岸、铁路的边界长度占比；城镇范围：同上，"
        "只计全部单元都在城镇的范围，括号内为个数。行政区界不计在内。",
        "Named: share of the border that runs along a street, river, shore or railway with a name; "
        "in town: the same of zones that lie in town with all of their areas, and how many they "
        "are. Borders of townships and villages do not count.",
    ),
    "most_doubtful": ("存疑最多", "Most doubtful"),
    "doubtful_of": (
        "{stage}，{zone}：{count}段，{metres}米",
        "{stage}, {zone}: {count} stretches, {metres} m",
    ),
    "to_look_at": ("请核对", "Please look at"),
    "said_outside": (
        "{stage}：{sections}不在自己的招生范围内。",
        "{stage}: {sections} stands outside its own zone.",
    ),
    "said_pieces": (
        "{stage}：{zone}的范围分为{count}片。",
        "{stage}: the zone of {zone} lies in {count} parts.",
    ),
    "said_encloses": (
        "{stage}：{zone}的范围围住了别校的单元。",
        "{stage}: the zone of {zone} encloses areas of others.",
    ),
    "said_idle": (
        "{stage}：{sections}按范围招生，但没有划入任何单元。",
        "{stage}: no area is zoned to {sections}.",
    ),
    "said_unzoned": (
        "{stage}：{count}个单元没有划给任何学校，如{first}。",
        "{stage}: areas zoned to no school: {count}, such as {first}.",
    ),
    "said_countywide": (
        "{stage}：全县（区）招生，公告中只列校名。",
        "{stage}: the whole county is the intake; the notice lists the schools only.",
    ),
    "said_until": (
        "{stage}：这些招生范围到{year}年为止；下一年起的范围用--year {next}另写公告。",
        "{stage}: these zones hold until {year}; for those after them, add --year {next}.",
    ),
    "said_rough": (
        "边界与道路中心线偏离较大，公告不写道路两侧归属。",
        "Borders are drawn too far from centre lines to say whose the houses along streets are.",
    ),
    "and_more": ("另有{count}项，见stretches.csv。", "{count} more: see stretches.csv."),
}
