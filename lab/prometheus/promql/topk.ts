/**
 * The `count` members with the largest values (smallest, if `reversed`), best first, NaN last. Which of equal ones stay
 * is decided by a binary heap with Go's sifting, as in Prometheus, so that even ties mostly agree with it.
 */
export function largest(
  members: readonly number[],
  count: number,
  valueOf: (member: number) => number,
  reversed: boolean,
): number[] {
  if (count < 1) return []
  /** Whether a stands nearer to being thrown out than b. NaN always does. */
  const isWorse = (a: number, b: number): boolean => {
    const [value, other] = [valueOf(a), valueOf(b)]
    return Number.isNaN(value) || (reversed ? value > other : value < other)
  }
  const heap: number[] = []
  for (const member of members) {
    const worst = heap[0]
    if (heap.length < count || worst === undefined) {
      heap.push(member)
      siftUp(heap, isWorse)
    } else if (isBetter(valueOf(member), valueOf(worst), reversed)) {
      heap[0] = member
      siftDown(heap, isWorse)
    }
  }
  return heap.toSorted((a, b) => (isWorse(b, a) ? (isWorse(a, b) ? 0 : -1) : isWorse(a, b) ? 1 : 0))
}

/** Whether a member that was left out equals the last one that was kept. */
export function hasTie(
  members: readonly number[],
  kept: readonly number[],
  valueOf: (member: number) => number,
): boolean {
  const last = kept.at(-1)
  if (last === undefined) return false
  return members.some(member => Object.is(valueOf(member), valueOf(last)) && !kept.includes(member))
}

const isBetter = (value: number, than: number, reversed: boolean): boolean =>
  (reversed ? value < than : value > than) || (Number.isNaN(than) && !Number.isNaN(value))

type Before = (a: number, b: number) => boolean

function siftUp(heap: number[], isBefore: Before): void {
  let child = heap.length - 1
  while (child > 0) {
    const parent = (child - 1) >> 1
    if (!isBefore(heap[child] ?? 0, heap[parent] ?? 0)) return
    swap(heap, child, parent)
    child = parent
  }
}

function siftDown(heap: number[], isBefore: Before): void {
  let parent = 0
  for (;;) {
    const left = 2 * parent + 1
    if (left >= heap.length) return
    const right = left + 1
    const child = right < heap.length && isBefore(heap[right] ?? 0, heap[left] ?? 0) ? right : left
    if (!isBefore(heap[child] ?? 0, heap[parent] ?? 0)) return
    swap(heap, parent, child)
    parent = child
  }
}

function swap(heap: number[], a: number, b: number): void {
  const kept = heap[a] ?? 0
  heap[a] = heap[b] ?? 0
  heap[b] = kept
}
