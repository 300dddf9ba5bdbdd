import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemFrom } from '#web/api/call.ts'
import type { Scope } from '#web/api/scope.ts'
import { Icon } from '#web/ui/Icon.tsx'
import type { OnScope } from './Shell.tsx'
import { useNamespaces } from './use-namespaces.ts'

/** Many of many: type to narrow, tick to choose. No choice at all means every namespace. */
export function NamespaceList({ scope, onScope }: { scope: Scope; onScope: OnScope }): ReactNode {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const { data, error } = useNamespaces()
  const known = data?.namespaces ?? []
  const names = known.map(({ name }) => name)
  const gone = scope.namespaces.filter(name => data !== undefined && !names.includes(name))
  const isAll = scope.namespaces.length === 0
  const choose = (chosen: readonly string[]) => {
    const isEvery = names.length > 0 && names.every(name => chosen.includes(name)) && chosen.length === names.length
    onScope({ namespaces: isEvery ? [] : [...chosen].sort() })
  }
  const toggle = (name: string) => {
    const chosen = isAll ? names : scope.namespaces
    const next = chosen.includes(name) ? chosen.filter(each => each !== name) : [...chosen, name]
    if (next.length > 0) choose(next)
  }
  const shown = [
    ...gone.map(name => ({ name, pods: null, dataPlane: 'unknown' as const, isGone: true })),
    ...known.map(each => ({ ...each, isGone: false })),
  ].filter(({ name }) => name.includes(text.trim().toLowerCase()))
  return (
    <div className="namespaces">
      <label className="field">
        <Icon name="search" />
        <input
          ref={element => element?.focus()}
          value={text}
          onChange={event => setText(event.target.value)}
          placeholder={t($ => $.shell.scope.search)}
          aria-label={t($ => $.shell.scope.search)}
          spellCheck={false}
        />
      </label>
      {error !== null && (
        <p className="c-failing s11">{t($ => $.shell.scope.failing, { because: problemFrom(error).detail })}</p>
      )}
      <ul>
        {text.trim() === '' && (
          <li>
            <label className="tick">
              <input type="checkbox" checked={isAll} onChange={() => onScope({ namespaces: [] })} />
              <span className="grow med">{t($ => $.shell.scope.everything)}</span>
            </label>
          </li>
        )}
        {shown.map(({ name, pods, dataPlane, isGone }) => (
          <li key={name}>
            <label className="tick">
              <input type="checkbox" checked={isAll || scope.namespaces.includes(name)} onChange={() => toggle(name)} />
              <span className="mono cut grow" title={name}>
                {name}
              </span>
              <span className="t3 s11 nowrap">
                {isGone
                  ? t($ => $.shell.scope.gone)
                  : [
                      pods === null ? '' : t($ => $.shell.scope.pods, { count: pods }),
                      dataPlane === 'unknown' ? '' : t($ => $.shell.dataPlane[dataPlane]),
                    ]
                      .filter(part => part !== '')
                      .join(' · ')}
              </span>
            </label>
            <button
              type="button"
              className="link s11 only"
              aria-label={t($ => $.shell.scope.onlyOf, { name })}
              onClick={() => choose([name])}
            >
              {t($ => $.shell.scope.only)}
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && data !== undefined && (
        <p className="t3 nothing">{t($ => $.shell.scope.nothing, { text: text.trim() })}</p>
      )}
    </div>
  )
}
