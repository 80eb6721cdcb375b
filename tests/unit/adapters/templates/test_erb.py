"""ERB templates through a real ruby, against what BOSH's director offers them."""

import shutil

import pytest

from paasta_deploy.adapters.templates.erb import ErbJob, ErbTemplate, ErbTemplates
from paasta_deploy.adapters.templates.jinja import TextFailure
from paasta_deploy.model.errors import TemplateError
from paasta_deploy.model.values import JsonObject

needs_ruby = pytest.mark.skipif(
    shutil.which("ruby") is None, reason="needs ruby: apt-get install ruby"
)

SPEC: JsonObject = {
    "name": "web",
    "index": 3,
    "id": "i-3",
    "ip": "10.0.0.9",
    "az": None,
    "networks": {"default": {"ip": "10.0.0.9", "dns": ["10.0.0.2"]}},
    "properties": {"a": {"b": 1, "off": False}, "list": ["x", {"y": 2}], "none": None},
    "links": {
        "db": {
            "deployment_name": "my_dep",
            "domain": "bosh",
            "default_network": "Private.net",
            "instance_group": "db",
            "instances": [
                {
                    "name": "db",
                    "index": 0,
                    "id": "i-0",
                    "az": "z1",
                    "address": "10.0.0.1",
                    "bootstrap": True,
                    "properties": {"own": 5},
                }
            ],
            "properties": {"port": 5432},
        },
        "manual": {"instances": [], "address": "db.example"},
        "short": {"instances": [], "short_group": "q-g12", "short_network": "n5"},
    },
    "release": {"name": "r", "version": "1"},
}


def render(*texts: str, spec: JsonObject = SPEC) -> list[str | TextFailure]:
    templates = [ErbTemplate(name=f"web/{n}.erb", text=text) for n, text in enumerate(texts)]
    job = ErbJob(spec=spec, templates=tuple(range(len(texts))))
    return ErbTemplates().render(templates, [job], {"z1": 1, "z2": 7})[0]


ASKED = {
    "<%= p('a.b') %>": "1",
    "<%= p(['x', 'a.b']) %>": "1",
    "<%= p('x', 'default') %>": "default",
    "<%= p('x', nil).inspect %>": "nil",
    "<%= p('a.off') %>": "false",
    "<%= p('list').to_json %>": '["x",{"y":2}]',
    "<% if_p('a.b', 'list') do |b, l| %><%= b %><%= l.size %><% end %>": "12",
    "<% if_p('x') { |x| %>no<% }.else { %>else<% } %>": "else",
    "<% if_p('x') { |x| %>no<% }.else_if_p('a.b') { |b| %>b<%= b %><% }.else { %>no<% } %>": "b1",
    "<% if_p('a.b') { |b| %>b<% }.else_if_p('list') { |l| %>no<% }.else { %>no<% } %>": "b",
    "<%= link('db').instances.map { |i| [i.name, i.index, i.id, i.az, i.address] }.inspect %>":
        '[["db", 0, "i-0", "z1", "10.0.0.1"]]',
    "<% i = link('db').instances.first %><%= i.p('own') %><%= i.bootstrap %>": "5true",
    "<%= link('db').p('port') %><%= link('db').properties['port'] %>": "54325432",
    "<% link('db').if_p('port') { |port| %><%= port %><% } %>": "5432",
    "<%= link('db').address %>": "q-s0.db.privatenet.my-dep.bosh",
    "<%= link('db').address(azs: %w[z2 z1], status: 'healthy',"
    " initial_health_check: 'synchronous') %>":
        "q-a1a7s3y1.db.privatenet.my-dep.bosh",
    "<%= link('manual').address(azs: ['z1']) %>": "db.example",
    "<%= link('short').address %>": "q-n5s0.q-g12.bosh",
    "<%= link('short').address(azs: ['z2'], status: 'healthy') %>": "q-a7n5s3.q-g12.bosh",
    "<% if_link('db') { |l| %><%= l.p('port') %><% }.else { %>no<% } %>": "5432",
    "<% if_link('x') { |l| %>no<% }.else_if_link('db') { |l| %>db<% } %>": "db",
    "<% if_link('x') { |l| %>no<% }.else_if_p('a.b') { |b| %>p<%= b %><% } %>": "p1",
    "<%= name %>/<%= index %>": "web/3",
    "<%= spec.ip %> <%= spec.networks.default.ip %> <%= spec.networks.default.dns.first %>":
        "10.0.0.9 10.0.0.9 10.0.0.2",
    "<%= spec.networks.to_h.keys.inspect %>": "[:default]",
    "<%= spec.networks.methods(false).grep(/def/).first %>": "default",
    "<%= spec.az.inspect %><%= spec.unknown.inspect %>": "nilnil",
    "<%= spec.release.name %><%= spec['id'] %><%= spec.dig('networks', 'default', 'ip') %>":
        "ri-310.0.0.9",
    "<%= properties.a.b %><%= properties.list[1].y %>": "12",
    "<%= properties.respond_to?(:a) %><%= properties.respond_to?(:zzz) %>": "truefalse",
    "<%= raw_properties['a'].to_json %>": '{"b":1,"off":false}',
    "a\n<% if true -%>\nb\n<% end -%>\nc\n": "a\nb\nc\n",
    "<%= YAML.dump({'a' => 1}) %>": "---\na: 1\n",
    "<%= Shellwords.escape('a b') %><%= ''.blank? %><%= [1].present? %><%= nil.blank? %>":
        "a\\ btruetruetrue",
    "<%= IPAddr.new('10.0.0.0/8').include?('10.1.1.1') %>": "true",
    "<%= OpenSSL::Digest::SHA256.hexdigest('')[0, 8] %>": "e3b0c442",
    "<% class Helper; def hi; 'hi'; end; end %><%= Helper.new.hi %>": "hi",
    "<% TWO = 2 %><%= TWO %>": "2",
    "<% def double(x) x * 2 end %><%= double(4) %>": "8",
    "<%% literal %> ä": "<% literal %> ä",
}  # fmt: skip


