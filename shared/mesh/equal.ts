/** Whether two values of JSON say the same; the order of an object's keys says nothing. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = Object.keys(a)
  if (left.length !== Object.keys(b).length) return false
  return left.every(
    key => Object.hasOwn(b, key) && isEqual(a[key as keyof typeof a] as unknown, b[key as keyof typeof b] as unknown),
  )
}
