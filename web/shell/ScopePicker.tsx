import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Scope } from '#web/api/scope.ts'
import { useStatus } from '#web/api/use-live.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { Popover } from '#web/ui/Popover.tsx'
import { NamespaceList } from './NamespaceList.tsx'
import type { OnScope } from './Shell.tsx'
import { useNamespaces } from './use-namespaces.ts'

/** Cluster and namespaces: `prod-eu · 6 of 7 namespaces`. */
export function ScopePicker({ scope, onScope }: { scope: Scope; onScope: OnScope }): ReactNode {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const status = useStatus()
  const { data } = useNamespaces()
  const count = data?.namespaces.length ?? 0
  const chosen = scope.namespaces.length
  const cluster = data?.cluster ?? status?.cluster
  return (
    <Popover
      className="btn scope"
      title={t($ => $.shell.scope.title)}
      label={t($ => $.shell.scope.title)}
      width={316}
      isOpen={isOpen}
      onToggle={setOpen}
      button={
        <>
          <Icon name="layers" />
          {cluster !== undefined && (
            <>
              <span className="mono cut">{cluster}</span>
              <span className="k">·</span>
            </>
          )}
          <span className="cut">
            {chosen === 0
              ? t($ => $.shell.scope.all, { count })
              : chosen === 1
                ? scope.namespaces[0]
                : t($ => $.shell.scope.some, { chosen, count })}
          </span>
          <Icon name="down" small />
        </>
      }
    >
      <NamespaceList scope={scope} onScope={onScope} />
    </Popover>
  )
}
