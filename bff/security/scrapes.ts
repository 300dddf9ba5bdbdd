import type { FailingScrape, JudgeScrapes } from '#bff/mesh/empty/scrapes.ts'
import type { MeshObjects } from '#bff/sources/source.ts'
import { HttpProblem } from '#bff/http/problem.ts'
import { isMeshObject, type Workload, workloadKey } from '#shared/security/landscape.ts'
import { createEvaluator, type Evaluation } from '#shared/security/evaluate.ts'
import type { Flow } from '#shared/security/flow.ts'
import { explained, type Reading } from '#shared/security/judge.ts'
import type { Statement } from '#shared/mesh/statement.ts'
import type { PolicyRef } from '#shared/security/policy.ts'
import { type LandscapeDeps, readLandscapeFor } from './landscape.ts'

/** Istio docs, "Securing Prometheus Scraping for Istio Sidecar and Gateway": these are not behind mutual TLS, nor captured. */
const proxyPorts: ReadonlySet<number> = new Set([15020, 15021, 15090])

type Judgement = Awaited<ReturnType<JudgeScrapes>>

/** Whether policies refuse a scrape, by the same evaluator as the security pages, and as far as the caller may read them. */
export const scrapeJudge =
  (deps: LandscapeDeps): JudgeScrapes =>
  async (user, failing) => {
    const mesh = deps.kubernetes.objects()
    if (mesh === null) return unknown({ says: 'podsUntold', facts: {} })
    try {
      const landscape = await readLandscapeFor(user, deps)
      const reading: Reading = {
        evaluator: createEvaluator(landscape.objects.filter(isMeshObject), landscape.settings),
        readable: landscape.readable,
        rootNamespace: landscape.settings.rootNamespace,
      }
      return judgementOf(failing.map(scrape => judged(scrape, mesh, landscape.workloads, reading)))
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error
      return unknown({ says: 'failing', facts: { source: 'kubernetes', words: error.message } })
    }
  }

const unjudged: Statement = { says: 'scrapeUnjudged', facts: {} }
const unknown = (because: Statement): Judgement => ({ detail: [unjudged, because], objects: [] })

/** What is known of one scrape; `policies`: those that refuse it, or may. */
export interface Judged {
  says: 'refused' | 'open' | 'unguarded' | 'allowed' | 'unknown'
  port: number | null
  policies: readonly PolicyRef[]
}

function judged(scrape: FailingScrape, mesh: MeshObjects, workloads: readonly Workload[], reading: Reading): Judged {
  const { namespace, port, isPlain, path } = scrape
  const pod = mesh.pods.find(each => each.namespace === namespace && each.name === scrape.pod)
  const workload = workloads.find(
    each => workloadKey(each) === workloadKey({ namespace, name: pod?.workload.name ?? '' }),
  )
  if (pod === undefined || workload === undefined || port === null) return { says: 'unknown', port, policies: [] }
  if (!pod.hasSidecar && !pod.isAmbient) return { says: 'unguarded', port, policies: [] }
  if (pod.hasSidecar && proxyPorts.has(port)) return { says: 'open', port, policies: [] }
  // A scrape goes to the pod itself, past any waypoint.
  const enforcedBy = pod.hasSidecar ? ('sidecar' as const) : ('ztunnel' as const)
  const isHttp = enforcedBy === 'sidecar' && workload.ports.some(each => each.port === port && each.protocol === 'http')
  const flow: Flow = {
    id: 'scrape',
    // In plain text it proves nobody: what it is called, no policy hears.
    source: isPlain === true ? { principal: null } : {},
    destination: { namespace, workload: workload.name, labels: pod.labels, ip: pod.ip, port, enforcedBy },
    ...(isPlain === true && { mtls: false }),
    protocol: isHttp ? 'http' : 'tcp',
    ...(isHttp && { http: { method: 'GET', path } }),
    jwt: null,
  }
  const evaluation = explained(reading, flow, workload)
  const says = { deny: 'refused', allow: 'allowed', uncertain: 'unknown' } as const
  return { says: says[evaluation.verdict], port, policies: policiesOf(evaluation) }
}

/** Who decided; where no ALLOW policy let it in, all of those; else whoever may have refused it. */
function policiesOf({ decidedBy, verdict, trail }: Evaluation): PolicyRef[] {
  if (verdict === 'allow') return []
  if (decidedBy !== undefined) return [decidedBy]
  return trail.flatMap((step): PolicyRef[] => {
    if (step.step === 'mtls') return step.refuses === 'no' || step.policy === null ? [] : [step.policy]
    if (step.step !== 'policy' || step.idle !== null) return []
    const isInTheWay = step.action === 'ALLOW' ? step.matches !== 'yes' : step.matches !== 'no'
    return isInTheWay ? [step.policy] : []
  })
}

const nameOf = ({ kind, namespace, name }: PolicyRef): string => `${kind} ${namespace}/${name}`

/** What is known for certain first. Pure. */
function judgementOf(all: readonly Judged[]): Judgement {
  const of = (says: Judged['says']) => all.filter(each => each.says === says)
  const ports = (some: readonly Judged[]) => [...new Set(some.map(({ port }) => port))]
  const policies = (some: readonly Judged[]) => [
    ...new Map(some.flatMap(each => each.policies).map(policy => [nameOf(policy), policy])).values(),
  ]
  const told = (statement: Statement, by: readonly PolicyRef[] = []): Judgement => ({
    detail: [statement],
    objects: by.map(({ kind, namespace, name }) => ({ group: 'security.istio.io', kind, namespace, name })),
  })
  const refused = of('refused')
  if (refused.length > 0) {
    const by = policies(refused)
    const facts = { ports: ports(refused) }
    return by.length === 0
      ? told({ says: 'scrapeRefusedByMesh', facts })
      : told({ says: 'scrapeRefused', facts: { ...facts, policies: by.map(nameOf) } }, by)
  }
  const open = of('unknown')
  if (open.length > 0) {
    const by = policies(open)
    return by.length === 0
      ? told(unjudged)
      : told({ says: 'scrapeGoverned', facts: { ports: ports(open), policies: by.map(nameOf) } }, by)
  }
  if (of('allowed').length > 0) return told({ says: 'scrapeAllowed', facts: { ports: ports(of('allowed')) } })
  if (of('open').length > 0) return told({ says: 'scrapeUncaptured', facts: { ports: ports(of('open')) } })
  return told({ says: 'scrapeUnguarded', facts: {} })
}
