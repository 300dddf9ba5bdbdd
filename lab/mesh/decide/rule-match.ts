import type { Operation, Rule, Source } from '#lab/mesh/snapshot/authorization-policies.ts'
import { conditionField } from './conditions.ts'
import {
  type Field,
  ofAccount,
  ofAddress,
  ofHttp,
  ofNamespace,
  ofPort,
  ofPrincipal,
  ofText,
  type Reading,
  type Sight,
  sights,
  type Test,
} from './fields.ts'
import { anyHost, anyPath, anyText, isPathPattern } from './patterns.ts'
import { anyRequestPrincipal } from './request-principals.ts'

/**
 * A rule as a proxy of that sight enforces it; null where it is dropped. What cannot be seen makes an ALLOW rule match
 * nothing, and is left out of any other, which then matches more. See Istio docs, Authorization Policy, `Rule`, and
 * "Authorization for TCP traffic". ztunnel passes over matches that were left empty, so that a rule of which a clause
 * has no other matches nothing (its `src/rbac.rs`, and istio/istio#61126).
 */
export function readRule(rule: Rule, reading: Reading): Test | null {
  const conditions = rule.when.map(condition => conditionField(condition, reading))
  if (conditions.includes(null)) return null
  const from = rule.from.map(source => sourceFields(source, reading))
  const to = rule.to.map(operationFields)
  const all = [...conditions.filter(field => field !== null), ...from.flat(), ...to.flat()]
  if (reading.action === 'ALLOW' && all.some(field => !isWhole(field, reading.sight))) return null
  const testsOf = (fields: Field[]) => fields.flatMap(field => fieldTest(field, reading.sight))
  const clause = (matches: Field[][]): Test => {
    const tests = matches.map(testsOf)
    const left = reading.sight === 'ztunnel' ? tests.filter(one => one.length > 0) : tests
    return matches.length > 0 && left.length === 0 ? () => false : either(left.map(together))
  }
  const [source, operation] = [clause(from), clause(to)]
  const when = together(conditions.flatMap(field => (field === null ? [] : [clause([[field]])])))
  return facts => source(facts) && operation(facts) && when(facts)
}

const isSeen = (field: Field, sight: Sight) => sights.indexOf(field.needs) <= sights.indexOf(sight)

const isWhole = (field: Field, sight: Sight) =>
  (field.values.length === 0 && field.notValues.length === 0) ||
  (isSeen(field, sight) && field.values.every(field.isValue) && field.notValues.every(field.isValue))

function fieldTest(field: Field, sight: Sight): Test[] {
  if (!isSeen(field, sight)) return []
  const [values, notValues] = [field.values.filter(field.isValue), field.notValues.filter(field.isValue)]
  const tests: Test[] = []
  if (values.length > 0) tests.push(field.anyOf(values))
  if (notValues.length > 0) {
    const excluded = field.anyOf(notValues)
    tests.push(facts => !excluded(facts))
  }
  return tests
}

const together = (tests: readonly Test[]): Test =>
  tests.length === 1 && tests[0] ? tests[0] : facts => tests.every(test => test(facts))

/** None given = any. */
const either = (tests: readonly Test[]): Test =>
  tests.length === 0 ? () => true : facts => tests.some(test => test(facts))

const sourceFields = (source: Source, reading: Reading): Field[] => [
  { needs: 'ztunnel', values: source.principals, notValues: source.notPrincipals, ...ofPrincipal(reading) },
  { needs: 'ztunnel', values: source.namespaces, notValues: source.notNamespaces, ...ofNamespace(reading) },
  { needs: 'ztunnel', values: source.serviceAccounts, notValues: source.notServiceAccounts, ...ofAccount(reading) },
  { needs: 'ztunnel', values: source.ipBlocks, notValues: source.notIpBlocks, ...ofAddress(facts => facts.address) },
  {
    // Envoy knows it on TCP from the PROXY protocol.
    needs: 'tcp',
    values: source.remoteIpBlocks,
    notValues: source.notRemoteIpBlocks,
    ...ofAddress(facts => facts.clientAddress),
  },
  {
    needs: 'http',
    values: source.requestPrincipals,
    notValues: source.notRequestPrincipals,
    ...ofHttp(values => {
      const test = anyRequestPrincipal(values)
      return http => http.token !== null && test(http.token)
    }),
  },
]

const operationFields = (operation: Operation): Field[] => [
  { needs: 'ztunnel', values: operation.ports, notValues: operation.notPorts, ...ofPort },
  { needs: 'http', values: operation.hosts, notValues: operation.notHosts, ...ofText(anyHost, http => http.authority) },
  {
    needs: 'http',
    values: operation.methods,
    notValues: operation.notMethods,
    ...ofText(anyText, http => http.method),
  },
  {
    needs: 'http',
    values: operation.paths,
    notValues: operation.notPaths,
    ...ofText(anyPath, http => http.path),
    isValue: isPathPattern,
  },
]
