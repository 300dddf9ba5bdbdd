import type { Posture } from './posture.ts'

/** What a namespace's protection is summed up from; each is a fact that opens. */
export const scored = [
  'mtls',
  'strict',
  'deny',
  'bare',
  'open',
  'openRules',
  'ingress',
  'egress',
  'account',
  'certificates',
] as const
export type Scored = (typeof scored)[number]

/**
 * Points of a hundred. Whether calls are encrypted and whether anything is refused by default weigh most: without them
 * the others do not hold. Ours, not Istio's: Istio has no such number.
 */
export const weights: Readonly<Record<Scored, number>> = {
  mtls: 20,
  strict: 15,
  deny: 15,
  bare: 12,
  open: 10,
  openRules: 8,
  ingress: 6,
  egress: 5,
  account: 4,
  certificates: 5,
}

export interface Score {
  /** 0–100; null: there is nothing that could be scored. */
  score: number | null
  /** What counts here: how much of it is met, 0–1. What does not apply, or nobody told, is left out and weighs nothing. */
  parts: readonly { fact: Scored; weight: number; met: number }[]
}

export function scoreOf(posture: Posture): Score {
  const met = metOf(posture)
  const parts = scored.flatMap(fact => {
    const share = met[fact]
    return share === null ? [] : [{ fact, weight: weights[fact], met: share }]
  })
  const all = parts.reduce((sum, { weight }) => sum + weight, 0)
  return {
    score: all === 0 ? null : (100 * parts.reduce((sum, part) => sum + part.weight * part.met, 0)) / all,
    parts,
  }
}

/** Of several namespaces, each by its workloads. */
export function meshScoreOf(postures: readonly Posture[]): number | null {
  let [sum, workloads] = [0, 0]
  for (const posture of postures) {
    const { score } = scoreOf(posture)
    if (score === null) continue
    sum += score * posture.workloads
    workloads += posture.workloads
  }
  return workloads === 0 ? null : sum / workloads
}

function metOf(posture: Posture): Record<Scored, number | null> {
  const guarded = posture.workloads - posture.open.length
  const of = (part: number, whole: number): number | null => (whole > 0 ? Math.max(0, Math.min(1, part / whole)) : null)
  const none = (found: readonly unknown[]): number => (found.length === 0 ? 1 : 0)
  const isGuarded = guarded > 0
  return {
    mtls: of(posture.overMtls, posture.calls),
    strict: of(posture.modes.filter(({ mode }) => mode === 'STRICT').length, posture.modes.length),
    deny: isGuarded ? (posture.defaultDeny === null ? 0 : 1) : null,
    bare: of(guarded - posture.bare.length, guarded),
    open: of(guarded, posture.workloads),
    openRules: isGuarded ? none(posture.openRules) : null,
    // Only what is open is known by name: a namespace without any has nothing to show here.
    ingress: posture.openRoutes.length === 0 ? null : 0,
    egress: none(posture.unknownEgress),
    account: none(posture.shared),
    certificates:
      posture.certificates.length === 0
        ? null
        : of(posture.certificates.filter(({ isFine }) => isFine).length, posture.certificates.length),
  }
}
