import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageFolder } from './packages.ts'

/**
 * What the declarations beside the compiled validators say in words: one comment per field. They are generated, so a
 * small parser of their regular form is enough; whatever is no comment, name or nesting is passed over.
 */
export interface Words {
  description: string
  fields: ReadonlyMap<string, Words>
  /** Of the items of a list, or of the values of a map. */
  inner?: Words
}

const known = new Map<string, Words>()
const nothing: Words = { description: '', fields: new Map() }

/** The words of the one interface that a declaration file exports. */
export function readWords(file: string): Words {
  const found = known.get(file)
  if (found) return found
  // Named first: a type may refer to itself.
  known.set(file, nothing)
  const text = readFileSync(file, 'utf8')
  const start = /^export interface \w+(?: extends (\w+(?:, \w+)*))? \{/m.exec(text)
  if (!start) return nothing
  const { body, named } = parserOf(text, dirname(file))
  const own = body(start.index + start[0].length, commentBefore(text, start.index))
  const inherited = (start[1] ?? '').split(', ').flatMap(name => [...named(name, '').fields])
  const words = { ...own, fields: new Map([...inherited, ...own.fields]) }
  known.set(file, words)
  return words
}

function parserOf(text: string, folder: string) {
  const imports = new Map<string, string>()
  for (const [, names = '', path = ''] of text.matchAll(/^import \{ ([^}]*) \} from "([^"]+)";/gm))
    for (const name of names.split(', ')) imports.set(name, path)
  let at = 0

  const space = /\s*/y
  const skip = (): void => void match(space)
  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) at = pattern.lastIndex
    return found
  }
  const eat = (mark: string): boolean => {
    skip()
    if (!text.startsWith(mark, at)) return false
    at += mark.length
    return true
  }

  const comment = /\/\*\*[^]*?\*\//y
  const key = /(?:static |readonly )?(?:"([^"]*)"|(\w+))(\??):/y
  const index = /\[key: string\]:/y
  const word = /[\w.]+/y
  const literal = /"(?:[^"\\]|\\.)*"/y

  /** The fields between braces; the opening one has been read. */
  function body(from: number, description: string): Words {
    at = from
    const fields = new Map<string, Words>()
    let inner: Words | undefined
    while (!eat('}')) {
      const said = match(comment)?.[0]
      skip()
      const about = said === undefined ? '' : plainText(said)
      const named = match(key)
      if (named) fields.set(named[1] ?? named[2] ?? '', type(about))
      else if (match(index)) inner = type(about)
      else throw new Error(`${folder}: an unknown declaration at ${text.slice(at, at + 40)}`)
      eat(';')
    }
    return { description, fields, ...(inner ? { inner } : {}) }
  }

  /** A type with its alternatives; the first that has fields gives the words. */
  function type(description: string): Words {
    let words = member(description)
    while (eat('|') || eat('&')) {
      const other = member(description)
      if (words.fields.size === 0 && words.inner === undefined) words = other
    }
    return words
  }

  function member(description: string): Words {
    skip()
    if (eat('{')) return body(at, description)
    if (eat('(')) {
      const words = type(description)
      eat(')')
      return words
    }
    if (match(literal)) return { ...nothing, description }
    const name = match(word)?.[0] ?? ''
    if (!eat('<')) return named(name, description)
    const first = type('')
    while (eat(',')) type('')
    eat('>')
    return name === 'Array' ? { ...nothing, description, inner: first } : { ...first, description }
  }

  function named(name: string, description: string): Words {
    const path = imports.get(name)
    if (path === undefined || path.endsWith('/base')) return { ...nothing, description }
    const words = readWords(declarationOf(path, folder))
    return description === '' ? words : { ...words, description }
  }

  return { body, named }
}

function declarationOf(path: string, folder: string): string {
  const bare = path.replace(/\.js$/, '')
  if (bare.startsWith('.')) return join(folder, `${bare}.d.ts`)
  const [, name = '', rest = ''] = /^(@[^/]+\/[^/]+)\/(.*)$/.exec(bare) ?? []
  return join(packageFolder(name), `${rest}.d.ts`)
}

/** The comment that ends right before a place. */
function commentBefore(text: string, place: number): string {
  const before = text.slice(0, place).trimEnd()
  return before.endsWith('*/') ? plainText(before.slice(before.lastIndexOf('/**'))) : ''
}

/** The text of a comment, copied: a slice would keep the whole file in memory. */
function plainText(comment: string): string {
  const lines = comment
    .slice(3, -2)
    .split('\n')
    .map(line => line.replace(/^\s*\* ?/, '').trimEnd())
  const plain = lines.join('\n').replaceAll(/\\([*_/])/g, '$1')
  return Buffer.from(plain.trim()).toString()
}
