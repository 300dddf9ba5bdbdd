import type { Path } from '#shared/mesh/object.ts'

/** The path that `pathText` wrote; null for what it never writes. */
export function pathOf(text: string): Path | null {
  const path: (string | number)[] = []
  let rest = text
  while (rest !== '') {
    const found =
      /^\[(\d+)\]/.exec(rest) ??
      /^\[("(?:[^"\\]|\\.)*")\]/.exec(rest) ??
      (path.length === 0 ? /^([A-Za-z_$][\w$-]*)/ : /^\.([A-Za-z_$][\w$-]*)/).exec(rest)
    if (found === null) return null
    const [whole, step = ''] = found
    const quoted = step.startsWith('"') ? unquoted(step) : step
    if (quoted === null) return null
    path.push(/^\[\d/.test(whole) ? Number(step) : quoted)
    rest = rest.slice(whole.length)
  }
  return path
}

function unquoted(text: string): string | null {
  try {
    return JSON.parse(text) as string
  } catch {
    return null
  }
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(value: unknown, path: Path): unknown {
  let here: unknown = value
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined
    here = (here as Record<string | number, unknown>)[step]
  }
  return here
}
