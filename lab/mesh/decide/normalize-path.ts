import type { MeshConfig } from '#lab/mesh/snapshot/mesh-config.ts'

/** Istio docs, "Security Best Practices", path normalisation: what a proxy makes of a path before any policy looks at it. */
export function normalizePath(path: string, how: MeshConfig['pathNormalization']): string {
  if (how === 'NONE') return path
  if (how === 'BASE') return base(path)
  const decoded = how === 'DECODE_AND_MERGE_SLASHES' ? path.replace(/%2f|%5c/gi, '/') : path
  return base(decoded).replace(/\/{2,}/g, '/')
}

/** RFC 3986, 6.2.2: needless escapes and dot segments go; a backslash is a slash. */
function base(path: string): string {
  if (!/[\\%]|\/\./.test(path)) return path
  const plain = path.replaceAll('\\', '/').replace(/%[0-9a-f]{2}/gi, escape => {
    const letter = String.fromCharCode(Number.parseInt(escape.slice(1), 16))
    return /[A-Za-z0-9._~-]/.test(letter) ? letter : escape
  })
  const kept: string[] = []
  const segments = plain.split('/').slice(1)
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1
    if (segment === '..') kept.pop()
    if (segment !== '..' && segment !== '.') kept.push(segment)
    else if (isLast) kept.push('')
  }
  return `/${kept.join('/')}`
}
