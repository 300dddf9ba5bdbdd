import type { FailingScrape, JudgeScrapes } from '#bff/mesh/empty/scrapes.ts'
import type { MeshObjects } from '#bff/sources/source.ts'
import { HttpProblem } from '#bff/http/problem.ts'
import { isMeshObject, type Workload, workloadKey } from '#shared/security/landscape.ts'
import { createEvaluator, type Evaluation } from '#shared/security/evaluate.ts'
import type { Flow } from '#shared/security/flow.ts'
import { explained, type Reading } from '#shared/security/judge.ts'
import type { PolicyRef } from '#shared/security/policy.ts'
import { type LandscapeDeps, readLandscapeFor } from './landscape.ts'

/** Istio docs, "Securing Prometheus Scraping for Istio Sidecar and Gateway": these are not behind mutual TLS, nor captured. */
const proxyPorts: ReadonlySet<number> = new Set([15020, 15021, 15090])

/** Whether policies refuse a scrape, by the same evaluator as the security pages, and as far as the caller may read them. */
export const scrapeJudge =
  (deps: LandscapeDeps): JudgeScrapes =>
  async (user, failing) => {
    const mesh = deps.kubernetes.objects()
    if (mesh === null) return unknown('Kubernetes has not told what runs there')
    try {
      const landscape = await readLandscapeFor(user, deps)
      const reading: Reading = {
        evaluator: createEvaluator(landscape.objects.filter(isMeshObject), landscape.settings),
        readable: landscape.readable,
        rootNamespace: landscape.settings.rootNamespace,
      }
      return sentence(failing.map(scrape => judged(scrape, mesh, landscape.workloads, reading)))
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error
      return unknown(error.message)
    }
  }

const unknown = (because: string) => ({
  detail: `Whether a policy refuses them is not known: ${because}.`,
  objects: [],
})

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
export function sentence(all: readonly Judged[]): Awaited<ReturnType<JudgeScrapes>> {
  const of = (says: Judged['says']) => all.filter(each => each.says === says)
  const ports = (some: readonly Judged[]) =>
    [...new Set(some.map(({ port }) => (port === null ? 'their port' : `port ${port}`)))].join(', ')
  const policies = (some: readonly Judged[]) => [
    ...new Map(some.flatMap(each => each.policies).map(policy => [nameOf(policy), policy])).values(),
  ]
  const refs = (some: readonly PolicyRef[]) =>
    some.map(({ kind, namespace, name }) => ({ group: 'security.istio.io', kind, namespace, name }))
  const refused = of('refused')
  if (refused.length > 0) {
    const by = policies(refused)
    const who = by.length === 0 ? 'mutual TLS, which the mesh asks of everybody' : by.map(nameOf).join(', ')
    return {
      detail: `At ${ports(refused)} ${who} refuses a scrape that brings no certificate of the mesh and nothing else that is allowed: scrape through the agent (port 15020), or let it in.`,
      objects: refs(by),
    }
  }
  const open = of('unknown')
  if (open.length > 0) {
    const by = policies(open)
    return {
      detail:
        by.length === 0
          ? 'Whether a policy refuses them is not known.'
          : `${by.map(nameOf).join(', ')} governs ${ports(open)}: whether it refuses the scrape is not known.`,
      objects: refs(by),
    }
  }
  if (of('allowed').length > 0) return { detail: `No policy refuses a scrape at ${ports(of('allowed'))}.`, objects: [] }
  if (of('open').length > 0)
    return { detail: `No policy governs ${ports(of('open'))}: the proxy does not capture it.`, objects: [] }
  return { detail: 'No proxy stands before these pods: no policy refuses the scrape.', objects: [] }
}
