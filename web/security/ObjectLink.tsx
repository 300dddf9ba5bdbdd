import type { ReactNode } from 'react'
import { objectHref } from './address.ts'
import { Go } from './Go.tsx'

/** `namespace/name` of an object, leading to it. */
export function ObjectLink(props: {
  of: { group?: string; kind: string; namespace: string; name: string }
  onGo: (href: string) => void
}): ReactNode {
  const { kind, namespace, name, group = groupOf(kind) } = props.of
  return (
    <Go className="mono" href={objectHref({ group, kind, namespace, name })} onGo={props.onGo}>
      {namespace === '' ? name : `${namespace}/${name}`}
    </Go>
  )
}

const groupOf = (kind: string): string => (kind === 'DestinationRule' ? 'networking.istio.io' : 'security.istio.io')
