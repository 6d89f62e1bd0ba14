"""The walking rules, example by example: each is a way in a real ``.osm.pbf`` file, read and judged as in a run."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.configs import configs_dir
from lifecircle.errors import StudyError
from lifecircle.inputs.osm_streets import read_osm_ways
from lifecircle.inputs.ways import NODE_TAG_KEYS, TAG_KEYS, Ways, tag_table
from lifecircle.network.rules import FACTS, deciding_rules, read_walking_rules, unknown_streets, way_uses
from lifecircle.yamlfile import read_yaml
from osm_files import write_osm
from walking_examples import EXAMPLES


@pytest.fixture(scope="module")
def rules():
    return read_walking_rules()


@pytest.fixture(scope="module")
def judged(rules, tmp_path_factory):
    """Write all examples into one file, and return their uses and the id of the rule that decided each fact.

    The file is read for every tag that a rule may ask for.
    """
    nodes, ways = {}, {}
    for number, example in enumerate(EXAMPLES, start=1):
        refs = [3 * number, 3 * number + 1, 3 * number + 2]
        north = 32 + 0.001 * number
        nodes |= dict(zip(refs, [(118.8, north), (118.801, north), (118.801, north + 0.0005)], strict=True))
        ways[number] = ([*refs, refs[0]] if example.ring else refs, example.tags)
    path = write_osm(tmp_path_factory.mktemp("rules") / "examples.osm.pbf", nodes, ways)
    read, problems = read_osm_ways(path, path.name)
    assert problems == []
    assert read.way_id.tolist() == list(ways)
    ids = np.array([rule.id for rule in rules.rules])
    deciding = {fact: ids[index] for fact, index in deciding_rules(read.tags, rules).items()}
    return list(zip(way_uses(read, rules).to_dict("records"), pd.DataFrame(deciding).to_dict("records"), strict=True))


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=[f"{each.rule}: {each.sentence}" for each in EXAMPLES])
def test_a_way_is_used_as_its_tags_say(number, judged, rules):
    example, (use, deciding) = EXAMPLES[number], judged[number]
    assert {fact: use[fact] for fact in example.expected} == example.expected
    rule = next(rule for rule in rules.rules if rule.id == example.rule)
    assert example.rule in {deciding[fact] for fact in FACTS if getattr(rule, fact) is not None}
    assert use["rule"] == deciding["walk"]


def test_every_word_of_every_rule_decides_at_least_one_example(judged, rules):
    words = {(rule.id, fact) for rule in rules.rules for fact in FACTS if getattr(rule, fact) is not None}
    assert {(rule, fact) for _, deciding in judged for fact, rule in deciding.items()} == words
    assert {example.rule for example in EXAMPLES} == {rule.id for rule in rules.rules}


def test_there_is_a_use_for_every_tag_that_is_read(rules):
    asked = {key for rule in rules.rules for conditions in rule.alternatives for key in conditions}
    assert set(TAG_KEYS) - asked == {"name", "name:zh", "name:en"}


def naive_uses(tags: dict[str, str], rules: list[dict]) -> dict[str, object]:
    """Return what the rules say of one way, read one by one as a person would: the oracle of the vectorised reading."""

    def met(value, wanted):
        wanted = wanted if isinstance(wanted, list) else [wanted]
        if wanted == ["*"]:
            return value is not None
        if wanted == ["!*"]:
            return value is None
        if wanted[0][0] in "<>":
            return value is not None and beyond(value, wanted[0])
        if wanted[0].startswith("!"):
            return value is not None and f"!{value}" not in wanted
        return value in wanted

    said = {}
    for rule in rules:
        alternatives = rule["when"] if isinstance(rule["when"], list) else [rule["when"]]
        if any(all(met(tags.get(key), wanted) for key, wanted in each.items()) for each in alternatives):
            said = {fact: rule[fact] for fact in FACTS if fact in rule} | said
    return said


def beyond(value: str, bound: str) -> bool:
    """Return whether a number is below or above a bound, for the two bounds that the rules know."""
    text = value.replace(",", ".").replace(" ", "").lstrip("+-")
    factors = {"%": 1, "°": None} if bound == ">8.34 %" else {"cm": 0.01, "m": 1, "": 1}
    for unit, factor in factors.items():
        number = text.removesuffix(unit)
        if text.endswith(unit) and number.replace(".", "", 1).isdigit():
            size = float(number) * factor if factor else 100 * math.tan(math.radians(float(number)))
            return size < 0.9 if bound == "<0.9 m" else size > 8.34
    return False


RAW_RULES = read_yaml(configs_dir() / "walking.yaml", StudyError)[0]["rules"]
SPOKEN = {key: {"no", "yes", "else"} for key in TAG_KEYS}
SPOKEN["width"] |= {"0.8", "75 cm", "0.9 m", "1.5", "10%"}
SPOKEN["incline"] |= {"10%", "-12,5 %", "6°", "8.3%", "up", "10", "0.5 m"}
for _rule in RAW_RULES:
    for _each in _rule["when"] if isinstance(_rule["when"], list) else [_rule["when"]]:
        for _key, _wanted in _each.items():
            SPOKEN[_key] |= {word.strip("!*<>") for word in (_wanted if isinstance(_wanted, list) else [_wanted])} - {
                ""
            }
ANY_TAGS = st.lists(
    st.fixed_dictionaries({}, optional={key: st.sampled_from(sorted(values)) for key, values in SPOKEN.items()}),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, deadline=None)
@given(ANY_TAGS)
def test_the_vectorised_reading_equals_reading_rule_by_rule(rows):
    rules = read_walking_rules()
    deciding = deciding_rules(tag_table(rows, TAG_KEYS), rules)
    for row, tags in enumerate(rows):
        said = {fact: getattr(rules.rules[deciding[fact][row]], fact) for fact in FACTS}
        assert said == naive_uses(tags, RAW_RULES)


def test_tags_may_be_plain_text_columns(rules):
    categories = tag_table([example.tags for example in EXAMPLES], TAG_KEYS)
    plain = categories.astype(object)
    for fact, index in deciding_rules(categories, rules).items():
        np.testing.assert_array_equal(deciding_rules(plain, rules)[fact], index)


def test_a_tag_that_was_not_read_counts_as_not_tagged(rules):
    """Read without its width, the narrow path is passable; without any sidewalk tags, a trunk road is closed."""
    tags = tag_table([{"highway": "footway", "width": "0.5"}, {"highway": "trunk"}], TAG_KEYS)
    whole, part = (way_uses_of(each, rules) for each in (tags, tags[["highway"]]))
    assert whole["wheels"].tolist() == [False, True]
    assert part["wheels"].tolist() == [True, True]
    assert part["walk"].tolist() == [True, False]


def way_uses_of(tags, rules):
    one = np.zeros(2 * len(tags), dtype=np.int64)
    offsets = np.arange(0, 2 * len(tags) + 1, 2)
    ways = Ways(np.arange(len(tags)), tags, offsets, one, np.zeros((len(one), 2)), tag_table([], NODE_TAG_KEYS))
    return way_uses(ways, rules)


def test_streets_that_no_rule_knows_are_listed_by_their_word(rules):
    tags = tag_table([{"highway": word} for word in ("主干路", "path", "arterial", "主干路")])
    one = np.zeros(8, dtype=np.int64)
    ways = Ways(np.arange(4), tags, np.arange(0, 9, 2), one, np.zeros((8, 2)), tag_table([], NODE_TAG_KEYS))
    problems = unknown_streets(ways, way_uses(ways, rules), rules, "roads.shp")
    assert [(problem.file, problem.column, problem.reason.en.split(",")[0]) for problem in problems] == [
        ("roads.shp", "highway", "1 ways have highway=arterial"),
        ("roads.shp", "highway", "2 ways have highway=主干路"),
    ]


def written(tmp_path, text):
    path = tmp_path / "walking.yaml"
    path.write_text(text, encoding="utf-8")
    return path


LAST = "  - {id: rest, when: {}, walk: nobody, steps: false, snappable: true, wheels: true, square: false, why: rest}\n"


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("{id: a, when: {hihgway: path}, walk: everyone, why: w}", "'hihgway' is not read from street files"),
        ("{id: a, when: {highway: path}, why: w}", "rule a says nothing"),
        ("{id: a, when: {highway: path}, walk: sometimes, why: w}", "'everyone', 'residents' or 'nobody'"),
        ("{id: a, when: {foot: [yes]}, walk: everyone, why: w}", "read differently by different programs"),
        ('{id: a, when: {foot: ["!no", private]}, walk: everyone, why: w}', "all wanted, or all unwanted"),
        ('{id: a, when: {foot: ["*", private]}, walk: everyone, why: w}', "stand alone"),
        ('{id: a, when: {width: ["<1", "<2"]}, wheels: false, why: w}', "stand alone"),
        ('{id: a, when: {width: "<narrow"}, wheels: false, why: w}', "needs a number after < or >"),
        ('{id: a, when: {width: "<"}, wheels: false, why: w}', "needs a number after < or >"),
        ('{id: a, when: {width: ""}, wheels: false, why: w}', "needs a value"),
        ("{id: rest, when: {highway: path}, walk: everyone, why: w}", "used twice"),
        ("{id: a, when: {highway: path}, walks: everyone, why: w}", "Did you mean 'walk'?"),
    ],
)
def test_a_faulty_rule_is_refused_with_its_remedy(rule, fault, tmp_path):
    with pytest.raises(StudyError, match=r"walking\.yaml") as raised:
        read_walking_rules(written(tmp_path, f"rules:\n  - {rule}\n{LAST}"))
    assert fault in str(raised.value)


def test_rules_that_leave_some_ways_undecided_are_refused(tmp_path):
    with pytest.raises(StudyError, match=r"the last rule must have when: \{\} and say square"):
        read_walking_rules(written(tmp_path, f"rules:\n{LAST.replace('square: false, ', '')}"))


def test_own_rules_take_the_place_of_the_shipped_ones(tmp_path):
    own = "rules:\n  - {id: mine, when: {highway: trunk}, walk: everyone, why: a village}\n" + LAST
    deciding = deciding_rules(
        tag_table([{"highway": "trunk"}, {"highway": "path"}]), read_walking_rules(written(tmp_path, own))
    )
    assert deciding["walk"].tolist() == [0, 1]


@pytest.mark.real
def test_real_streets_of_porto_alegre_and_helsinki_equal_reading_rule_by_rule(real_data, rules):
    for name in ("porto_alegre/poa_osm.pbf", "helsinki/Helsinki.osm.pbf"):
        ways, _ = read_osm_ways(real_data / name, name)
        uses = way_uses(ways, rules)
        distinct = ways.tags.drop(columns=["name", "name:zh", "name:en"]).astype(object).drop_duplicates()
        rows = [
            {key: value for key, value in tags.items() if not pd.isna(value)} for tags in distinct.to_dict("records")
        ]
        said = pd.DataFrame([naive_uses(tags, RAW_RULES) for tags in rows], index=distinct.index)
        expected = said[["steps", "snappable", "wheels"]].assign(
            walk=said["walk"] != "nobody", private=said["walk"] == "residents"
        )
        pd.testing.assert_frame_equal(uses.loc[distinct.index, list(expected)], expected, check_dtype=False)
        assert (uses["rule"] != "unknown").all()
