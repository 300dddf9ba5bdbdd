import type { Evaluator } from '#shared/security/evaluate.ts'
import type { RuleStep, Step } from '#shared/security/evaluate/trail.ts'
import type { Flow } from '#shared/security/flow.ts'

/** A call among those that an uncertain one stands for, which is let pass: what its caller may choose is chosen. */
export function letPass(flow: Flow, { explain, judge }: Pick<Evaluator, 'explain' | 'judge'>): Flow | null {
  const passes = (one: Flow) => judge(one).verdict === 'allow'
  const plain = chosenFreely(flow)
  if (passes(plain)) return plain
  for (const [policy, rule] of openRules(explain(flow).trail)) {
    let tried = flow
    for (let step = 0; step < 6; step++) {
      const own = openRules(explain(tried).trail).find(([name, one]) => name === policy && one.rule === rule.rule)
      const failing = own?.[1].failing
      const next = failing ? withValue(tried, failing) : null
      if (next === null) break
      tried = next
    }
    const whole = chosenFreely(tried)
    if (passes(tried)) return tried
    if (passes(whole)) return whole
  }
  return null
}

const openRules = (trail: readonly Step[]): [string, RuleStep][] =>
  trail.flatMap(step =>
    step.step === 'policy' && step.action === 'ALLOW' && step.idle === null
      ? step.rules
          .filter(({ matches }) => matches !== 'no')
          .map((rule): [string, RuleStep] => [`${step.policy.namespace}/${step.policy.name}`, rule])
      : [],
  )

/** The rest is something nobody writes rules about. */
function chosenFreely(flow: Flow): Flow {
  if (flow.protocol === 'tcp') return flow
  const { http } = flow
  return {
    ...flow,
    http: {
      ...http,
      method: http?.method ?? 'GET',
      path: http?.path ?? '/',
      host: http?.host ?? 'x',
      headers: http?.headers ?? {},
    },
    jwt: flow.jwt ?? null,
  }
}

function withValue(flow: Flow, { values, found }: NonNullable<RuleStep['failing']>): Flow | null {
  const [value] = values
  const fact = found.find(one => !('value' in one))?.fact
  if (value === undefined || fact === undefined) return null
  const text = value.replaceAll(/\{\*{1,2}\}|\*/g, 'x')
  const http = { ...flow.http }
  switch (fact) {
    case 'http.method':
      return { ...flow, http: { ...http, method: text } }
    case 'http.path':
      return { ...flow, http: { ...http, path: text } }
    case 'http.host':
      return { ...flow, http: { ...http, host: text } }
    case 'destination.port':
      return { ...flow, destination: { ...flow.destination, port: Number(value) } }
    default:
      return null
  }
}
