import { sidecarHides, strictWithPlaintext } from '#shared/config/analyze/weft/messages.ts'
import type { Finding } from '#shared/config/finding.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import type { Deps } from './deps.ts'
import { hidden } from './redact.ts'
import { inventoryVisibility, isVisible, type Visibility, visibilityOf } from './visible.ts'

/** What somebody may be told of. */
export interface Seen {
  sees(ref: ObjectRef): boolean
  /** Nothing in this namespace is theirs to list. */
  hides(namespace: string): boolean
  /** Something in this namespace is theirs to list. Of a namespace that nobody knows here it is not said, nor that it is hidden. */
  opens(namespace: string): boolean
}

export async function seenBy(
  { rights, mirror }: { rights: Deps['rights']; mirror: Pick<Deps['mirror'], 'ask' | 'rows'> },
  user: string,
): Promise<Seen> {
  const names = await mirror.ask(({ world }) => world.list('/Namespace').map(({ metadata }) => metadata.name))
  const [listed, beside] = await Promise.all([
    visibilityOf(rights, user, mirror),
    inventoryVisibility(rights, user, names),
  ])
  return seenIn(new Map([...listed, ...beside]), names)
}

export function seenIn(visibility: Visibility, namespaces: readonly string[]): Seen {
  const places = [...visibility.values()]
  const isOpen = (namespace: string) => places.some(each => each === 'everywhere' || each.has(namespace))
  const closed = new Set(namespaces.filter(name => !isOpen(name)))
  return {
    sees: ref => (visibility.has(`${ref.group}/${ref.kind}`) ? isVisible(visibility, ref) : !closed.has(ref.namespace)),
    hides: namespace => closed.has(namespace),
    opens: isOpen,
  }
}

/**
 * Findings as somebody may read them: objects they may not list are named neither beside them nor in their sentences.
 * What stands in `own`, the text they are about, is theirs already.
 */
export const seenFindings = (findings: readonly Finding[], seen: Seen, own = ''): Finding[] =>
  findings.map(finding => seenFinding(finding, seen, own))

/** What is said out of traffic names callers, and they may live where this cluster has no such namespace, or none any more. */
const outOfTraffic: ReadonlySet<string> = new Set([strictWithPlaintext.code, sidecarHides.code])

function seenFinding({ related, fix, evidence, ...finding }: Finding, seen: Seen, own: string): Finding {
  // Who types a name must not learn by it whether somebody of that name calls.
  const say = (sentence: string) =>
    outOfTraffic.has(finding.code) ? seenName(sentence, seen) : said(sentence, seen.hides, own)
  return {
    ...finding,
    message: say(finding.message),
    // Two that are covered are alike.
    ...(evidence && { evidence: [...new Set(evidence.map(say))] }),
    ...(related && { related: related.filter(ref => seen.sees(ref)) }),
    ...(fix?.edits.every(({ object }) => seen.sees(object)) && { fix: { ...fix, title: say(fix.title) } }),
  }
}

/** `pay/ledger`, `ledger.pay.svc.cluster.local`: how sentences name what lives in a namespace. */
const inNamespace = /(?<![\w.-])([a-z0-9-]+)\/[\w.-]*\w/g
const asHost = /(?<![\w.-])[a-z0-9-]+\.([a-z0-9-]+)\.svc(?:\.[\w-]+)*/g

/** Names of calls as `namespace/name` or host, covered where the namespace is not theirs to know of. */
export const seenName = (words: string, seen: Seen): string => said(words, hidesCallers(seen), '')

/** `unknown` is Istio's word for who has no proxy: it names nobody. */
const hidesCallers =
  ({ opens }: Seen): Seen['hides'] =>
  namespace =>
    namespace !== 'unknown' && !opens(namespace)

function said(sentence: string, hides: Seen['hides'], own: string): string {
  const cover = (name: string, namespace: string) => (hides(namespace) && !own.includes(name) ? hidden : name)
  return sentence.replaceAll(inNamespace, cover).replaceAll(asHost, cover)
}
