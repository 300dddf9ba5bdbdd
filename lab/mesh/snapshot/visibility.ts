/** `exportTo`: the namespaces whose proxies are told of an object. Null: all of them. */
export type Visibility = ReadonlySet<string> | null

/** Istio docs, `exportTo`: `.` is the object's own namespace, `*` every one, `~` none; nothing said = every one. */
export function readVisibility(exportTo: readonly string[], namespace: string): Visibility {
  if (exportTo.length === 0 || exportTo.includes('*')) return null
  return new Set(exportTo.filter(name => name !== '~').map(name => (name === '.' ? namespace : name)))
}

export const isVisible = (visibility: Visibility, namespace: string): boolean =>
  visibility === null || visibility.has(namespace)
