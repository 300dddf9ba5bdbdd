import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Kind } from '#web/config/Kind.tsx'
import { kindOf } from '#web/config/names.ts'
import { cutMiddle } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import type { GroupLine, Grouping } from './lines.ts'

/** What a group's rows have in common, how many they are, and how many of them have something to mend. */
export function GroupRow({ line, grouping }: { line: GroupLine; grouping: Grouping }): ReactNode {
  const { t } = useTranslation('config')
  return (
    <span className="row">
      <Icon name={line.isOpen ? 'down' : 'right'} small />
      <span className="med">
        {grouping === 'kind' ? (
          <Kind of={kindOf(line.value)} />
        ) : line.value === '' ? (
          t($ => $.list.cluster)
        ) : (
          <span className="mono" title={line.value}>
            {cutMiddle(line.value, 63)}
          </span>
        )}
      </span>
      <span className="t3 s11">{t($ => $.list.objects, { count: line.count })}</span>
      {line.errors > 0 && (
        <span className="s11 c-failing row tight">
          <HealthMark health="failing" />
          {t($ => $.list.withErrors, { count: line.errors })}
        </span>
      )}
      {line.warnings > 0 && (
        <span className="s11 c-degraded row tight">
          <HealthMark health="degraded" />
          {t($ => $.list.withWarnings, { count: line.warnings })}
        </span>
      )}
    </span>
  )
}
