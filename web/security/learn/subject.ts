import type { Workload } from '#shared/security/landscape.ts'

/** What policies are proposed for. */
export interface Subject {
  namespace: string
  /** Null: all of the namespace. */
  workload: string | null
}

export interface Choices {
  namespaces: readonly string[]
  workloads: readonly string[]
  subject: Subject | null
}

/**
 * What can be chosen, and what is: as the address says, else the first namespace that is looked at and called.
 * @param called namespaces of which calls were seen
 */
export function choicesOf(
  word: string,
  scope: readonly string[],
  {
    workloads,
    policies,
    called,
  }: { workloads: readonly Workload[]; policies: readonly string[]; called: ReadonlySet<string> },
): Choices {
  const running = workloads.filter(({ role }) => role !== 'waypoint')
  const namespaces = [...new Set([...running.map(({ namespace }) => namespace), ...policies])].toSorted()
  const slash = word.indexOf('/')
  const [asked, name] = slash < 0 ? [word, ''] : [word.slice(0, slash), word.slice(slash + 1)]
  const near = scope.length === 0 ? namespaces : namespaces.filter(one => scope.includes(one))
  const first = near.find(one => called.has(one)) ?? near[0] ?? namespaces[0]
  const namespace = namespaces.includes(asked) ? asked : first
  if (namespace === undefined) return { namespaces, workloads: [], subject: null }
  const own = running.filter(one => one.namespace === namespace).map(one => one.name)
  return {
    namespaces,
    workloads: own.toSorted(),
    subject: { namespace, workload: own.includes(name) && namespace === asked ? name : null },
  }
}

export const subjectWord = ({ namespace, workload }: Subject): string =>
  workload === null ? namespace : `${namespace}/${workload}`
