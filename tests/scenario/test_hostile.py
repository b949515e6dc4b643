"""Hostile YAML: one sentence each, quickly, and never another exception."""

import string

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from calculator.scenario import Scenario, ScenarioError, parse_scenario

BOMB = "a: &a [x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "bomb": (BOMB, "anchors and aliases"),
    "alias alone": ("a: *b", "anchors and aliases"),
    "object": ("a: !!python/object/apply:os.system [echo x]", "tag 'tag:yaml.org,2002:python"),
    "tag": ("chemistries: !x [LFP]", "tag '!x' is not used here"),
    "deep flow": ("a: " + "[" * 100_000, "nested deeper than 16 levels"),
    "deep block": ("\n".join(" " * n + "a:" for n in range(500)), "nested deeper"),
    "deep dashes": ("- " * 10_000 + "x", "nested deeper"),
    "many": ("a: [" + "1, " * 90_000 + "]", "more than 60000 values"),
    "large": ("a: " + "x" * 1_000_001, "larger than 1 MB"),
    "two documents": ("a: 1\n---\nb: 2", "a second document begins"),
    "null byte": ("a: \0", "malformed YAML"),
    "surrogate": ("a: \ud800", "malformed YAML"),
    "binary": ("\x7fELF\x01\x02\x03", "malformed YAML"),
    "tab": ("a:\n\t- b", "s:2: malformed YAML"),
    "colon": ("a: b: c", "malformed YAML"),
    "open quote": ('a: "b', "malformed YAML"),
    "open brace": ("{a: 1", "malformed YAML"),
    "list as key": ("? [a]\n: b", "a key is not plain text"),
    "merge": ("<<: {chemistries: [LFP]}", "unknown key '<<'"),
    "long number": ("year: " + "9" * 10_000, "year"),
    "directive": ("%YAML 9.9\n---\na: 1", "s"),
    "html": ("<script>alert(1)</script>", "the file holds no keys"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_in_one_sentence(name):
    text, says = HOSTILE[name]
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "s")
    assert says in str(caught.value)
    assert len(str(caught.value)) < 1000 or "\n" in str(caught.value)


KEYS = [
    "name", "chemistries", "format", "pack", "energy", "power", "volume", "year", "currency",
    "region", "deck", "overlay", "sourcing", "importer", "demand", "chemistry", "rules", "rule",
    "limit", "countries", "material", "stage",
]  # fmt: skip
WORDS = [
    "75 kWh", "40 %", "30 GWh/year", "LFP", "USA", "exclude", "hhi_cap", "cap_group_share",
    "recycled_floor", "-1 kWh", "1e400 kWh", "NaN", "∞ kWh", "0x10", "~", "2024", "=1+1",
    "../../etc/passwd", "{{x}}", "%s", "%n", "\u202e", "\x85", "'", '"', "&a", "*a", "!!x", "|",
]  # fmt: skip
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(WORDS),
    st.text(max_size=20),
)
trees = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=8)), inner, max_size=6),
    ),
    max_leaves=25,
)


def _flow(value: object) -> str:
    """A tree as flow YAML, badly quoted on purpose."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return str(value)


noise = st.text(alphabet=string.printable + "\0\x85\ufeff\u2028é😀", max_size=200)
texts = st.one_of(
    trees.map(_flow), noise, st.binary(max_size=100).map(lambda b: b.decode("latin1"))
)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(texts)
@example("chemistries: [LFP]")
@example("{chemistries: [LFP], sourcing: {importer: USA, rules: [{rule: [], name: {}}]}}")
@example("{chemistries: [LFP], sourcing: {importer: USA, rules: {rule: exclude}}}")
def test_any_text_gives_a_scenario_or_sentences(text):
    try:
        scenario = parse_scenario(text, "s")
    except ScenarioError as error:
        assert str(error).strip()
        assert all(fault.remedy and "\n" not in str(fault) for fault in error.faults)
    else:
        assert isinstance(scenario, Scenario)
