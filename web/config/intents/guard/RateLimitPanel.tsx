import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { isProblem } from '#shared/config/intents/intent.ts'
import type { Bucket, PathBucket } from '#shared/config/intents/local-rate-limit.ts'
import { type RateLimit, rateLimit, rateLimitView } from '#shared/config/intents/rate-limit.ts'
import { ChoiceField, NumberField, Part, Problems, TextField } from '#web/config/intents/Fields.tsx'
import { type PanelProps, taskOf } from '#web/config/intents/task.tsx'
import { rate } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import '#web/config/intents/traffic/traffic.css'
import './guard.css'

export const rateLimitTask = taskOf(rateLimit, RateLimitPanel)

const times = ['1s', '60s', '3600s']
const first: Bucket = { requests: 100, per: '1s', burst: null }

function RateLimitPanel({ scene, target, model, problems, onModel, traffic }: PanelProps<RateLimit>): ReactNode {
  const { t } = useTranslation('config')
  const view = rateLimitView(scene, target)
  if (isProblem(view)) return null
  const { whole, paths } = model
  const [header] = model.headers
  const perSecond = whole === null ? null : ((whole.requests ?? 0) * view.pods) / (Number.parseFloat(whole.per) || 1)
  const setWhole = (bucket: Bucket) => onModel({ ...model, whole: bucket })
  const setPath = (index: number, patch: Partial<PathBucket>) =>
    onModel({ ...model, paths: paths.map((each, at) => (at === index ? { ...each, ...patch } : each)) })
  return (
    <>
      <Part
        label={t($ => $.guards.limit.all)}
        help={t($ => $.guards.limit.allHelp, { count: view.pods })}
        isOn={whole !== null}
        onToggle={isOn => onModel({ ...model, whole: isOn ? first : null })}
      >
        {whole !== null && <BucketFields bucket={whole} field="whole" problems={problems} onBucket={setWhole} />}
        {perSecond !== null && (
          <p className="t2 s12 wide" role="status">
            {t($ => $.guards.limit.together, { rate: rate(perSecond, 'req'), count: view.pods })}
            {traffic !== null && ` ${t($ => $.guards.limit.now, { rate: rate(traffic.requestRate, 'req') })}`}
          </p>
        )}
      </Part>
      <fieldset className="task-part">
        <legend className="med">{t($ => $.guards.limit.paths)}</legend>
        <p className="t3 s12">{t($ => $.guards.limit.pathsHelp)}</p>
        {paths.map((each, index) => (
          <section key={index} className="guard-path" aria-label={each.path}>
            <div className="task-fields">
              <ChoiceField
                label={t($ => $.guards.limit.how)}
                field={`paths.${index}.how`}
                problems={problems}
                value={each.how}
                options={[
                  { value: 'prefix', label: t($ => $.intents.route.hows.prefix) },
                  { value: 'exact', label: t($ => $.intents.route.hows.exact) },
                ]}
                onChange={how => setPath(index, { how })}
              />
              <TextField
                label={t($ => $.intents.route.path)}
                field={`paths.${index}.path`}
                problems={problems}
                value={each.path}
                onChange={path => setPath(index, { path })}
              />
              <BucketFields
                bucket={each}
                field={`paths.${index}`}
                problems={problems}
                onBucket={bucket => setPath(index, bucket)}
              />
            </div>
            <button
              type="button"
              className="btn ghost icon"
              aria-label={t($ => $.guards.remove, { what: each.path })}
              onClick={() => onModel({ ...model, paths: paths.filter((_, at) => at !== index) })}
            >
              <Icon name="close" />
            </button>
          </section>
        ))}
        <Problems problems={problems} of={['paths']} />
        <p className="row acts">
          <button
            type="button"
            className="btn"
            onClick={() =>
              onModel({ ...model, paths: [...paths, { how: 'prefix', path: '/', ...first, per: whole?.per ?? '1s' }] })
            }
          >
            <Icon name="plus" small />
            {t($ => $.intents.route.path)}
          </button>
        </p>
      </fieldset>
      <fieldset className="task-part">
        <legend className="med">{t($ => $.guards.limit.answer)}</legend>
        <div className="task-fields">
          <NumberField
            label={t($ => $.guards.limit.status)}
            help={t($ => $.guards.limit.statusHelp)}
            field="status"
            problems={problems}
            value={model.status}
            placeholder="429"
            min={400}
            max={599}
            onChange={status => onModel({ ...model, status })}
          />
          <NumberField
            label={t($ => $.guards.port)}
            help={t($ => $.guards.limit.portHelp)}
            field="port"
            problems={problems}
            value={model.port}
            placeholder={t($ => $.guards.limit.anyPort)}
            max={65_535}
            onChange={port => onModel({ ...model, port })}
          />
          <TextField
            label={t($ => $.guards.limit.header)}
            help={t($ => $.guards.limit.headerHelp)}
            field="headers"
            problems={problems}
            value={header?.name ?? ''}
            placeholder="retry-after"
            onChange={name =>
              onModel({
                ...model,
                headers:
                  name === ''
                    ? model.headers.slice(1)
                    : [{ name, value: header?.value ?? '' }, ...model.headers.slice(1)],
              })
            }
          />
          {header !== undefined && (
            <TextField
              label={t($ => $.intents.route.value)}
              field="headers.value"
              problems={problems}
              value={header.value}
              onChange={value => onModel({ ...model, headers: [{ ...header, value }, ...model.headers.slice(1)] })}
            />
          )}
        </div>
      </fieldset>
    </>
  )
}

function BucketFields(props: {
  bucket: Bucket
  field: string
  problems: PanelProps<RateLimit>['problems']
  onBucket: (bucket: Bucket) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const { bucket, field, problems, onBucket } = props
  const offered = times.includes(bucket.per) ? times : [...times, bucket.per]
  const words: Record<string, string> = {
    '1s': t($ => $.guards.limit.second),
    '60s': t($ => $.guards.limit.minute),
    '3600s': t($ => $.guards.limit.hour),
  }
  return (
    <>
      <NumberField
        label={t($ => $.guards.limit.requests)}
        field={`${field}.requests`}
        problems={problems}
        value={bucket.requests}
        min={1}
        onChange={requests => onBucket({ ...bucket, requests })}
      />
      <ChoiceField
        label={t($ => $.guards.limit.per)}
        field={`${field}.per`}
        problems={problems}
        value={bucket.per}
        options={offered.map(value => ({ value, label: words[value] ?? value }))}
        onChange={per => onBucket({ ...bucket, per })}
      />
      <NumberField
        label={t($ => $.guards.limit.burst)}
        help={t($ => $.guards.limit.burstHelp)}
        field={`${field}.burst`}
        problems={problems}
        value={bucket.burst}
        placeholder={String(bucket.requests ?? '')}
        min={1}
        onChange={burst => onBucket({ ...bucket, burst })}
      />
    </>
  )
}