@needs_ruby
def test_templates_say_what_the_director_of_bosh_makes_of_them() -> None:
    assert dict(zip(ASKED, render(*ASKED), strict=True)) == ASKED


FAILS = {
    "\n\n<%= p('x') %>": (3, "Can't find property '[\"x\"]'"),
    "<%= p(['x', 'y.z']) %>": (1, 'Can\'t find property \'["x", "y.z"]\''),
    "\n<%= link('x') %>": (2, "Can't find link 'x'"),
    "\n\n\n<%= spec.unknown.deeper %>": (4, "deeper' for nil"),
    "a\n<% raise 'boom' %>": (2, "boom"),
    "a\n<%= [1 %>\nb": (2, "syntax error"),
    "<% exit(3) %>": (1, "exit"),
    "<% def f; f; end; f %>": (1, "stack level too deep"),
    "<% require 'nonsense_gem' %>": (1, "cannot load such file -- nonsense_gem"),
    "<% class A; end %>\n<%= p('x') %>": (2, "Can't find property '[\"x\"]'"),
    "<%= link('db').address(azs: ['z9']) %>": (1, "Unknown AZ: 'z9'"),
}


@needs_ruby
def test_mistakes_are_told_with_their_line_and_do_not_stop_the_others() -> None:
    results = render(*FAILS, "fine")
    for (text, (line, message)), result in zip(FAILS.items(), results, strict=False):
        assert isinstance(result, TextFailure), text
        assert (result.line, text) == (line, text)
        assert message in result.message
    assert results[-1] == "fine"


@needs_ruby
def test_a_template_that_changes_values_changes_nothing_for_the_next() -> None:
    change = (
        "<% p('list') << 'more'; spec.networks['x'] = 1; p('list')[0] << 'y' %>"
        "<%= p('list').size %>"
    )
    assert render(change, "<%= p('list').to_json %><%= spec.networks.x.inspect %>") == [
        "3",
        '["x",{"y":2}]nil',
    ]


@needs_ruby
def test_what_templates_print_does_not_get_into_the_answer() -> None:
    assert render("<% puts 'hello'; $stdout.puts 'x'; system('echo y') %>a") == ["a"]


@needs_ruby
def test_each_instance_gets_its_own_values() -> None:
    templates = [ErbTemplate(name="a", text="<%= spec.id %>")]
    jobs = [ErbJob(spec={"id": str(n)}, templates=(0,)) for n in range(300)]
    assert ErbTemplates().render(templates, jobs, {}) == [[str(n)] for n in range(300)]


@needs_ruby
def test_a_batch_larger_than_every_pipe_gets_through() -> None:
    big = "x" * 100_000
    templates = [ErbTemplate(name="a", text=big + "<%= p('big') %>")]
    jobs = [ErbJob(spec={"properties": {"big": big}}, templates=(0,)) for _ in range(30)]
    assert ErbTemplates().render(templates, jobs, {}) == [[big + big]] * 30


@needs_ruby
def test_templates_see_nothing_of_the_directors_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DIRECTOR_SECRET", "hush")
    assert render("<%= ENV['DIRECTOR_SECRET'].inspect %>") == ["nil"]


@needs_ruby
def test_a_template_that_never_ends_is_stopped_with_all_that_it_started() -> None:
    templates = [ErbTemplate(name="a", text="<% system('sleep 60') %>")]
    with pytest.raises(TemplateError, match="not rendered within"):
        ErbTemplates(deadline_s=0.5).render(templates, [ErbJob(spec={}, templates=(0,))], {})


@needs_ruby
def test_a_process_that_a_template_leaves_behind_holds_nothing_up() -> None:
    assert render("<% spawn('sleep 60') %>done") == ["done"]


@needs_ruby
def test_a_ruby_that_dies_is_told_with_what_it_said() -> None:
    with pytest.raises(TemplateError, match=r"ruby failed with status .*"):
        render("<% $stderr.puts 'last words'; $stderr.flush; Process.kill(:KILL, $$) %>")


def test_a_missing_ruby_is_told_with_what_to_do() -> None:
    templates = [ErbTemplate(name="web/a.erb", text="<%= 1 %>")]
    with pytest.raises(TemplateError, match=r"'web/a\.erb' is an ERB template") as raised:
        ErbTemplates(ruby="no-such-ruby").render(templates, [ErbJob(spec={}, templates=(0,))], {})
    assert raised.value.hint == "install ruby (apt-get install ruby) or use .j2 templates"
