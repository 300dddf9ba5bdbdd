import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Owner } from '#shared/config/owner.ts'
import { cutMiddle } from '#web/ui/format.ts'
import { managerName } from './names.ts'

/** Who looks after an object: the tool in words, its application or release or the program by name. */
export function OwnerName({ owner }: { owner: Owner }): ReactNode {
  const { t } = useTranslation('config')
  const word = t($ => $.list.owner[owner.kind])
  const why = t($ => $.list.ownerTitle[owner.kind])
  const isNamed = owner.name !== '' && owner.kind !== 'weft'
  return (
    <span title={isNamed ? `${owner.name}: ${why}` : why}>
      <span className={owner.kind === 'unknown' ? 't3' : owner.isGitOps ? 'med' : 't2'}>{word}</span>
      {isNamed && <span className="mono t3"> {cutMiddle(managerName(owner.name), 28)}</span>}
    </span>
  )
}
