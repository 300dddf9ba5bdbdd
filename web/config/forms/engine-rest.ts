import type { Json, Path } from '#shared/mesh/object.ts'
import { everyShown, isRecord, isSaid, type Shown } from './engine.ts'
import type { Field } from './form.ts'

/**
 * What an object says that no field of the form shows: it stays as it is, and is listed with the way to its line.
 * Outermost paths, in the order of the text. The server's part (`status`, bookkeeping) is no matter of a form.
 */
export function restOf<Texts>(fields: readonly Field<Texts>[], object: Json): Path[] {
  const covered = cover(everyShown(fields, object, null))
  const rest: Path[] = []
  const look = (value: unknown, node: Node, path: Path): void => {
    if (node.isWhole || !isSaid(value)) return
    if (node.next.size === 0 && !node.isOpen) {
      rest.push(path)
      return
    }
    const entries: [string | number, unknown][] = Array.isArray(value)
      ? value.map((each: unknown, index) => [index, each])
      : isRecord(value)
        ? Object.entries(value)
        : []
    for (const [step, each] of entries) {
      const next = node.next.get(step)
      if (next !== undefined) look(each, next, [...path, step])
      else if (isSaid(each)) rest.push([...path, step])
    }
  }
  for (const [step, value] of Object.entries(object))
    if (!notOfTheForm.has(step)) look(value, covered.next.get(step) ?? newNode(), [step])
  return rest
}

const notOfTheForm = new Set(['apiVersion', 'kind', 'metadata', 'status'])

/** Paths that are shown, as a tree. Whole: all that is inside is shown too. Open: its own fields are told one by one. */
interface Node {
  next: Map<string | number, Node>
  isWhole: boolean
  isOpen: boolean
}
const newNode = (): Node => ({ next: new Map(), isWhole: false, isOpen: false })

function cover<Texts>(all: readonly Shown<Texts>[]): Node {
  const root = newNode()
  const at = (path: Path): Node => {
    let here = root
    for (const step of path) {
      const next = here.next.get(step) ?? newNode()
      here.next.set(step, next)
      here = next
    }
    return here
  }
  for (const shown of all) {
    const { field, path, state } = shown
    // What stands on the way in another shape is told there, as written otherwise.
    if (state === 'otherwise') whole(root, path)
    else if (field.type === 'group') at(path).isOpen = true
    else if (field.type === 'list' || field.type === 'map') openEntries(at(path), shown.value)
    else if (field.type === 'oneOf') {
      at(path).isOpen = true
      if (field.tag !== undefined) at([...path, field.tag]).isWhole = true
      for (const each of field.cases) at([...path, each.key]).isOpen = true
    } else if (field.type === 'shares') {
      const entries: unknown[] = Array.isArray(shown.value) ? shown.value : []
      for (const index of entries.keys()) at([...path, index, field.weight]).isWhole = true
    } else at(path).isWhole = true
  }
  return root
}

function openEntries(node: Node, value: unknown): void {
  node.isOpen = true
  if (typeof value !== 'object' || value === null) return
  const steps: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  for (const step of steps) {
    const next = node.next.get(step) ?? newNode()
    next.isOpen = true
    node.next.set(step, next)
  }
}

/** As far as it goes: the step at which another shape stands is the last that the object has. */
function whole(root: Node, path: Path): void {
  let here = root
  for (const step of path) {
    const next = here.next.get(step) ?? newNode()
    here.next.set(step, next)
    here = next
  }
  here.isWhole = true
}
