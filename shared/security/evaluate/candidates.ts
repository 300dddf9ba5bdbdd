import { addressesAround, blockIn } from './address.ts'
import { type Facts, type Identity, identityOf, type Value } from './facts.ts'
import type { Atom, Seeds } from './kleene.ts'
import { fresh, textsAround } from './text.ts'

type Of<K extends Seeds['kind']> = Extract<Seeds, { kind: K }>

/**
 * The values that a fact may have, as far as the questions asked of it can tell them apart: one of every kind. Null:
 * they are too many to be tried.
 */
export function candidatesOf(atoms: readonly Atom[], facts: Facts): Value[] | null {
  const seeds = atoms.map(atom => atom.seeds)
  const of = <K extends Seeds['kind']>(kind: K) => seeds.filter((one): one is Of<K> => one.kind === kind)
  switch (seeds[0]?.kind) {
    case undefined:
      return []
    case 'flag':
      return [false, true]
    case 'choice':
      return [...new Set(of('choice').flatMap(one => one.of))]
    case 'port':
      return ports(of('port'))
    case 'address':
      return addressesAround(of('address').flatMap(one => one.blocks.flatMap(block => blockIn(block) ?? [])))
    case 'text':
      return plain(of('text'))
    case 'list':
      return lists(of('list').flatMap(one => one.patterns))
    case 'who':
      return identities(of('who'), facts)
    case 'token':
      return tokens(of('token'), facts)
  }
}

function ports(seeds: readonly Of<'port'>[]): number[] {
  const asked = new Set(seeds.flatMap(one => one.ports))
  let other = 1
  while (asked.has(other)) other++
  return [...asked, other]
}

/** An HTTP request always has a method, a path and a host; a header may be missing. */
function plain(seeds: readonly Of<'text'>[]): Value[] | null {
  const found = textsAround(seeds.flatMap(one => one.patterns))
  const letters = seeds[0]?.letters
  // Methods are told in capitals, so that one in small letters is none.
  const possible = found?.filter(text => letters !== 'upper' || text === text.toUpperCase())
  return possible ? [...possible, ...(seeds.some(one => one.none) ? [null, ''] : [])] : null
}

/** None, one, several, all. */
function lists(patterns: readonly string[]): Value[] | null {
  const found = textsAround(patterns)
  if (found === null) return null
  if (found.length <= 6) {
    const subsets = found.reduce<string[][]>((sets, item) => [...sets, ...sets.map(set => [...set, item])], [[]])
    return subsets
  }
  return [[], ...found.map(item => [item]), found]
}

/** Principals of Istio's kind, made of the parts that patterns name. */
function identities(seeds: readonly Of<'who'>[], { flow }: Facts): Identity[] | null {
  const { namespace, serviceAccount } = flow.source
  const patterns = seeds.flatMap(one => one.principals)
  const namespaces = textsAround(seeds.flatMap(one => one.namespaces))
  if (namespaces === null) return null
  const accounts = seeds.flatMap(one => one.accounts.map(account => account.split('/')))
  const parts = patterns.map(partsOf)
  const named = (index: number) => parts.flatMap(one => textsLike(one[index]))
  const domains = new Set([fresh, ...named(0)])
  const places = new Set([...namespaces, fresh, ...accounts.map(([place = '']) => place), ...named(2)])
  const names = new Set([fresh, ...accounts.map(([, name = '']) => name), ...named(4)])
  const near = typeof namespace === 'string' ? new Set([namespace]) : places
  const called = typeof serviceAccount === 'string' ? new Set([serviceAccount]) : names
  if (domains.size * near.size * called.size > 20_000) return null
  return [...domains].flatMap(domain =>
    [...near].flatMap(place => [...called].map(name => identityOf(`${domain}/ns/${place}/sa/${name}`))),
  )
}

/** Of `trust-domain/ns/…/sa/…` what a pattern says: from the left, or after a star from the right. */
function partsOf(pattern: string): (string | undefined)[] {
  const written = pattern.split('/')
  if (!pattern.startsWith('*') || written.length > 5) return written
  return [...Array.from({ length: 5 - written.length }, () => undefined), ...written]
}

/** `sh*` stands for `sh` and for more. */
const textsLike = (part: string | undefined): string[] =>
  part === undefined
    ? []
    : part.includes('*')
      ? [part.replaceAll('*', ''), part.replaceAll('*', fresh)].filter(text => text !== '')
      : [part]

/** Of issuers and subjects one of every kind that patterns tell apart, each with each. */
function tokens(seeds: readonly Of<'token'>[], { flow }: Facts): Value[] | null {
  const { jwt } = flow
  const parts = seeds.flatMap(one => one.principals.map(partedAtSlash))
  const around = (known: string | null | undefined, patterns: readonly string[]): string[] | null =>
    typeof known === 'string' ? [known] : textsAround(patterns)
  const asked = seeds.flatMap(one => one.issuers)
  const issuers = around(jwt?.issuer, [...asked, ...parts.map(([issuer]) => issuer)])
  const subjects = around(
    jwt?.subject,
    parts.map(([, subject]) => subject),
  )
  if (issuers === null || subjects === null || issuers.length * subjects.length > 20_000) return null
  const found: Value[] = issuers.flatMap(issuer => subjects.map(subject => ({ issuer, subject })))
  return jwt === undefined ? [null, ...found] : found
}

function partedAtSlash(pattern: string): readonly [issuer: string, subject: string] {
  const slash = pattern.lastIndexOf('/')
  if (slash >= 0) return [pattern.slice(0, slash), pattern.slice(slash + 1)]
  return pattern.startsWith('*') ? ['*', pattern] : [pattern, '*']
}
