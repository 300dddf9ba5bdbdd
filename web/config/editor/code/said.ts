import { type Extension, RangeSet, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, gutter, GutterMarker, WidgetType } from '@codemirror/view'
import type { FindingLevel } from '#shared/config/finding.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { healthOf } from '#web/config/editor/health.ts'
import type { Mark } from '#web/config/editor/marks.ts'

/** What the editor is told to say at its lines; the words are the page's. */
export interface Said {
  marks: readonly Mark[]
  levelWords: Record<FindingLevel, string>
  /** Somebody wants the fix of a mark. */
  onFix: (mark: Mark) => void
}

export const say = StateEffect.define<Said>()
export const changedLines = StateEffect.define<ReadonlySet<number>>()

const rank: Record<FindingLevel, number> = { Error: 2, Warning: 1, Info: 0 }
/** Beyond these, lines are underlined and the panel tells the rest. */
const mostInText = 30

const shapes = {
  failing: 'M5 0 10 5 5 10 0 5Z',
  degraded: 'M5 .6 9.8 9.2H.2Z',
  unknown: 'M5 1.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7Z',
}

class LevelMarker extends GutterMarker {
  readonly #level: FindingLevel
  readonly #word: string
  constructor(level: FindingLevel, word: string) {
    super()
    this.#level = level
    this.#word = word
  }
  override eq(other: GutterMarker): boolean {
    return other instanceof LevelMarker && other.#level === this.#level
  }
  override toDOM(): Node {
    const health = healthOf[this.#level]
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    svg.setAttribute('class', `h ${health}`)
    svg.setAttribute('viewBox', '0 0 10 10')
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
    path.setAttribute('d', shapes[health])
    svg.append(path)
    const place = document.createElement('span')
    place.title = this.#word
    place.append(svg)
    return place
  }
}

/** Under a line: what was found there. */
class SaidWidget extends WidgetType {
  readonly #marks: readonly Mark[]
  readonly #said: Said
  constructor(marks: readonly Mark[], said: Said) {
    super()
    this.#marks = marks
    this.#said = said
  }
  override eq(other: WidgetType): boolean {
    return other instanceof SaidWidget && isEqual(shownOf(other.#marks), shownOf(this.#marks))
  }
  override toDOM(): HTMLElement {
    const place = document.createElement('div')
    place.className = 'cm-saids'
    for (const mark of this.#marks) {
      const box = document.createElement('div')
      box.className = `cm-said is-${healthOf[mark.level]}`
      const code = document.createElement('span')
      code.className = 'code'
      code.textContent = mark.code
      const level = document.createElement('span')
      level.className = 'sr'
      level.textContent = `${this.#said.levelWords[mark.level]}: `
      box.append(level, code, mark.message)
      const { fix } = mark
      if (fix !== undefined) {
        const button = document.createElement('button')
        button.type = 'button'
        button.className = 'link'
        button.textContent = fix.title
        button.onclick = () => this.#said.onFix(mark)
        box.append(button)
      }
      place.append(box)
    }
    return place
  }
  override ignoreEvent(): boolean {
    return true
  }
}

/** Where a fix is to act may have moved, though the words are the same. */
const shownOf = (marks: readonly Mark[]) => marks.map(({ code, message, fix }) => ({ code, message, fix }))

interface Shown {
  decorations: DecorationSet
  markers: RangeSet<GutterMarker>
}

const shown = StateField.define<Shown>({
  create: () => ({ decorations: Decoration.none, markers: RangeSet.empty }),
  update(value, transaction) {
    let next: Shown = transaction.docChanged
      ? { decorations: value.decorations.map(transaction.changes), markers: value.markers.map(transaction.changes) }
      : value
    for (const effect of transaction.effects) if (effect.is(say)) next = drawn(effect.value, transaction.state.doc)
    return next
  },
  provide: field => EditorView.decorations.from(field, ({ decorations }) => decorations),
})

interface Lines {
  length: number
  lineAt(offset: number): { from: number; to: number; number: number }
}

function drawn(said: Said, doc: Lines): Shown {
  const byLine = new Map<number, Mark[]>()
  const ranges = []
  for (const mark of said.marks) {
    const from = Math.min(mark.from, doc.length)
    const line = doc.lineAt(from)
    byLine.set(line.number, [...(byLine.get(line.number) ?? []), mark])
    const to = Math.min(Math.max(mark.to, from), line.to)
    if (to > from) ranges.push(Decoration.mark({ class: `cm-mark-${healthOf[mark.level]}` }).range(from, to))
  }
  const markers = []
  let count = 0
  for (const marks of byLine.values()) {
    const line = doc.lineAt(Math.min(marks[0]?.from ?? 0, doc.length))
    const worst = marks.reduce((a, b) => (rank[b.level] > rank[a.level] ? b : a))
    markers.push(new LevelMarker(worst.level, said.levelWords[worst.level]).range(line.from))
    count += marks.length
    if (count <= mostInText)
      ranges.push(Decoration.widget({ widget: new SaidWidget(marks, said), block: true, side: 1 }).range(line.to))
  }
  return { decorations: Decoration.set(ranges, true), markers: RangeSet.of(markers, true) }
}

class ChangedMarker extends GutterMarker {
  override elementClass = 'is-changed'
}
const changedMarker = new ChangedMarker()

const changed = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(value, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(changedLines)) {
        const { doc } = transaction.state
        const lines = [...effect.value].filter(line => line >= 1 && line <= doc.lines).sort((a, b) => a - b)
        return RangeSet.of(lines.map(line => changedMarker.range(doc.line(line).from)))
      }
    return transaction.docChanged ? value.map(transaction.changes) : value
  },
})

/** Marks beside, under and in the lines; a green edge where a line differs from the cluster's. */
export const saidAtLines = (): Extension => [
  shown,
  changed,
  gutter({ class: 'cm-changeGutter', markers: view => view.state.field(changed) }),
  gutter({ class: 'cm-markGutter', markers: view => view.state.field(shown).markers }),
]
