import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Protocol } from '#shared/mesh/node.ts'
import { keyOf } from '#shared/mesh/object.ts'
import { type Direction, healthAnnotation, most } from '#shared/mesh/tolerance.ts'
import { nameOf } from '#shared/mesh/tolerate.ts'
import type { ServicePage } from '#shared/services/api.ts'
import { cutMiddle, percent } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { Segmented } from '#web/ui/Segmented.tsx'
import { type LimitLine, linesOf, newLine, seenBy, textOfLines, toleranceOf } from './limit-lines.ts'
import type { Lent } from './parts.ts'

/** Limits of a service, a workload or its namespace as lines; what is typed goes to the cluster as one annotation. */
export function LimitsForm(props: {
  state: ServicePage
  lent: Lent
  onApplied: () => void
  onClose: () => void
}): ReactNode {
  const { t } = useTranslation('health')
  const id = useId()
  const { places, endings } = props.state
  const { Annotate, useLacks } = props.lent
  const lacks = useLacks()
  const [chosen, setChosen] = useState(() => (places[0] === undefined ? '' : keyOf(places[0].object)))
  const place = places.find(({ object }) => keyOf(object) === chosen) ?? places[0]
  /** What a hand has typed, by place; what stands there until then. */
  const [typed, setTyped] = useState<Readonly<Record<string, readonly LimitLine[]>>>({})
  const [writing, setWriting] = useState<{ value: string | null } | null>(null)
  if (place === undefined) return null
  const { object, text, wrong } = place
  const lines = typed[chosen] ?? linesOf(text)
  const change = (next: readonly LimitLine[]) => setTyped({ ...typed, [chosen]: next })
  const value = textOfLines(lines)
  const why = lacks(object, 'patch')
  const isSame = value === (text === null ? null : textOfLines(linesOf(text))) && wrong === null
  const isReady = why === null && value !== undefined && !isSame
  const name = nameOf(object)
  return (
    <section className="limits-form" aria-label={t($ => $.form.name)}>
      <div className="row">
        <span className="t3 s11">{t($ => $.form.where)}</span>
        <Segmented
          name={t($ => $.form.where)}
          value={chosen}
          choices={places.map(each => ({
            value: keyOf(each.object),
            label: `${each.object.kind} ${cutMiddle(each.object.name, 28)}`,
            title: nameOf(each.object),
          }))}
          onChoose={setChosen}
        />
      </div>
      <p className="t3 s11">{t($ => $.form.lead)}</p>
      {wrong !== null && <p className="note degraded s11">{t($ => $.form.wrong, { wrong })}</p>}
      {lines.length === 0 && <p className="t2">{t($ => $.form.none, { object: name })}</p>}
      {lines.map((line, index) => (
        <Line
          key={line.key}
          number={index + 1}
          line={line}
          endings={endings}
          onChange={next => change(lines.map(each => (each.key === line.key ? next : each)))}
          onRemove={() => change(lines.filter(each => each.key !== line.key))}
        />
      ))}
      <div className="row">
        <button
          type="button"
          className="btn"
          disabled={lines.length >= most}
          onClick={() => change([...lines, newLine(Math.max(0, ...lines.map(({ key }) => key + 1)))])}
        >
          <Icon name="plus" small />
          {t($ => $.form.add)}
        </button>
        <span className="grow" />
        <button type="button" className="btn" onClick={props.onClose}>
          {t($ => $.form.cancel)}
        </button>
        {text !== null && (
          <button
            type="button"
            className="btn"
            aria-disabled={why !== null}
            aria-describedby={`${id}why`}
            onClick={() => {
              if (why === null) setWriting({ value: null })
            }}
          >
            {t($ => $.form.back)}
          </button>
        )}
        <button
          type="button"
          className="btn primary"
          aria-disabled={!isReady}
          aria-describedby={`${id}why`}
          onClick={() => {
            if (isReady && value !== undefined) setWriting({ value })
          }}
        >
          {t($ => $.form.apply)}
        </button>
      </div>
      <p id={`${id}why`} className="t3 s11">
        {why ?? (lines.length >= most ? t($ => $.form.most, { count: most }) : isSame ? t($ => $.form.same) : '')}
      </p>
      {writing !== null && (
        <Annotate
          title={t($ => $.form.title, { object: name })}
          object={object}
          name={healthAnnotation}
          value={writing.value}
          onApplied={() => {
            const { [chosen]: _, ...others } = typed
            setTyped(others)
            props.onApplied()
          }}
          onClose={() => {
            setWriting(null)
            props.onApplied()
          }}
        />
      )}
    </section>
  )
}

const protocols = { http: 'HTTP', grpc: 'gRPC', tcp: 'TCP' } as const satisfies Record<Protocol, string>
const directions: readonly Direction[] = ['inbound', 'outbound']

function Line(props: {
  number: number
  line: LimitLine
  endings: ServicePage['endings']
  onChange: (line: LimitLine) => void
  onRemove: () => void
}): ReactNode {
  const { t } = useTranslation('health')
  const id = useId()
  const { number, line, onChange } = props
  const { protocol } = line
  const read = toleranceOf(line)
  const problem = 'field' in read ? read : null
  const seen = 'field' in read ? null : seenBy(read, props.endings)
  const said =
    problem === null
      ? seen === null
        ? t($ => $.form.nothing)
        : t($ => $.form.now, { share: percent(seen.share), health: t($ => $.form.health[seen.health]) })
      : problem.field !== 'codes'
        ? t($ => $.form.problem[problem.what])
        : protocol === 'tcp'
          ? ''
          : t($ => $.form.problem.codes[protocol])
  const field = (name: 'codes' | 'degraded' | 'failing', width: number) => (
    <label className="field" htmlFor={`${id}${name}`}>
      <span className="t3">{t($ => $.form[name])}</span>
      <input
        id={`${id}${name}`}
        className="mono"
        style={{ width }}
        value={line[name]}
        maxLength={200}
        inputMode={name === 'codes' ? undefined : 'decimal'}
        aria-invalid={problem?.field === name}
        aria-describedby={`${id}said`}
        onChange={event => onChange({ ...line, [name]: event.target.value })}
      />
    </label>
  )
  return (
    <fieldset className="limit-line">
      <legend className="sr">{t($ => $.form.line, { number })}</legend>
      <label className="field" htmlFor={`${id}protocol`}>
        <span className="t3">{t($ => $.form.protocol)}</span>
        <select
          id={`${id}protocol`}
          value={protocol}
          onChange={event => onChange({ ...line, protocol: event.target.value as Protocol })}
        >
          {Object.entries(protocols).map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </select>
      </label>
      <label className="field" htmlFor={`${id}direction`}>
        <span className="t3">{t($ => $.form.direction)}</span>
        <select
          id={`${id}direction`}
          value={line.direction}
          onChange={event => onChange({ ...line, direction: event.target.value as Direction })}
        >
          {directions.map(value => (
            <option key={value} value={value}>
              {t($ => $.form[value])}
            </option>
          ))}
        </select>
      </label>
      {protocol !== 'tcp' && field('codes', 110)}
      {field('degraded', 44)}
      {field('failing', 44)}
      <button
        type="button"
        className="btn ghost icon"
        aria-label={t($ => $.form.remove, { number })}
        title={t($ => $.form.remove, { number })}
        onClick={props.onRemove}
      >
        <Icon name="close" />
      </button>
      <span
        id={`${id}said`}
        role="status"
        className={problem === null ? 'limit-said t3 s11' : 'limit-said c-failing s11'}
      >
        {said}
      </span>
    </fieldset>
  )
}
