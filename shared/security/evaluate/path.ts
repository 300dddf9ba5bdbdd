/** What a proxy makes of a path before any policy sees it. */
export type PathNormalization = 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES'

/** Istio docs, "Security Best Practices", path normalisation. The query is no part of it. */
export function asPoliciesSee(path: string, how: PathNormalization): string {
  const query = path.indexOf('?')
  const plain = query < 0 ? path : path.slice(0, query)
  if (how === 'NONE') return plain
  const decoded = how === 'DECODE_AND_MERGE_SLASHES' ? plain.replace(/%2f|%5c/gi, '/') : plain
  const resolved = withoutDots(unescaped(decoded.replaceAll('\\', '/')))
  return how === 'BASE' ? resolved : resolved.replace(/\/{2,}/g, '/')
}

/** RFC 3986, 6.2.2.2: letters that need no escape stand for themselves. */
const unescaped = (path: string): string =>
  path.replace(/%[0-9a-f]{2}/gi, escape => {
    const letter = String.fromCharCode(Number.parseInt(escape.slice(1), 16))
    return /[\w.~-]/.test(letter) ? letter : escape
  })

/** RFC 3986, 5.2.4: `.` and `..` are walked. */
function withoutDots(path: string): string {
  if (!path.startsWith('/') || !/\/\.{1,2}(\/|$)/.test(path)) return path
  const segments = path.slice(1).split('/')
  const kept: string[] = []
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
  }
  const last = segments.at(-1)
  return `/${[...kept, ...(last === '.' || last === '..' ? [''] : [])].join('/')}`
}
