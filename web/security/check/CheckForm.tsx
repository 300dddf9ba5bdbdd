import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { type Workload, workloadKey } from '#shared/security/landscape.ts'
import { type Caller, callerKey } from '#shared/security/party.ts'
import { protocolIn } from './asked.ts'
import { useCallerName } from '#web/security/names.ts'
import { type OnSearch, type SecuritySearch, wordIn } from '#web/security/search.ts'

interface FormProps {
  callers: readonly Caller[]
  workloads: readonly Workload[]
  caller: Caller | null
  workload: Workload | null
  search: SecuritySearch
  onSearch: OnSearch
}

/** Who calls whom, and with what: each field goes into the address as it is typed. */
export function CheckForm({ callers, workloads, caller, workload, search, onSearch }: FormProps): ReactNode {
  const { t } = useTranslation('security')
  const nameOf = useCallerName()
  const choose = (name: string) => (value: string) => onSearch({ [name]: value === '' ? undefined : value })
  const kinds = Map.groupBy(
    callers.some(({ kind }) => kind === 'outside') ? callers : [...callers, { kind: 'outside' as const }],
    ({ kind }) => kind,
  )
  const mine = caller !== null && !callers.some(each => callerKey(each) === callerKey(caller)) ? [caller] : []
  const namespaces = Map.groupBy(
    workloads.filter(({ role }) => role !== 'waypoint'),
    ({ namespace }) => namespace,
  )
  const ports = [...new Set((workload?.ports ?? []).map(({ port }) => port).filter(port => port !== null))]
  const isTcp = workload !== null && protocolIn(search, workload) === 'tcp'
  const token = wordIn(search, 'token') || 'unknown'
  const field = { search, onSearch }
  return (
    <form className="check-form" onSubmit={event => event.preventDefault()} aria-label={t($ => $.check.title)}>
      <p className="t2">{t($ => $.check.lead)}</p>
      <fieldset>
        <legend>{t($ => $.check.ends)}</legend>
        <Choose
          label={t($ => $.check.source)}
          value={caller === null ? '' : callerKey(caller)}
          onChoose={choose('from')}
        >
          <option value="">{t($ => $.check.choose)}</option>
          {(['identity', 'plain', 'outside'] as const).map(kind => (
            <optgroup key={kind} label={t($ => $.check.sourceKind[kind])}>
              {[...(kinds.get(kind) ?? []), ...mine.filter(each => each.kind === kind)]
                .filter((each, index, all) => all.findIndex(one => callerKey(one) === callerKey(each)) === index)
                .map(each => (
                  <option key={callerKey(each)} value={callerKey(each)}>
                    {nameOf(each)}
                  </option>
                ))}
            </optgroup>
          ))}
        </Choose>
        <Choose
          label={t($ => $.check.destination)}
          value={workload === null ? '' : workloadKey(workload)}
          onChoose={value => onSearch({ to: value === '' ? undefined : value, port: undefined, protocol: undefined })}
        >
          <option value="">{t($ => $.check.choose)}</option>
          {[...namespaces].map(([namespace, own]) => (
            <optgroup key={namespace} label={namespace}>
              {own.map(each => (
                <option key={workloadKey(each)} value={workloadKey(each)}>
                  {workloadKey(each)}
                </option>
              ))}
            </optgroup>
          ))}
        </Choose>
        <div className="two">
          <Choose label={t($ => $.check.port)} value={wordIn(search, 'port')} onChoose={choose('port')}>
            <option value="">{t($ => $.check.portAny)}</option>
            {[...new Set([...ports.map(String), ...[wordIn(search, 'port')].filter(port => port !== '')])].map(port => (
              <option key={port}>{port}</option>
            ))}
          </Choose>
          <Choose
            label={t($ => $.check.protocol)}
            value={workload === null ? 'http' : protocolIn(search, workload)}
            onChoose={choose('protocol')}
          >
            {['http', 'grpc', 'tcp'].map(protocol => (
              <option key={protocol} value={protocol}>
                {protocol === 'grpc' ? 'gRPC' : protocol.toUpperCase()}
              </option>
            ))}
          </Choose>
        </div>
        {caller?.kind === 'identity' && (
          <Choose label={t($ => $.check.transport)} value={wordIn(search, 'mtls')} onChoose={choose('mtls')}>
            <option value="">{t($ => $.check.mtls.auto)}</option>
            <option value="yes">{t($ => $.check.mtls.yes)}</option>
            <option value="no">{t($ => $.check.mtls.no)}</option>
          </Choose>
        )}
      </fieldset>
      {!isTcp && (
        <fieldset>
          <legend>{t($ => $.check.request)}</legend>
          <div className="two">
            <Text {...field} name="method" label={t($ => $.check.method)} placeholder="GET" />
            <Text {...field} name="host" label={t($ => $.check.host)} />
          </div>
          <Text {...field} name="path" label={t($ => $.check.path)} placeholder="/" />
          <Lines {...field} name="headers" label={t($ => $.check.headers)} hint={t($ => $.check.headersHint)} />
          <Choose
            label={t($ => $.check.token)}
            value={token}
            onChoose={value => onSearch({ token: value === 'unknown' ? undefined : value })}
          >
            {(['unknown', 'none', 'valid'] as const).map(each => (
              <option key={each} value={each}>
                {t($ => $.check.tokens[each])}
              </option>
            ))}
          </Choose>
          {token === 'valid' && (
            <>
              <Text {...field} name="issuer" label={t($ => $.check.issuer)} />
              <Text {...field} name="subject" label={t($ => $.check.subject)} />
              <Lines {...field} name="claims" label={t($ => $.check.claims)} hint={t($ => $.check.claimsHint)} />
            </>
          )}
        </fieldset>
      )}
    </form>
  )
}

function Choose(props: {
  label: string
  value: string
  onChoose: (value: string) => void
  children: ReactNode
}): ReactNode {
  const id = useId()
  return (
    <div className="check-field">
      <label htmlFor={id}>{props.label}</label>
      <select id={id} className="field" value={props.value} onChange={event => props.onChoose(event.target.value)}>
        {props.children}
      </select>
    </div>
  )
}

interface WordProps {
  name: string
  label: string
  search: SecuritySearch
  onSearch: OnSearch
}

function Text({ name, label, search, onSearch, placeholder }: WordProps & { placeholder?: string }): ReactNode {
  const id = useId()
  return (
    <div className="check-field">
      <label htmlFor={id}>{label}</label>
      <span className="field">
        <input
          id={id}
          type="text"
          className="mono"
          value={wordIn(search, name)}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          maxLength={1024}
          onChange={event => onSearch({ [name]: event.target.value === '' ? undefined : event.target.value })}
        />
      </span>
    </div>
  )
}

function Lines({ name, label, search, onSearch, hint }: WordProps & { hint: string }): ReactNode {
  const id = useId()
  return (
    <div className="check-field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="field mono"
        rows={2}
        value={wordIn(search, name)}
        aria-describedby={`${id}-hint`}
        spellCheck={false}
        maxLength={2048}
        onChange={event => onSearch({ [name]: event.target.value === '' ? undefined : event.target.value })}
      />
      <span className="t3 s11" id={`${id}-hint`}>
        {hint}
      </span>
    </div>
  )
}
