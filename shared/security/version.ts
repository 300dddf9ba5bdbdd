/** Which Istio it is: some of what policies mean came with a version. */

/** Of several istiods the oldest tells what is sure; null: nobody says, or not in numbers. */
export function versionIn(images: readonly string[]): string | null {
  const tags = images.flatMap(image => {
    const found = /(?:^|\/)pilot(?::([^@]*))?(?:@.*)?$/.exec(image)
    return found === null ? [] : [found[1] ?? '']
  })
  const known = tags.flatMap(tag => (minorOf(tag) === null ? [] : [tag]))
  if (known.length === 0 || known.length < tags.length) return null
  return known.toSorted((a, b) => (minorOf(a) ?? 0) - (minorOf(b) ?? 0))[0] ?? null
}

/** Null: it is not known. */
export function isAtLeast(version: string | null | undefined, minor: number): boolean | null {
  const own = minorOf(version ?? '')
  return own === null ? null : own >= minor
}

/** `1.29.0-distroless` → 29; what comes after Istio 1 is later than all of it. */
function minorOf(version: string): number | null {
  const [, major, minor] = /^v?(\d{1,3})\.(\d{1,4})(?!\d)/.exec(version) ?? []
  if (major === undefined || minor === undefined || major === '0') return null
  return major === '1' ? Number(minor) : Infinity
}
