import {
  type KeyboardEvent,
  type ReactNode,
  useDeferredValue,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'
import { duration } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { Minimap } from './Minimap.tsx'
import { ancestorsOf, foldable, matchesOf, type Model, rowAt, rowsOf, stepOf, type Window } from './model.ts'
import { Row } from './Row.tsx'

export const rowHeight = 28
/** Rows beyond what is in sight, so that a scrolled frame is never empty. */
const beyond = 12
/** Scrolling renders anew only after so many rows. */
const grain = 6
const nothing: ReadonlySet<number> = new Set()

/**
 * The spans of a trace by their call tree and time. Only rows in sight exist; the keyboard walks the tree, whose active
 * row is told by its id, so that it survives being scrolled out of sight.
 */
export function Waterfall(props: {
  model: Model
  /** Index of the span that is looked at. */
  selected: number | null
  onSelect: (index: number | null) => void
}): ReactNode {
  const { t } = useTranslation('traces')
  const { model, selected, onSelect } = props
  const { spans, duration: whole } = model.tree
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const find = useRef<HTMLInputElement>(null)
  const [active, setActive] = useState(selected ?? 0)
  const [folded, setFolded] = useState<ReadonlySet<number>>(nothing)
  const [isCriticalOnly, setCriticalOnly] = useState(false)
  const [zoom, setZoom] = useState<Window | null>(null)
  const [text, setText] = useState('')
  const [view, setView] = useState({ first: 0, count: 20 })
  const sought = useDeferredValue(text)
  // By hand: each of these walks every span, and rows are rendered with each scrolled screen.
  const rows = useMemo(() => rowsOf(model, folded, isCriticalOnly), [model, folded, isCriticalOnly])
  const matches = useMemo(() => matchesOf(model, sought), [model, sought])
  const matching = useMemo(() => new Set(matches), [matches])
  const window = zoom ?? { from: 0, to: Math.max(1, whole) }

  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const measure = () => setView(before => viewOf(element, before))
    const watch = new ResizeObserver(measure)
    watch.observe(element)
    return () => watch.disconnect()
  }, [])

  const reveal = (index: number, within: readonly number[]) => {
    const element = scroller.current
    if (element === null) return
    const top = rowAt(within, index) * rowHeight
    if (top < element.scrollTop) element.scrollTop = top
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight - element.clientHeight
  }
  // A link leads to its span, wherever it stands.
  useEffect(() => {
    if (selected !== null) reveal(selected, rows)
    // oxlint-disable-next-line react/exhaustive-deps -- once, with what the link said
  }, [])

  /** Goes to a span, whatever hides it. */
  const show = (index: number) => {
    const hiding = ancestorsOf(model, index).filter(each => folded.has(each))
    const open = hiding.length === 0 ? folded : new Set([...folded].filter(each => !hiding.includes(each)))
    const isHidden = isCriticalOnly && rows[rowAt(rows, index)] !== index && hiding.length === 0
    if (hiding.length > 0) setFolded(open)
    if (isHidden) setCriticalOnly(false)
    setActive(index)
    reveal(index, hiding.length > 0 || isHidden ? rowsOf(model, open, isCriticalOnly && !isHidden) : rows)
  }
  const fold = (index: number, isFolded: boolean) => {
    const next = new Set(folded)
    if (isFolded) next.add(index)
    else next.delete(index)
    setFolded(next)
  }
  const toggle = (index: number) => {
    fold(index, !folded.has(index))
    setActive(index)
  }
  const choose = (index: number) => {
    setActive(index)
    onSelect(index)
  }
  const matchAt = matches.indexOf(active)
  const nextMatch = (by: 1 | -1) => {
    if (matches.length === 0) return
    const after = by === 1 ? matches.findIndex(index => index > active) : matches.findLastIndex(index => index < active)
    const to = matches[after === -1 ? (by === 1 ? 0 : matches.length - 1) : after]
    if (to !== undefined) show(to)
  }
  const zoomBy = (factor: number) => {
    const each = spans[active]
    if (each === undefined || whole === 0) return
    const length = Math.max(whole / 100_000, (window.to - window.from) * factor)
    const middle = (each.start + each.end) / 2
    const from = Math.max(0, Math.min(middle - length / 2, whole - length))
    setZoom(length >= whole ? null : { from, to: from + length })
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const acts: Record<string, () => void> = {
      Enter: () => onSelect(rows[rowAt(rows, active)] ?? active),
      ' ': () => onSelect(rows[rowAt(rows, active)] ?? active),
      Escape: () => onSelect(null),
      '/': () => find.current?.focus(),
      n: () => nextMatch(1),
      N: () => nextMatch(-1),
      c: () => setCriticalOnly(!isCriticalOnly),
      C: () => setCriticalOnly(!isCriticalOnly),
      '+': () => zoomBy(0.5),
      '=': () => zoomBy(0.5),
      '-': () => zoomBy(2),
      '0': () => setZoom(null),
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 300) / rowHeight) - 2)
    const step = stepOf(event.key, rows[rowAt(rows, active)] ?? 0, rows, model, folded, page)
    const act = Object.hasOwn(acts, event.key) ? acts[event.key] : undefined
    if (step === null && act === undefined) return
    event.preventDefault()
    if (step === null) act?.()
    else if (step.kind === 'go') show(step.to)
    else fold(step.at, step.kind === 'fold')
  }
  const activeRow = rowAt(rows, active)
  const first = Math.max(0, view.first - beyond)
  const shown = rows.slice(first, view.first + view.count + beyond)
  const isActiveInSight = activeRow >= first && activeRow < first + shown.length
  return (
    <div className="tr-fall">
      <div className="tr-axis">
        <div className="l">
          <label className="field">
            <Icon name="search" />
            <input
              ref={find}
              value={text}
              placeholder={t($ => $.trace.search)}
              aria-label={t($ => $.trace.search)}
              spellCheck={false}
              autoComplete="off"
              maxLength={256}
              onChange={event => setText(event.target.value)}
              onKeyDown={event => {
                if (event.key === 'Enter') nextMatch(event.shiftKey ? -1 : 1)
                else if (event.key === 'Escape' || event.key === 'ArrowDown')
                  scroller.current?.focus({ preventScroll: true })
              }}
            />
            <span className="t3 s11 nowrap" role="status">
              {sought.trim() !== '' &&
                (matches.length === 0
                  ? t($ => $.trace.noMatch)
                  : t($ => $.trace.matches, { at: matchAt === -1 ? '–' : matchAt + 1, count: matches.length }))}
            </span>
          </label>
          <div className="row s11 t2 tr-legend">
            <button
              type="button"
              className="tr-key"
              aria-pressed={isCriticalOnly}
              title={t($ => $.trace.criticalOnly)}
              onClick={() => setCriticalOnly(!isCriticalOnly)}
            >
              <i className="cp-key" /> {t($ => $.trace.critical)}
            </button>
            <span className="errors">
              <HealthMark health="failing" /> {t($ => $.trace.error)}
            </span>
            <span className="grow" />
            {zoom !== null && (
              <button type="button" className="link" onClick={() => setZoom(null)}>
                {t($ => $.trace.whole)}
              </button>
            )}
            <button
              type="button"
              className="link"
              onClick={() => setFolded(folded.size > 0 ? nothing : new Set(foldable(model)))}
            >
              {t($ => (folded.size > 0 ? $.trace.expand : $.trace.collapse))}
            </button>
          </div>
        </div>
        <div className="tr">
          <Minimap name={t($ => $.trace.minimap)} model={model} rows={rows} window={window} onWindow={setZoom} />
          <div className="ticks" aria-hidden="true">
            {[0, 1, 2, 3, 4, 5].map(tick => (
              <span key={tick}>{tickText(window, tick)}</span>
            ))}
          </div>
        </div>
      </div>
      <div
        ref={scroller}
        className="tr-rows"
        role="treegrid"
        tabIndex={0}
        aria-label={t($ => $.trace.rows)}
        aria-rowcount={rows.length}
        aria-activedescendant={isActiveInSight ? `${id}-${rows[activeRow] ?? 0}` : undefined}
        onKeyDown={onKey}
        onScroll={event => {
          const element = event.currentTarget
          setView(before => viewOf(element, before))
        }}
      >
        <div role="presentation" style={{ height: rows.length * rowHeight, paddingTop: first * rowHeight }}>
          {shown.map((index, offset) => (
            <Row
              key={index}
              id={`${id}-${index}`}
              model={model}
              index={index}
              place={first + offset + 1}
              window={window}
              isActive={first + offset === activeRow}
              isSelected={index === selected}
              isMatch={matching.has(index)}
              isFolded={folded.has(index)}
              onSelect={choose}
              onFold={toggle}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

/** The same object while the same rows are in sight: then nothing is rendered. */
function viewOf(element: HTMLElement, before: { first: number; count: number }): { first: number; count: number } {
  const first = Math.floor(element.scrollTop / rowHeight / grain) * grain
  const count = Math.ceil(element.clientHeight / rowHeight) + grain
  return before.first === first && before.count === count ? before : { first, count }
}

const tickText = ({ from, to }: Window, tick: number): string => {
  const at = from + ((to - from) * tick) / 5
  return at === 0 ? '0' : duration(at / 1000)
}
