import { type CSSProperties, type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { serviceParts } from '#shared/traces/service.ts'
import { duration, percent } from '#web/ui/format.ts'
import { type DrawnFlame, drawnFlames, type Flame, flamesOf } from './flames.ts'
import type { Model } from './model.ts'
import { toneOf } from './Row.tsx'

const rows = 40
const rowHeight = 22
/** Of the whole width: narrower ones cannot be seen. */
const least = 0.0012

/** Where the work is: the call tree with brothers gathered, each as wide as its own time and all beneath it. */
export function FlameView({ model }: { model: Model }): ReactNode {
  const { t } = useTranslation('traces')
  const root = useMemo(() => flamesOf(model), [model])
  const [top, setTop] = useState(root)
  const [active, setActive] = useState(root)
  const host = useRef<HTMLDivElement>(null)
  const { drawn, deeper } = drawnFlames(top, rows, least)
  const stop = drawn.some(({ flame }) => flame === active) ? active : top
  const nameOf = (flame: Flame): string =>
    flame === root
      ? t($ => $.trace.flames.back)
      : flame.isHidden
        ? t($ => $.notYours)
        : `${serviceParts(flame.service).app} ${flame.operation.replace('.svc.cluster.local', '')}`
  const tell = (flame: Flame): string =>
    flame === root
      ? t($ => $.trace.flames.all, { work: duration(root.work / 1000) })
      : `${nameOf(flame)}: ${t($ => $.trace.flames.work, {
          work: duration(flame.work / 1000),
          percent: percent(root.work === 0 ? 0 : flame.work / root.work),
          self: duration(flame.self / 1000),
          count: flame.count,
        })}`
  const go = (flame: Flame | null | undefined) => {
    if (flame == null || !drawn.some(each => each.flame === flame)) return
    setActive(flame)
    host.current?.querySelector<HTMLElement>(`[data-flame="${flame.id}"]`)?.focus()
  }
  const closer = (flame: Flame) => {
    // What is looked at already leads back, a level at a time.
    const next = flame === top ? (flame.parent ?? root) : flame
    setTop(next)
    setActive(flame)
  }
  const onKey = (event: KeyboardEvent) => {
    const brothers = stop.parent?.children ?? [stop]
    const place = brothers.indexOf(stop)
    const acts: Record<string, () => void> = {
      ArrowDown: () => go(stop.children[0]),
      ArrowUp: () => go(stop === top ? null : stop.parent),
      ArrowRight: () => go(brothers[place + 1]),
      ArrowLeft: () => go(brothers[place - 1]),
      Backspace: () => setTop(top.parent ?? root),
    }
    const act = acts[event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  }
  return (
    <div className="tr-flames">
      <p className="t2 about" role="status">
        {tell(stop)}
      </p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys walk between the buttons in it */}
      <div
        ref={host}
        className="flames"
        role="group"
        aria-label={t($ => $.trace.flames.name)}
        style={{ height: (Math.max(0, ...drawn.map(({ row }) => row)) + 1) * rowHeight }}
        onKeyDown={onKey}
      >
        {drawn.map(each => (
          <button
            key={each.flame.id}
            type="button"
            data-flame={each.flame.id}
            tabIndex={each.flame === stop ? 0 : -1}
            className={each.flame.errors > 0 ? 'flame err' : 'flame'}
            style={boxOf(each, each.flame === root ? 'var(--unknown-mark)' : colourOf(model, each.flame))}
            title={tell(each.flame)}
            aria-label={tell(each.flame)}
            onFocus={() => setActive(each.flame)}
            onClick={() => closer(each.flame)}
          >
            {each.width > 0.03 && nameOf(each.flame)}
          </button>
        ))}
      </div>
      {deeper > 0 && <p className="t3 about">{t($ => $.trace.flames.deeper, { count: deeper })}</p>}
    </div>
  )
}

const colourOf = (model: Model, flame: Flame): string =>
  flame.isHidden ? 'var(--unknown-mark)' : toneOf(model, flame.service)

const boxOf = ({ row, left, width }: DrawnFlame, colour: string): CSSProperties =>
  ({
    top: row * rowHeight,
    left: `${left * 100}%`,
    width: `calc(${width * 100}% - 1px)`,
    '--c': colour,
  }) as CSSProperties
