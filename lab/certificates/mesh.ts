import { createHash } from 'node:crypto'
import { type Authority, createAuthority, createKeys, issue, type KeyPair, serialOf } from './certificate.ts'

/** The certificates that istiod gives to workloads (Istio documentation, "Security", "Identity and certificate management"). */

/** Who a workload is to others: its ServiceAccount, as a SPIFFE name. */
export const spiffeId = (trustDomain: string, namespace: string, serviceAccount: string): string =>
  `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`

export interface WorkloadCertificate {
  /** SPIFFE name. */
  identity: string
  /** PEM: the workload's own certificate, then the root's. */
  chain: string
  /** Hexadecimal. */
  serial: string
  /** Milliseconds since the epoch. */
  validFrom: number
  expiry: number
}

export interface MeshCertificates {
  /** The root that everyone in the mesh trusts. */
  root: Authority
  /** The certificate a workload has at a moment: made when first asked for, the same until it is renewed. */
  workloadCertificate(identity: string, now: number): WorkloadCertificate
  /** When that one expires, without making it. Milliseconds since the epoch. */
  expiryOf(identity: string, now: number): number
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Istio's defaults: ten years for the root, a day for workloads; dated back a little for clocks that are late. */
const rootLifetime = 3650 * day
const lifetime = 24 * hour
const skew = 2 * minute
const renewal = lifetime / 2

export interface MeshCertificatesOptions {
  trustDomain: string
  seed: number
  /** Milliseconds since the epoch. */
  startedAt: number
  /** Days since the control plane came to be. */
  ageDays: number
}

/** Serials and times follow from the seed, the identity and the clock; keys are new with each start. */
export function createMeshCertificates(options: MeshCertificatesOptions): MeshCertificates {
  const { trustDomain, seed, startedAt, ageDays } = options
  const bornAt = startedAt - ageDays * day
  const root = createAuthority({
    subject: { organization: trustDomain },
    serial: serialOf(`${seed}/root`),
    validFrom: bornAt,
    expiry: bornAt + rootLifetime,
  })
  const held = new Map<string, { turn: number; keys: KeyPair; certificate: WorkloadCertificate }>()

  const offsets = new Map<string, number>()
  /** Workloads began at different moments, and so they renew. */
  const offsetOf = (identity: string): number => {
    const known = offsets.get(identity)
    if (known !== undefined) return known
    const made = createHash('sha256').update(identity).digest().readUInt32BE(0) % renewal
    offsets.set(identity, made)
    return made
  }
  const turnOf = (identity: string, now: number) => {
    const offset = offsetOf(identity)
    const turn = Math.floor((now - startedAt + offset) / renewal)
    return { turn, renewedAt: startedAt - offset + turn * renewal }
  }

  return {
    root,
    expiryOf: (identity, now) => Math.floor((turnOf(identity, now).renewedAt + lifetime) / 1000) * 1000,
    workloadCertificate(identity, now) {
      const { turn, renewedAt } = turnOf(identity, now)
      const known = held.get(identity)
      if (known?.turn === turn) return known.certificate
      const keys = known?.keys ?? createKeys()
      const { pem, serial, validFrom, expiry } = issue(root, {
        subject: {},
        names: { uri: [identity] },
        serial: serialOf(`${seed}/${identity}/${turn}`),
        validFrom: renewedAt - skew,
        expiry: renewedAt + lifetime,
        keys,
      })
      const certificate = { identity, chain: pem + root.pem, serial, validFrom, expiry }
      held.set(identity, { turn, keys, certificate })
      return certificate
    },
  }
}
