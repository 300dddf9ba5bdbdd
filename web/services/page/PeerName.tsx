import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Peer } from '#shared/services/api.ts'
import { pageOf } from '#web/services/address.ts'
import { goes } from './parts.ts'

/** `catalog · shop`, a link where there is a page of it. */
export function PeerName({ peer, onGo }: { peer: Peer; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('services')
  const href = pageOf(peer)
  const name = peer.name === '' ? t($ => $.page.others) : peer.name
  return (
    <span className="cut" title={peer.namespace === '' ? name : `${peer.namespace}/${name}`}>
      {href === null ? (
        <span className={peer.name === '' ? 't2' : 'mono'}>{name}</span>
      ) : (
        <a className="mono" href={href} onClick={goes(onGo, href)}>
          {name}
        </a>
      )}
      {peer.namespace !== '' && <span className="t3 s11"> {peer.namespace}</span>}
    </span>
  )
}
