"""Jinja2 templates: strict, sandboxed, bounded, and telling where a mistake stands."""

import pytest

from paasta_deploy.adapters.templates.context import RenderContext
from paasta_deploy.adapters.templates.jinja import JinjaTemplates, TextFailure
from paasta_deploy.model.values import JsonObject

LINK: JsonObject = {"instances": [{"address": "10.0.0.1", "index": 0}], "properties": {"port": 1}}


def render(
    text: str, properties: JsonObject | None = None, spec: JsonObject | None = None
) -> str | TextFailure:
    context = RenderContext(
        spec={"name": "web", "index": 3, "ip": "10.0.0.9", **(spec or {})},
        properties=properties or {},
        links={"db": LINK},
    )
    return JinjaTemplates().render("fp", "a.j2", text.encode(), context)


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("{{ p('a.b') }}", "1"),
        ("{{ p(['x', 'a.b']) }}", "1"),
        ("{{ p('x', 'default') }}", "default"),
        ("{% if if_p('a.b') %}yes{% else %}no{% endif %}", "yes"),
        ("{% if if_p('x') %}yes{% else %}no{% endif %}", "no"),
        ("{{ properties.a.b }}", "1"),
        ("{{ link('db').instances[0].address }}", "10.0.0.1"),
        ("{{ link('db').p('port') }}", "1"),
        ("{% for i in link('db').instances %}{{ i.index }}{% endfor %}", "0"),
        ("{% if if_link('db') %}yes{% endif %}{% if if_link('x') %}no{% endif %}", "yes"),
        ("{{ name }}/{{ index }} {{ spec.ip }}", "web/3 10.0.0.9"),
        ("{{ properties.a | tojson }}", '{"b": 1}'),
        ("{{ 'it\\'s $HOME' | shquote }}", "'it'\"'\"'s $HOME'"),
        ("a\n{% if true %}\nb\n{% endif %}\nc\n", "a\nb\nc\n"),
        ("no html: {{ '<&>' }}\n", "no html: <&>\n"),
    ],
)
def test_templates_say_what_they_are_given(text: str, rendered: str) -> None:
    assert render(text, {"a": {"b": 1}}) == rendered


def test_keys_win_over_the_methods_of_a_mapping() -> None:
    assert render("{{ properties.items }} {{ properties.keys }}", {"items": 1, "keys": 2}) == "1 2"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\n\n{{ p('x') }}", 3, "Can't find property '[\"x\"]'"),
        ("\n{{ link('x') }}", 2, "Can't find link 'x'"),
        ("\n{{ nothing }}", 2, "'nothing' is undefined"),
        ("\n\n\n{{ spec.nothing.deeper }}", 4, "'dict object' has no attribute 'nothing'"),
        ("{{ p('a') + 1 }}", 1, 'TypeError: can only concatenate str (not "int") to str'),
        ("{{ 1 // 0 }}", 1, "ZeroDivisionError: integer division or modulo by zero"),
        ("a\n{% if %}", 2, "Expected an expression, got 'end of statement block'"),
        ("a\n{% for x in [1] %}\n", 2, "Unexpected end of template"),
        ("\n{{ 'x' | nofilter }}", 2, "No filter named 'nofilter'."),
        ("{# fine #}\necho ${#list[@]}\n\n", 2, "write a shell's ${#x} as {{ '${#x}' }}"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, message: str) -> None:
    failure = render(text, {"a": "text"})
    assert isinstance(failure, TextFailure)
    assert failure.line == line
    assert message in failure.message


def test_a_mistake_in_a_loop_is_told_where_it_happens() -> None:
    failure = render("{% for x in [1] %}\n{% if x %}\n{{ p('gone') }}\n{% endif %}\n{% endfor %}")
    assert isinstance(failure, TextFailure)
    assert failure.line == 3


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ p.__globals__ }}",
        "{{ link.__func__.__globals__ }}",
        "{{ link('db')._spec }}",
        "{{ properties.update({'a': 2}) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{% for x in range(10000000) %}{% endfor %}",
        "{{ 'x' * 100000000 }}",
        "{{ [1] * 100000000 }}",
        "{{ 10 ** 100000000 }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    ],
)
def test_templates_stay_in_the_sandbox(text: str) -> None:
    assert isinstance(render(text, {"a": 1}), TextFailure)


def test_a_template_that_writes_without_end_is_stopped() -> None:
    text = "{% for a in range(99999) %}{{ 'x' * 1000 }}{% endfor %}"
    failure = render(text)
    assert isinstance(failure, TextFailure)
    assert "more than" in failure.message


def test_small_products_are_fine() -> None:
    assert render("{{ '-' * 5 }}{{ 2 ** 10 }}{{ 3 * 4 }}") == "-----102412"


def test_a_text_that_is_no_utf8_is_told_with_its_line() -> None:
    context = RenderContext(spec={}, properties={})
    failure = JinjaTemplates().render("fp", "a.j2", b"ok\nok\n\xff", context)
    assert failure == TextFailure(line=3, message="it is not UTF-8 text")


def test_one_fingerprint_is_compiled_once() -> None:
    templates = JinjaTemplates()
    context = RenderContext(spec={}, properties={})
    assert templates.render("fp", "a.j2", b"one", context) == "one"
    assert templates.render("fp", "a.j2", b"two", context) == "one"
    assert templates.render("other", "a.j2", b"two", context) == "two"


def test_old_templates_are_forgotten() -> None:
    templates = JinjaTemplates()
    context = RenderContext(spec={}, properties={})
    for number in range(2001):
        templates.render(str(number), "a.j2", b"one", context)
    assert templates.render("0", "a.j2", b"two", context) == "two"
    assert templates.render("2000", "a.j2", b"two", context) == "one"
