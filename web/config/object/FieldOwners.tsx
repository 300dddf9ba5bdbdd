import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type * as z from 'zod/mini'
import type { FieldOwner } from '#shared/config/api.ts'
import { Ago } from '#web/config/Ago.tsx'
import { cutMiddle } from '#web/ui/format.ts'

/** Which manager wrote which fields, and when; the last one first. */
export function FieldOwners({ owners }: { owners: readonly z.infer<typeof FieldOwner>[] }): ReactNode {
  const { t } = useTranslation('config')
  return (
    <section>
      <h2>{t($ => $.object.fieldOwners)}</h2>
      {owners.length === 0 && <p className="t3">{t($ => $.object.noOwners)}</p>}
      <ul className="field-owners">
        {owners
          .toSorted((a, b) => (b.time ?? 0) - (a.time ?? 0))
          .map((owner, index) => (
            <li key={index}>
              <details>
                <summary>
                  <span className="mono" title={`${owner.manager} (${owner.operation})`}>
                    {cutMiddle(owner.manager, 22)}
                  </span>
                  <span className="t3"> {t($ => $.object.fields, { count: owner.paths.length })}</span>
                  {owner.time !== null && (
                    <span className="t3 s11 when">
                      <Ago at={owner.time} />
                    </span>
                  )}
                </summary>
                <ul className="names">
                  {owner.paths.map(path => (
                    <li key={path} className="mono" title={path}>
                      {cutMiddle(path, 60)}
                    </li>
                  ))}
                </ul>
              </details>
            </li>
          ))}
      </ul>
    </section>
  )
}
