# Renders a batch of ERB templates for erb.py: one JSON document in, one JSON document out.
#
#   in:  {"templates": [{"name": "job/src.erb", "text": "..."}, ...],
#         "jobs": [{"spec": {...}, "templates": [index, ...]}, ...],   spec: BOSH's template spec
#         "az_ids": {"z1": 1}, "limit": bytes}
#   out: [[{"text": "..."} | {"line": 3, "message": "..."}, ...], ...]   one list for each job
#
# Templates see what BOSH's director offers them (spec 6.4): p, if_p/else_if_p/else, link, if_link,
# spec, name, index, properties, raw_properties. Each template gets its own copy of all values, so
# one that changes them changes nothing for the next. Templates are compiled once for all instances.

require 'erb'
require 'json'
require 'shellwords'

# The director's process has these loaded, and templates rely on that without asking for them.
autoload :Base64, 'base64'
autoload :Digest, 'digest'
autoload :IPAddr, 'ipaddr'
autoload :OpenSSL, 'openssl'
autoload :OpenStruct, 'ostruct'
autoload :Psych, 'yaml'
autoload :SecureRandom, 'securerandom'
autoload :Set, 'set'
autoload :URI, 'uri'
autoload :YAML, 'yaml'

class Object
  def blank?
    respond_to?(:empty?) ? !!empty? : !self
  end

  def present?
    !blank?
  end
end

class String
  def blank?
    match?(/\A[[:space:]]*\z/)
  end
end

class Numeric
  def blank?
    false
  end
end

class UnknownProperty < StandardError
  def initialize(names)
    super("Can't find property '#{names}'")
  end
end

class UnknownLink < StandardError
  def initialize(name)
    super("Can't find link '#{name}'")
  end
end

# A hash whose keys are methods, made on demand: templates say `spec.networks` and
# `properties.a.b`, and most touch a handful of the hundreds of values there. An absent key is nil.
class Fields < BasicObject
  KERNEL = ::Kernel.instance_method(:is_a?).owner

  def initialize(table)
    @table = table
  end

  def self.wrap(value)
    case value
    when ::Hash then new(value)
    when ::Array then value.map { |item| wrap(item) }
    else value
    end
  end

  def [](key)
    ::Fields.wrap(@table[key.to_s])
  end

  def []=(key, value)
    @table[key.to_s] = value
  end

  def dig(key, *rest)
    value = self[key]
    rest.empty? || value.nil? ? value : value.dig(*rest)
  end

  def to_h
    @table.to_h { |key, value| [key.to_sym, ::Fields.wrap(value)] }
  end

  def each_pair(&block)
    to_h.each_pair(&block)
  end

  def methods(regular = true)
    names = @table.keys.map(&:to_sym)
    regular ? names + ::Object.instance_methods : names
  end

  def respond_to?(name, _all = false)
    @table.key?(name.to_s) || ::Object.method_defined?(name)
  end

  def to_s
    pairs = @table.map { |key, value| " #{key}=#{value.inspect}" }
    "#<OpenStruct#{pairs.join(',')}>"
  end
  alias inspect to_s

  def to_json(*args)
    @table.to_json(*args)
  end

  def ==(other)
    ::Fields === other && other.instance_eval { @table } == @table
  end

  def nil?
    false
  end

  def method_missing(name, *args, &block)
    key = name.to_s
    return @table[key.chomp('=')] = args.first if key.end_with?('=') && args.size == 1
    return ::Fields.wrap(@table[key]) if @table.key?(key)
    return ::Kernel.instance_method(name).bind_call(self, *args, &block) if ::Kernel.method_defined?(name)

    nil
  end

  def respond_to_missing?(name, _all = false)
    @table.key?(name.to_s)
  end
end

# p and if_p over the hash that `lookup_in` returns.
module Lookup
  def p(*args)
    names = Array(args[0])
    names.each do |name|
      value = find_value(lookup_in, name)
      return value unless value.nil?
    end
    return args[1] if args.length == 2

    raise UnknownProperty.new(names)
  end

  def if_p(*names)
    values = names.map do |name|
      value = find_value(lookup_in, name)
      return Otherwise.new(self) if value.nil?

      value
    end
    yield(*values)
    Done.new
  end

  private

  def find_value(tree, name)
    name.split('.').reduce(tree) { |value, key| value.nil? ? nil : value[key] }
  end
end

# What if_p and if_link return when the block did not run.
class Otherwise
  def initialize(context)
    @context = context
  end

  def else
    yield
  end

  def else_if_p(*names, &block)
    @context.if_p(*names, &block)
  end

  def else_if_link(name, &block)
    @context.if_link(name, &block)
  end
end

# What they return when it did.
class Done
  def else; end

  def else_if_p(*_names)
    self
  end

  def else_if_link(_name)
    self
  end
end

class LinkInstance
  include Lookup
  attr_reader :name, :index, :id, :az, :address, :properties, :bootstrap

  def initialize(fields)
    @name, @index, @id, @az, @address, @properties, @bootstrap =
      fields.values_at('name', 'index', 'id', 'az', 'address', 'properties', 'bootstrap')
  end

  private

  def lookup_in
    @properties
  end
