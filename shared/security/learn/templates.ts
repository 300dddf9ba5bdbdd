/** Paths that were seen → path templates as policies write them: `/carts/42/items` is one of `/carts/{*}/items`. Pure. */

interface Node {
  sightings: number
  children: Map<string, Node>
}

/** A segment that is this common among its siblings is a word of its own, whatever stands beside it. */
const standing = 0.05
/** So many siblings that are seldom seen are values of one parameter; where most were hardly seen, fewer are enough. */
const many = 50
const some = 8
/** More words than this in one place are no words. */
const mostWords = 200

/** @returns what a path that was seen is one of; null for what no path pattern can say (`*`, or nothing). */
export function clusterPaths(seen: readonly { path: string; sightings: number }[]): (path: string) => string | null {
  const root: Node = { sightings: 0, children: new Map() }
  for (const { path, sightings } of seen) if (path.startsWith('/')) add(root, segmentsOf(path), sightings)
  settle(root)
  return path => {
    if (!path.startsWith('/')) return null
    const template: string[] = []
    let node: Node | undefined = root
    for (const segment of segmentsOf(path)) {
      const word = node?.children.has(segment) ? segment : anything
      node = node?.children.get(word)
      if (node === undefined) return null
      template.push(word)
    }
    return `/${template.join('/')}`
  }
}

const anything = '{*}'
const segmentsOf = (path: string): string[] => path.slice(1).split('/')

function add(node: Node, [segment, ...rest]: readonly string[], sightings: number): void {
  node.sightings += sightings
  if (segment === undefined) return
  const word = isValue(segment) ? anything : segment
  let child = node.children.get(word)
  if (child === undefined) node.children.set(word, (child = { sightings: 0, children: new Map() }))
  add(child, rest, sightings)
}

/**
 * Numbers, UUIDs, hashes and the like, by their looks; and what a pattern cannot hold as a letter of its own (Envoy's
 * URI templates know the letters of RFC 3986 only).
 */
const isValue = (segment: string): boolean =>
  /^\d+(\.\w{1,5})?$/.test(segment) ||
  /^\d{4}-\d{2}-\d{2}/.test(segment) ||
  /^(?=.*\d)[0-9a-f-]{8,}$/i.test(segment) ||
  /^(?=.*\d)(?=.*[a-z])[\w-]{16,}$/i.test(segment) ||
  !/^[\w.~%!$&'()+,;:@=-]*$/.test(segment)

/** Siblings that are values of one parameter become one, from the root down. */
function settle(node: Node): void {
  // An empty segment is none that `{*}` stands for.
  const words = [...node.children].filter(([word]) => word !== anything && word !== '')
  const rare = words.filter(([, { sightings }]) => sightings < standing * node.sightings)
  const hardly = rare.filter(([, { sightings }]) => sightings < 3)
  const isParameter = rare.length >= many || (rare.length >= some && hardly.length >= 0.4 * rare.length)
  const values = words.length > mostWords ? words : isParameter ? rare : []
  if (values.length > 0) {
    const merged: Node = node.children.get(anything) ?? { sightings: 0, children: new Map() }
    for (const [word, child] of values) {
      node.children.delete(word)
      merge(merged, child)
    }
    node.children.set(anything, merged)
  }
  for (const child of node.children.values()) settle(child)
}

function merge(into: Node, { sightings, children }: Node): void {
  into.sightings += sightings
  for (const [word, child] of children) {
    const known = into.children.get(word)
    if (known === undefined) into.children.set(word, child)
    else merge(known, child)
  }
}
