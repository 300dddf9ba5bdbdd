import { parseArgs } from 'node:util'
import { readPlace } from '#lab/control/place.ts'
import type { Fault } from './faults.ts'

export const faultHelp = `npm run lab -- fault list                     what can go wrong, and what does
npm run lab -- fault start NAME [options]     makes it go wrong
npm run lab -- fault stop NAME|ID             ends it

  --target WHAT     which workload, object, zone or server; the first one unless told
  --seconds N       ends by itself
  --control URL     the lab's control address; that of the lab started last here unless told
`

/** What to print, and the exit code. */
export interface Said {
  output: string
  code: number
}

interface Listing {
  kinds: { name: string; about: string; targets: string[] }[]
  running: Fault[]
}

/** Asks a running lab. Throws nothing: every failure is a sentence and code 2. */
export async function faultCommand(args: string[], now: () => number): Promise<Said> {
  const parsed = parse(args)
  if ('problem' in parsed) return mistake(parsed.problem)
  const { verb, name, target, seconds } = parsed
  const control = parsed.control ?? (await readPlace())?.control
  if (control === undefined)
    return mistake('No lab is running here. Start one with npm start or npm run lab, or name its --control address.')
  const answer = await ask(control, verb, { name, target, seconds })
  if ('problem' in answer) return mistake(answer.problem)
  const { value } = answer
  if (verb === 'list') return { output: listing(value as Listing, now()), code: 0 }
  const faults = (Array.isArray(value) ? value : [value]) as Fault[]
  const word = verb === 'start' ? 'started' : 'ended'
  return { output: faults.map(fault => `${fault.name} (${fault.id}) at ${fault.target} ${word}\n`).join(''), code: 0 }
}

type Parsed =
  | { problem: string }
  | {
      verb: 'list' | 'start' | 'stop'
      name: string | undefined
      target: string | undefined
      seconds: number | undefined
      control: string | undefined
    }

function parse(args: string[]): Parsed {
  const options = { target: { type: 'string' }, seconds: { type: 'string' }, control: { type: 'string' } } as const
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const [verb, name, ...rest] = positionals
    if (verb !== 'list' && verb !== 'start' && verb !== 'stop')
      return { problem: `fault takes list, start or stop.\n\n${faultHelp}` }
    if (verb !== 'list' && name === undefined) return { problem: `fault ${verb} needs a name; fault list tells them.` }
    if (rest.length > 0 || (verb === 'list' && name !== undefined))
      return { problem: `What does "${rest[0] ?? name}" mean here?` }
    const seconds = values.seconds === undefined ? undefined : Number(values.seconds)
    if (seconds !== undefined && !(seconds > 0))
      return { problem: `--seconds is a number above 0, not ${values.seconds}.` }
    return { verb, name, target: values.target, seconds, control: values.control }
  } catch (error) {
    return { problem: error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error) }
  }
}

const methods = { list: 'GET', start: 'POST', stop: 'DELETE' } as const

async function ask(
  control: string,
  verb: keyof typeof methods,
  wish: { name: string | undefined; target: string | undefined; seconds: number | undefined },
): Promise<{ value: unknown } | { problem: string }> {
  const body = verb === 'start' ? wish : { which: wish.name }
  try {
    const reply = await fetch(new URL('/lab/faults', control), {
      method: methods[verb],
      ...(verb === 'list' ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    })
    const value = (await reply.json()) as unknown
    if (reply.ok) return { value }
    const { error } = value as { error?: unknown }
    return { problem: typeof error === 'string' ? error : `The lab answered ${reply.status}.` }
  } catch {
    return { problem: `The lab at ${control} does not answer. Is it still running?` }
  }
}

function listing({ kinds, running }: Listing, now: number): string {
  const lines = kinds.flatMap(({ name, about, targets }) => {
    const some = targets.slice(0, 4).join(', ') + (targets.length > 4 ? ` and ${targets.length - 4} more` : '')
    return [
      `${name.padEnd(20)} ${about}`,
      `${' '.repeat(21)}${targets.length === 0 ? 'nothing here to happen to' : some}`,
    ]
  })
  const happening = running.map(({ id, name, target, since, until, isScheduled }) => {
    const left =
      until === null ? 'until it is stopped' : `for another ${Math.max(0, Math.round((until - now) / 1000))} s`
    return `${id}  ${name} at ${target}, for ${Math.round((now - since) / 1000)} s, ${left}${isScheduled ? ', by itself' : ''}`
  })
  return `${lines.join('\n')}\n\n${happening.length === 0 ? 'Nothing is going wrong.' : happening.join('\n')}\n`
}

const mistake = (sentence: string): Said => ({ output: `lab: ${sentence}\n`, code: 2 })
