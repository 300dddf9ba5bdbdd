import { type Document, isScalar, parseDocument, visit } from 'yaml'

const documents = new WeakMap<Buffer, Document>()

/**
 * A YAML body, parsed once whoever asks. Repeated keys are looked for apart: the parser would compare every key with every
 * other one, and a large map would keep the lab from all else.
 */
export function yamlIn(bytes: Buffer): Document {
  const known = documents.get(bytes)
  if (known) return known
  const made = parseDocument(bytes.toString('utf8'), { merge: true, uniqueKeys: false })
  documents.set(bytes, made)
  return made
}

/**
 * Fields that a body holds more than once, in the words of the real decoders; the last one counts. Parsers hide them, and
 * `fieldValidation` speaks of them (Kubernetes documentation, "Server-side field validation").
 */
export function repeatedIn(bytes: Buffer, mediaType: string): string[] {
  if (/yaml/.test(mediaType)) return inYaml(bytes)
  return /json|^$/.test(mediaType) ? inJson(bytes.toString('utf8')) : []
}

const mostTold = 100

/** As one refusal has them: a YAML decoder tells all its errors in one. */
export const strictly = (repeated: readonly string[]): string[] =>
  repeated.some(text => text.startsWith('line '))
    ? [`yaml: unmarshal errors:\n${repeated.map(text => `  ${text}`).join('\n')}`]
    : [...repeated]

function inYaml(bytes: Buffer): string[] {
  const found: string[] = []
  const text = bytes.toString('utf8')
  visit(yamlIn(bytes), {
    Map(_, { items }) {
      const names = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key) || key.value === '<<') continue
        if (names.has(key.value) && found.length < mostTold) {
          const line = text.slice(0, key.range?.[0] ?? 0).split('\n').length
          found.push(`line ${line}: key ${JSON.stringify(key.value)} already set in map`)
        }
        names.add(key.value)
      }
    },
  })
  return found
}

/** Walks over JSON. What is none has no fields: whoever reads it next says so. */
function inJson(text: string): string[] {
  const found: string[] = []
  /** What is open: an object with the names it had, or a list with the place it is at. */
  const open: { names: Set<string> | null; place: number; step: string }[] = []
  let last = ''
  for (let index = 0; index < text.length; index++) {
    const inner = open.at(-1)
    switch (text[index]) {
      case '{':
        open.push({ names: new Set(), place: 0, step: '' })
        break
      case '[':
        open.push({ names: null, place: 0, step: '[0]' })
        break
      case '}':
      case ']':
        open.pop()
        break
      case ',':
        if (inner?.names === null) inner.step = `[${++inner.place}]`
        break
      case '"': {
        const start = index++
        while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1
        if (index >= text.length) return []
        last = text.slice(start, index + 1)
        break
      }
      case ':': {
        if (!inner?.names) break
        const name = nameIn(last)
        if (name === null) return []
        inner.step = name
        if (inner.names.has(name) && found.length < mostTold)
          found.push(`duplicate field ${JSON.stringify(pathOf(open))}`)
        inner.names.add(name)
        break
      }
      default:
    }
  }
  return [...new Set(found)]
}

function nameIn(quoted: string): string | null {
  try {
    return String(JSON.parse(quoted))
  } catch {
    return null
  }
}

const pathOf = (open: readonly { step: string }[]): string =>
  open.reduce((path, { step }) => (path === '' || step.startsWith('[') ? path + step : `${path}.${step}`), '')