end

class Link
  include Lookup
  attr_reader :instances, :properties

  HEALTH = { 'healthy' => 3, 'unhealthy' => 1, 'all' => 4 }.freeze
  CHECKS = { 'asynchronous' => 'y0', 'synchronous' => 'y1' }.freeze

  def initialize(spec, az_ids)
    @spec = spec
    @az_ids = az_ids
    @properties = spec['properties']
    @instances = spec['instances'].map { |fields| LinkInstance.new(fields) }
  end

  # The DNS query name for the instances that match (spec 4.7), or a manual link's own address.
  def address(criteria = {})
    return @spec['address'] if @spec.key?('address')

    parts = Array(criteria[:azs]).map { |az| "a#{@az_ids.fetch(az) { raise "Unknown AZ: '#{az}'" }}" }
    check = CHECKS[criteria[:initial_health_check]]
    parts << check if check
    parts << "s#{HEALTH.fetch(criteria[:status], 0)}"
    parts << @spec['short_network'] if @spec.key?('short_group')
    ["q-#{parts.sort.join}", *group_labels, @spec['domain'] || 'bosh'].join('.')
  end

  private

  # A short name has the group's number, a long one three names (spec 4.7).
  def group_labels
    return [@spec['short_group']] if @spec.key?('short_group')

    %w[instance_group default_network deployment_name].map do |key|
      @spec[key].to_s.downcase.tr('_', '-').gsub(/[^0-9a-z-]/, '')
    end
  end

  def lookup_in
    @properties
  end
end

# What a template is evaluated in. Compiled templates become methods of this class.
class EvaluationContext
  include Lookup
  attr_reader :name, :index, :raw_properties

  def initialize(spec, az_ids)
    @table = spec
    @name = spec['name']
    @index = spec['index']
    @raw_properties = spec['properties'] || {}
    @links = spec['links'] || {}
    @az_ids = az_ids
  end

  def spec
    @spec ||= Fields.new(@table)
  end

  def properties
    @properties ||= Fields.new(@raw_properties)
  end

  def link(name)
    found = find_link(name)
    raise UnknownLink.new(name) if found.nil?

    found
  end

  def if_link(name)
    found = find_link(name)
    return Otherwise.new(self) if found.nil?

    yield found
    Done.new
  end

  def get_binding
    binding
  end

  # This process starts without rubygems, because loading them costs more than rendering. A template
  # that needs a gem gets them now.
  def require(name)
    super
  rescue LoadError
    raise if defined?(::Gem)

    Kernel.require('rubygems')
    super
  end

  private

  def lookup_in
    @raw_properties
  end

  def find_link(name)
    spec = find_value(@links, name)
    spec.nil? || !spec.key?('instances') ? nil : Link.new(spec, @az_ids)
  end
end

# One template, compiled to a method of EvaluationContext. Code that is not allowed in a method
# (class definitions, constants) is evaluated in a fresh binding each time instead.
class CompiledTemplate
  # A template's own mistakes include syntax errors, exit and running out of stack.
  MISTAKES = [StandardError, ScriptError, SystemExit, SystemStackError, NoMemoryError].freeze

  def initialize(number, name, text)
    @name = name
    @method = :"render_template_#{number}"
    @erb = ERB.new(text, trim_mode: '-')
    @erb.filename = name
    begin
      @erb.def_method(EvaluationContext, @method.to_s, name)
    rescue SyntaxError
      @method = nil
    end
  end

  def render(spec, az_ids)
    context = EvaluationContext.new(spec, az_ids)
    text = @method ? context.send(@method) : @erb.result(context.get_binding)
    { 'text' => text.to_s.encode(Encoding::UTF_8) }
  rescue *MISTAKES => e
    { 'line' => line_of(e), 'message' => e.message.to_s.dup.force_encoding(Encoding::UTF_8).scrub[0, 2000] }
  end

  private

  def line_of(error)
    place = /#{Regexp.escape(@name)}:(\d+)/
    traces = error.is_a?(SyntaxError) ? [error.message] : []
    traces.concat(error.backtrace || [])
    traces.each { |trace| (found = place.match(trace)) && (return found[1].to_i) }
    nil
  end
end

answer = $stdout.dup
$stdout.reopen($stderr) # whatever templates print must not get between the lines of the answer
request = JSON.parse($stdin.read)
$stdin.reopen(File::NULL)

templates = request['templates'].each_with_index.map do |template, number|
  CompiledTemplate.new(number, template['name'], template['text'])
end
size = 0
results = request['jobs'].map do |job|
  copy = Marshal.dump(job['spec'])
  job['templates'].map do |number|
    result = templates[number].render(Marshal.load(copy), request['az_ids']) # rubocop:disable Security/MarshalLoad
    size += result['text'].to_s.bytesize
    abort("the rendered templates have more than #{request['limit']} bytes") if size > request['limit']
    result
  end
end
answer.write(JSON.generate(results))
answer.close
