import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '#web/ui/Icon.tsx'
import { checkHref } from './address.ts'
import { sayHref } from './assertions/say.ts'
import { Go } from './Go.tsx'

/** From an edge of the map, with both of its ends filled in. */
export function CheckLink(props: {
  source: { namespace: string; workload: string } | undefined
  destination: { namespace: string; name: string }
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const { source, destination, onGo } = props
  const href = checkHref({
    from: source === undefined ? undefined : `${source.namespace}/${source.workload}`,
    to: `${destination.namespace}/${destination.name}`,
  })
  return (
    <section>
      <Go className="row" href={href} onGo={onGo}>
        <Icon name="security" />
        {t($ => $.check.title)}
      </Go>
      {source !== undefined && (
        <Go
          className="row"
          href={sayHref({ namespace: source.namespace, name: source.workload }, destination)}
          onGo={onGo}
        >
          <Icon name="check" />
          {t($ => $.assertions.assertThis)}
        </Go>
      )}
    </section>
  )
}
