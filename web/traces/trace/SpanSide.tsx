import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { attribute, type Span } from '#shared/mesh/span.ts'
import type { ScopeSearch } from '#web/api/scope.ts'
import type { OnGo } from '#web/traces/address.ts'
import { Go } from '#web/traces/Go.tsx'
import { configHref, logsHref, podOf, searchHref, serviceHref, traceHref } from '#web/traces/links.ts'
import { codeWord, flagsOf, isFlag } from '#web/ui/flags.ts'
import { cutMiddle, duration, percent } from '#web/ui/format.ts'
import { HealthBadge, HealthMark } from '#web/ui/HealthMark.tsx'
import { Icon, type IconName } from '#web/ui/Icon.tsx'
import { type CallFacts, refusedCallOf } from './call-facts.ts'
import { type HopFacts, hopFactsOf } from './hop-facts.ts'
import { clusterOf, flagsText, routeOf, shortHost, statusOf, targetOf } from './envoy.ts'
import type { Model } from './model.ts'
import { oddityText } from './Row.tsx'
import { Long, Values } from './Values.tsx'

interface Props {
  model: Model
  index: number
  scope: ScopeSearch
  /** Where one asks whether a call may pass. */
  checkHref?: ((call: CallFacts) => string) | undefined
  /** The objects that a hop met, lent by the room of configuration. */
  met?: ((hop: HopFacts) => ReactNode) | undefined
  onGo: OnGo
  onClose: () => void
}

/** One span: what happened in a sentence, its figures, where to look next, and all it carries. */
export function SpanSide({ model, index, scope, checkHref, met, onGo, onClose }: Props): ReactNode {
  const { t } = useTranslation('traces')
  const each = model.tree.spans[index]
  if (each === undefined) return null
  const { span, start, end, oddities, shift } = each
  const target = targetOf(span) ?? shortHost(clusterOf(span)?.host ?? '')
  const refused = refusedCallOf(span, model.tree.spans[each.parent]?.span)
  const check = refused === null ? null : (checkHref?.(refused) ?? null)
  return (
    <>
      <header>
        <h2 className="t3">{t($ => $.trace.side.span)}</h2>
        {span.isError && <HealthBadge health="failing">{t($ => $.trace.error)}</HealthBadge>}
        <span className="grow" />
        <button
          type="button"
          className="btn ghost icon"
          aria-label={t($ => $.trace.side.close)}
          title={t($ => $.trace.side.close)}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
      <div className="tr-side-body" tabIndex={0} role="region" aria-label={t($ => $.trace.side.span)}>
        {span.isHidden === true ? (
          <p className="lead t2">{t($ => $.trace.side.hidden)}</p>
        ) : (
          <p className="lead">
            <b className="mono strong">{cutMiddle(span.service, 60)}</b>
            {span.kind === 'client' && target !== '' && (
              <>
                <span className="t3"> → </span>
                <b className="mono strong">{target}</b>
              </>
            )}
            <span className="t2 op">{span.operation}</span>
          </p>
        )}
        <Flags span={span} target={target} />
        {oddities.map(oddity => (
          <p key={oddity} className="say degraded">
            <HealthMark health="degraded" /> {oddityText(t, oddity, shift)}
          </p>
        ))}
        {span.warnings.map((warning, place) => (
          <p key={place} className="say degraded">
            <HealthMark health="degraded" /> <Long text={warning} />
          </p>
        ))}
        <Figures model={model} index={index} start={start} length={end - start} />
        {span.isHidden !== true && (
          <>
            <Why model={model} span={span} target={target} scope={scope} check={check} onGo={onGo} />
            {met?.(hopFactsOf(span))}
            <Values title={t($ => $.trace.side.attributes)} values={span.attributes} />
            <Events span={span} begin={model.tree.start} />
            <Links span={span} scope={scope} onGo={onGo} />
            <Values title={t($ => $.trace.side.process)} values={span.process} />
          </>
        )}
      </div>
    </>
  )
}

/** Envoy's response flags in words, and between whom it happened. */
function Flags({ span, target }: { span: Span; target: string }): ReactNode {
  const { t } = useTranslation()
  const { t: say } = useTranslation('traces')
  return flagsOf(flagsText(span))
    .slice(0, 8)
    .map(flag => {
      const words = isFlag(flag) ? t($ => $.flags[flag]) : flag
      return (
        <p key={flag} className="say failing">
          <span className="flag">{cutMiddle(flag, 12)}</span>{' '}
          {target === ''
            ? say($ => $.trace.side.flagAlone, { words, from: span.service })
            : say($ => $.trace.side.flagOf, { words, from: span.service, to: target })}
        </p>
      )
    })
}

