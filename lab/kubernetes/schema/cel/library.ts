import { Environment } from '@marcbachmann/cel-js'
import { isIP } from 'node:net'
import { patternOf } from '#lab/kubernetes/schema/pattern.ts'
import { isFields } from '#lab/kubernetes/value.ts'
import { compareQuantities, isQuantity } from './quantity.ts'

/** CEL as the API server speaks it (Kubernetes documentation, "Common Expression Language in Kubernetes"). */
export function createEnvironment(): Environment {
  const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })
    .registerVariable('self', 'dyn')
    .registerVariable('oldSelf', 'dyn')
    .registerFunction('present(ast): bool', present)
    .registerFunction('string.fits(string): bool', (text: string, pattern: string) => patternOf(pattern).test(text))
  urls(environment)
  addresses(environment)
  quantities(environment)
  texts(environment)
  return environment
}

/** What the library hands to a macro; only what is used here. */
interface Node {
  op: string
  args: readonly unknown[]
}
interface Present {
  object: Node
  field: string
}

/** `has(a.b.c)`: whether the last step leads anywhere. Earlier steps must. */
function present({ args: [node] }: { args: readonly Node[] }) {
  if (node?.op !== '.') throw new Error('has() asks for a field')
  // The parser makes these pairs: an object and the name of its field.
  const [object, field] = node.args as [Node, string]
  return {
    object,
    field,
    typeCheck(
      checker: { check(part: Node, context: unknown): unknown; getType(name: string): unknown },
      macro: Present,
      context: unknown,
    ) {
      checker.check(macro.object, context)
      return checker.getType('bool')
    },
    evaluate(evaluator: { run(part: Node, context: unknown): unknown }, macro: Present, context: unknown): boolean {
      const found = evaluator.run(macro.object, context)
      if (!isFields(found)) throw new Error('no such overload')
      return Object.hasOwn(found, macro.field)
    },
  }
}

function urls(environment: Environment): void {
  environment
    .registerType('URL', { ctor: URL })
    .registerFunction('isURL(string): bool', isUrl)
    .registerFunction('url(string): URL', (text: string) => {
      if (!isUrl(text))
        throw new Error(
          `URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`,
        )
      return text.startsWith('/') ? new URL(text, 'relative://') : new URL(text)
    })
    .registerFunction('URL.getScheme(): string', (url: URL) =>
      url.protocol === 'relative:' ? '' : url.protocol.slice(0, -1),
    )
    .registerFunction('URL.getHost(): string', (url: URL) => url.host)
    .registerFunction('URL.getHostname(): string', (url: URL) => url.hostname)
    .registerFunction('URL.getPort(): string', (url: URL) => url.port)
    .registerFunction('URL.getEscapedPath(): string', (url: URL) => url.pathname)
}

/** An absolute address or an absolute path, as Go's `url.ParseRequestURI` takes it. */
const isUrl = (text: string): boolean =>
  /^[^\s\p{Cc}]+$/u.test(text) && (text.startsWith('/') || (/^[a-z][a-z0-9+.-]*:/i.test(text) && URL.canParse(text)))

class Address {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

function addresses(environment: Environment): void {
  environment
    .registerType('IP', { ctor: Address })
    .registerFunction('isIP(string): bool', (text: string) => isIP(text) > 0)
    .registerFunction('ip(string): IP', (text: string) => {
      if (isIP(text) === 0)
        throw new Error(`IP Address ${JSON.stringify(text)} parse error during conversion from string`)
      return new Address(text)
    })
    .registerFunction('IP.family(): int', ({ text }: Address) => BigInt(isIP(text)))
    .registerFunction('isCIDR(string): bool', (text: string) => {
      const [address = '', size = '', ...rest] = text.split('/')
      const version = isIP(address)
      return version > 0 && rest.length === 0 && /^\d{1,3}$/.test(size) && Number(size) <= (version === 4 ? 32 : 128)
    })
}

class Quantity {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

function quantities(environment: Environment): void {
  const order = (one: Quantity, other: Quantity): number => compareQuantities(one.text, other.text)
  environment
    .registerType('Quantity', { ctor: Quantity })
    .registerFunction('isQuantity(string): bool', isQuantity)
    .registerFunction('quantity(string): Quantity', (text: string) => {
      if (!isQuantity(text))
        throw new Error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
      return new Quantity(text)
    })
    .registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => order(a, b) < 0)
    .registerFunction('Quantity.isGreaterThan(Quantity): bool', (a: Quantity, b: Quantity) => order(a, b) > 0)
    .registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) => BigInt(order(a, b)))
}

function texts(environment: Environment): void {
  environment
    .registerFunction(
      'string.find(string): string',
      (text: string, pattern: string) => patternOf(pattern).exec(text)?.[0] ?? '',
    )
    .registerFunction('string.replace(string, string): string', (text: string, old: string, by: string) =>
      text.replaceAll(old, () => by),
    )
    .registerFunction('string.charAt(int): string', (text: string, index: bigint) => text.charAt(Number(index)))
}
