import * as z from 'zod/mini'

/** Somebody's own dashboard, as a ConfigMap or a file keeps it. */

export const ownLabel = 'weft.io/dashboard'
/** The ConfigMap's key that holds it. */
export const ownKey = 'dashboard.json'
/** Where a namespace would stand of those that come as files: no namespace has this name. */
export const files = '~'

export const most = { panels: 24, queries: 5, variables: 10, text: 100_000 } as const

const words = (longest: number) => z.string().check(z.minLength(1), z.maxLength(longest))

export const Unit = z.enum([
  'perSecond',
  'milliseconds',
  'seconds',
  'bytesPerSecond',
  'bytes',
  'count',
  'cores',
  'ratio',
])
export type Unit = z.infer<typeof Unit>

/** `$name` of queries. */
export const variableName = /^[a-z][a-zA-Z0-9_]{0,31}$/
export const duration = /^([1-9]\d{0,4})(s|m|h|d)$/
const name = z.string().check(z.regex(variableName))

export const Variable = z.discriminatedUnion('kind', [
  /** Values of a label, of series that whoever looks may see; earlier variables may stand in `series`. */
  z.strictObject({
    kind: z.literal('values'),
    name,
    series: words(1000),
    label: z.string().check(z.regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/)),
    /** Whether all of them together can be chosen: `=~` then matches any. */
    allowsAll: z.optional(z.boolean()),
  }),
  z.strictObject({
    kind: z.literal('choice'),
    name,
    values: z.array(words(200)).check(z.minLength(1), z.maxLength(50)),
  }),
  /** Of every rate; `auto` follows the step of the chart. */
  z.strictObject({
    kind: z.literal('interval'),
    name,
    values: z.array(z.string().check(z.regex(/^(auto|[1-9]\d{0,4}[smhd])$/))).check(z.minLength(1), z.maxLength(20)),
  }),
])
export type Variable = z.infer<typeof Variable>

export const OwnQuery = z.strictObject({
  promql: words(4096),
  /** What its lines are called: `{{label}}` stands for a label's value. Without it they are called by their labels. */
  name: z.optional(words(200)),
})

export const OwnPanel = z.strictObject({
  title: words(120),
  unit: Unit,
  width: z.optional(z.enum(['half', 'full'])),
  isStacked: z.optional(z.boolean()),
  queries: z.array(OwnQuery).check(z.minLength(1), z.maxLength(most.queries)),
})
export type OwnPanel = z.infer<typeof OwnPanel>

export const OwnDashboard = z.strictObject({
  title: words(120),
  description: z.optional(z.string().check(z.maxLength(1000))),
  variables: z.optional(z.array(Variable).check(z.maxLength(most.variables))),
  panels: z.array(OwnPanel).check(z.minLength(1), z.maxLength(most.panels)),
})
export type OwnDashboard = z.infer<typeof OwnDashboard>

/** What a text says; or why it is no dashboard, with the place. */
export function readOwnText(text: string): { dashboard: OwnDashboard } | { problem: string } {
  if (text.length > most.text) return { problem: `A dashboard has at most ${most.text} characters.` }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { problem: `This is no JSON: ${error instanceof Error ? error.message : ''}` }
  }
  const parsed = OwnDashboard.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const place = (issue?.path ?? []).map(String).join('.')
    return { problem: `${place === '' ? '' : `${place}: `}${issue?.message ?? 'not a dashboard'}` }
  }
  const names = (parsed.data.variables ?? []).map(each => each.name)
  const twice = names.find((each, index) => names.indexOf(each) !== index)
  return twice === undefined
    ? { dashboard: parsed.data }
    : { problem: `variables: there are two of the name ${twice}; their names tell them apart.` }
}

/** As it is kept: two people who write the same get the same lines. */
export const ownText = (dashboard: OwnDashboard): string => `${JSON.stringify(dashboard, null, 2)}\n`
