import { isEqual } from '#shared/mesh/equal.ts'
import type { Json, Path } from '#shared/mesh/object.ts'

/**
 * A field as server-side apply prints it (structured-merge-diff, `fieldpath.Path`): `.spec.http`, `.metadata.labels.a.b/c`,
 * `.spec.listeners[name="http"].port`, `.metadata.finalizers["x"]`, `.spec.hosts[0]`. Names are not quoted, so that only
 * the objects tell where one ends: the longest name that is there. What is nowhere is told as far as it goes.
 */
export function pathOfField(field: string, ...objects: readonly unknown[]): Path {
  const path: (string | number)[] = []
  let rest = field
  let here = objects
  while (rest !== '') {
    const step = rest.startsWith('.') ? nameStep(rest, here) : itemStep(rest, here)
    if (step === null) break
    path.push(step.place)
    rest = rest.slice(step.length)
    here = here.map(value => inner(value, step.place))
  }
  return path
}

interface Step {
  place: string | number
  /** Characters it takes. */
  length: number
}

function nameStep(rest: string, here: readonly unknown[]): Step | null {
  const fits = (name: string) => rest.startsWith(name, 1) && /^($|[.[])/.test(rest.slice(1 + name.length))
  const [longest] = here
    .flatMap(value => (isRecord(value) ? Object.keys(value) : []))
    .filter(fits)
    .sort((a, b) => b.length - a.length)
  const place = longest ?? /^[^.[]+/.exec(rest.slice(1))?.[0]
  return place === undefined ? null : { place, length: place.length + 1 }
}

function itemStep(rest: string, here: readonly unknown[]): Step | null {
  const [whole = '', inside = ''] = /^\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/.exec(rest) ?? []
  if (whole === '') return null
  if (/^\d+$/.test(inside)) return { place: Number(inside), length: whole.length }
  const wanted = inside.startsWith('=') || inside.startsWith('"') ? parsed(inside.replace(/^=/, '')) : keysIn(inside)
  for (const value of here) {
    if (!Array.isArray(value)) continue
    const index = value.findIndex(item => (isRecord(wanted) ? isPart(wanted, item) : isEqual(item, wanted)))
    if (index >= 0) return { place: index, length: whole.length }
  }
  return null
}

/** `name="http",port=80` */
function keysIn(text: string): Json {
  const pairs = [...text.matchAll(/([^=,]+)=("(?:[^"\\]|\\.)*"|[^,]*)/g)]
  return Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, parsed(value)]))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const isPart = (wanted: Json, item: unknown): boolean =>
  isRecord(item) && Object.entries(wanted).every(([key, value]) => isEqual(item[key], value))

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const inner = (value: unknown, place: string | number): unknown => {
  if (Array.isArray(value)) return value[Number(place)] as unknown
  return isRecord(value) && Object.hasOwn(value, place) ? value[place] : undefined
}

/** What stands at a path; undefined where it leads nowhere. */
export const valueAt = (value: unknown, path: Path): unknown => path.reduce<unknown>(inner, value)