function Figures(props: { model: Model; index: number; start: number; length: number }): ReactNode {
  const { t } = useTranslation('traces')
  const { model, index, start, length } = props
  const span = model.tree.spans[index]?.span
  if (span === undefined) return null
  const self = model.self[index] ?? 0
  const critical = model.critical.get(index) ?? 0
  const cluster = clusterOf(span)
  const route = routeOf(span)
  const status = statusOf(span)
  const pod = podOf(span)
  const peer = attribute(span, 'peer.address') ?? attribute(span, 'network.peer.address')
  const rows: [string, ReactNode][] = [
    [
      t($ => $.trace.duration),
      t($ => (self === length ? $.trace.side.own : $.trace.side.ownPart), {
        duration: duration(length / 1000),
        self: duration(self / 1000),
      }),
    ],
    [
      t($ => $.trace.side.critical),
      critical === 0
        ? t($ => $.trace.side.notCritical)
        : t($ => $.trace.side.criticalPart, {
            percent: percent(model.tree.duration === 0 ? 0 : critical / model.tree.duration),
          }),
    ],
    [t($ => $.trace.side.startsAt), duration(start / 1000)],
    [t($ => $.trace.side.kind), t($ => $.trace.kind[span.kind])],
  ]
  if (status !== null) rows.push([t($ => $.trace.side.status), `${status.code} ${codeWord(status)}`])
  if (cluster !== null)
    rows.push([
      t($ => $.trace.side.cluster),
      <span key="cluster" title={attribute(span, 'upstream_cluster')}>
        {t($ => $.trace.side.clusterParts, {
          direction: t($ => $.trace.direction[cluster.direction]),
          host: cluster.host === '' ? '127.0.0.1' : shortHost(cluster.host),
          port: cluster.port,
        })}
        {cluster.subset !== '' && `, ${t($ => $.trace.side.subset, { subset: cluster.subset })}`}
      </span>,
    ])
  if (route !== null)
    rows.push([
      t($ => $.trace.side.route),
      <span key="route" className="mono">
        {shortHost(route.host)}:{route.port}
        {route.path}
      </span>,
    ])
  if (pod !== null)
    rows.push([
      t($ => $.trace.side.pod),
      <span key="pod" className="mono" title={`${pod.namespace}/${pod.name}`}>
        {cutMiddle(pod.name, 34)}
      </span>,
    ])
  if (peer !== undefined && peer !== '')
    rows.push([
      t($ => $.trace.side.peer),
      <span key="peer" className="mono">
        {peer}
      </span>,
    ])
  return (
    <section>
      <dl className="kv">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt className="t3">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** Where to look next: the log of the pod, the objects of both ends, other traces that came by here. */
function Why(props: {
  model: Model
  span: Span
  target: string
  scope: ScopeSearch
  check: string | null
  onGo: OnGo
}): ReactNode {
  const { t } = useTranslation('traces')
  const { model, span, target, scope, onGo } = props
  const links: [IconName, string | null, string][] = [
    ['security', props.check, t($ => $.trace.side.toCheck)],
    ['table', logsHref(span, model.tree.traceId, scope), t($ => $.trace.side.toLogs)],
    ...[...new Set([span.service, target])]
      .filter(service => service !== '')
      .flatMap((service): [IconName, string | null, string][] => [
        ['config', configHref(service, scope), t($ => $.trace.side.toConfig, { service })],
        ['services', serviceHref(service, scope), t($ => $.trace.side.toService, { service })],
      ]),
    ['traces', searchHref({ service: span.service, operation: span.operation }, scope), t($ => $.trace.side.toTraces)],
  ]
  return (
    <section className="why">
      <h3>{t($ => $.trace.side.why)}</h3>
      {links.map(
        ([icon, href, text]) =>
          href !== null && (
            <Go key={href} href={href} onGo={onGo}>
              <Icon name={icon} />
              <span>{text}</span>
              <Icon name="right" small />
            </Go>
          ),
      )}
    </section>
  )
}

const mostEvents = 100

function Events({ span, begin }: { span: Span; begin: number }): ReactNode {
  const { t } = useTranslation('traces')
  if (span.events.length === 0) return null
  return (
    <section>
      <h3>
        {t($ => $.trace.side.events)} <span className="t3">{span.events.length}</span>
      </h3>
      <ol className="tr-events">
        {span.events.slice(0, mostEvents).map((event, place) => (
          <li key={place}>
            <span className="num t3">{duration((event.at - begin) / 1000)}</span>
            <span>
              <Long text={event.name} />
              {event.attributes.slice(0, 20).map(({ key, value }, index) => (
                <span key={index} className="mono t2 attribute">
                  {key}=<Long text={String(value)} />
                </span>
              ))}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

const mostLinks = 50

function Links({ span, scope, onGo }: { span: Span; scope: ScopeSearch; onGo: OnGo }): ReactNode {
  const { t } = useTranslation('traces')
  if (span.links.length === 0) return null
  return (
    <section className="why">
      <h3>{t($ => $.trace.side.links)}</h3>
      {span.links.slice(0, mostLinks).map(({ traceId, spanId }, place) => (
        <Go key={place} href={traceHref(traceId, scope, { span: spanId })} onGo={onGo}>
          <Icon name="share" />
          <span className="mono" title={`${traceId} ${spanId}`}>
            {cutMiddle(traceId, 20)} {cutMiddle(spanId, 16)}
          </span>
          <Icon name="right" small />
        </Go>
      ))}
    </section>
  )
}
